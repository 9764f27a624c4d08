"""What lies between rare rejects studied: parts, times, or parts until every third reject."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from django.utils.translation import gettext as _

from scorecards.formulas.gaps import EVENTS_TOGETHER, GapLimits, parts_limits
from scorecards.formulas.rare_events import gap_chart, time_chart
from scorecards.pictures.figure import Picture
from scorecards.pictures.workbench_gaps import GapLine, gap_line_picture
from scorecards.workbench.reading import Row
from scorecards.workbench.study import Question, UnfitRowsError

# Fewer say nothing about what is usual, as fewer than five defects do on a chart of counts.
LEAST_GAPS: Final = 5


class GapKind(StrEnum):
    """How gaps between rejects are looked at."""

    G = "g"
    T = "t"
    THIRD = "third"


@dataclass(frozen=True, kw_only=True)
class GapStudy:
    """The answer: the picture, and its limits; None where there are too few gaps."""

    kind: GapKind
    picture: Picture
    limits: GapLimits | None
    least: int = LEAST_GAPS


def gap_study(question: Question, kind: GapKind) -> GapStudy:
    """Study rows each of which is what lies between two rejects.

    Good parts on a g chart and on that of every third reject, a time or parts on a t chart.
    Limits are of the first points without those left out; rules, sizes, frozen limits and
    simulation do not concern such charts.

    Raises:
        UnfitRowsError: a row has two numbers, parts are no whole number, or nothing ever lies
            between two rejects.
    """
    _check(question.rows, kind)
    basis = [
        row.count
        for number, row in enumerate(question.rows[: question.first], start=1)
        if number not in question.excluded
    ]
    limits = _limits(basis, kind) if len(basis) >= LEAST_GAPS else None
    lines = _together(question) if kind is GapKind.THIRD else _single(question)
    titles = {
        GapKind.G: _("g chart: good parts between rejects"),
        GapKind.T: _("t chart: time between rejects"),
        GapKind.THIRD: _("Parts until every third reject"),
    }
    picture = gap_line_picture(lines, limits=limits, title=titles[kind])
    return GapStudy(kind=kind, picture=picture, limits=limits)


def _check(rows: Sequence[Row], kind: GapKind) -> None:
    for number, row in enumerate(rows, start=1):
        if row.size is not None:
            raise UnfitRowsError(
                _(
                    "Row %(number)d has two numbers, and what lies between two rejects is one. "
                    "Leave the other out, or put a name before it, such as a day."
                )
                % {"number": number}
            )
        if kind is not GapKind.T and row.count != row.count.to_integral_value():
            raise UnfitRowsError(
                _("Row %(number)d is no whole number of parts; choose a t chart.")
                % {"number": number}
            )
    if not any(row.count for row in rows):
        raise UnfitRowsError(
            _("Nothing lies between these rejects; they are not rare. Choose a chart of counts.")
        )


def _limits(basis: Sequence[Decimal], kind: GapKind) -> GapLimits | None:
    if not any(basis):
        return None
    if kind is GapKind.G:
        parts = gap_chart(between=[int(gap) for gap in basis])
        return GapLimits(
            center=parts.exact_median, lower=parts.exact_lower, upper=parts.exact_upper
        )
    if kind is GapKind.T:
        times = time_chart(between=[float(gap) for gap in basis])
        return GapLimits(center=times.center, lower=times.limits.lcl, upper=times.limits.ucl)
    return parts_limits(Fraction(len(basis)) / Fraction(sum(basis) + len(basis)), EVENTS_TOGETHER)


def _single(question: Question) -> list[GapLine]:
    return [
        GapLine(name=row.label, size=row.count, excluded=number in question.excluded)
        for number, row in enumerate(question.rows, start=1)
    ]


def _together(question: Question) -> list[GapLine]:
    """Add up three neighbours each, with the three rejects that end them."""
    ends = range(EVENTS_TOGETHER, len(question.rows) + 1, EVENTS_TOGETHER)
    return [
        GapLine(
            name=question.rows[end - 1].label,
            size=sum((row.count for row in question.rows[end - EVENTS_TOGETHER : end]), Decimal(0))
            + EVENTS_TOGETHER,
            excluded=any(
                number in question.excluded for number in range(end - EVENTS_TOGETHER + 1, end + 1)
            ),
        )
        for end in ends
    ]
