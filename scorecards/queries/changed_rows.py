"""What changed between two versions in words: the same rows on page, in PDF and mail."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from scorecards import formatting
from scorecards.formulas.rates import ppm
from scorecards.metrics import Metric
from scorecards.periods import Month, Window
from scorecards.queries.score_block import criterion_name, gate_sentence
from scorecards.scoring import Criterion, Gate, GateHit
from scorecards.snapshots import Aspect, Changes, Difference, ValueChange
from scorecards.templatetags.figures import ppm_against, quantity
from scorecards.templatetags.figures import score as written_score
from scorecards.templatetags.sheets import window_name
from suppliers.quantities import pieces

# What a reader asks for first; everything else follows.
FIRST: Final = (Aspect.SCORE, Aspect.GRADE)


@dataclass(frozen=True, kw_only=True)
class ChangedRow:
    """One thing that changed, as it is printed.

    `wider` is a window that only contains the month, `earlier` a month before it.
    """

    name: str
    before: str
    after: str
    wider: bool = False
    earlier: bool = False


def changed_rows(changes: Changes, *, month: Month) -> tuple[ChangedRow, ...]:
    """Return the rows: score and grade, the month's figures, what else changed, earlier months."""
    first = [_value(one) for one in changes.values if one.aspect in FIRST]
    others = [_value(one) for one in changes.values if one.aspect not in FIRST]
    figures = [_figure(one, month) for one in changes.figures]
    now = [row for row in figures if not row.earlier]
    return (*first, *now, *others, *(row for row in figures if row.earlier))


def _figure(one: Difference, month: Month) -> ChangedRow:
    words = {"metric": _metric(one.metric), "window": window_name(one.window, one.end)}
    return ChangedRow(
        name=_("%(metric)s, %(window)s") % words,
        before=_with_ppm(
            one.counted_before,
            one.received_before,
            _counts(one.counted_before, one.received_before, one.provisional_before),
            limits_ppm=one.limits_before_ppm,
        ),
        after=_with_ppm(
            one.counted_after,
            one.received_after,
            _counts(one.counted_after, one.received_after, one.provisional_after),
            limits_ppm=one.limits_after_ppm,
        ),
        wider=one.window is not Window.MONTH,
        earlier=one.end != month,
    )


def _metric(metric: Metric) -> str:
    return _("External PPM") if metric is Metric.EXTERNAL_PPM else _("Warranty PPM")


def _with_ppm(
    counted: Decimal, received: Decimal, counts: str, *, limits_ppm: Sequence[Decimal]
) -> str:
    """Write a PPM before its counts; these alone where nothing was received."""
    value = ppm(defective=counted, units=max(received, Decimal(0)))
    if value is None:
        return counts
    return _("%(ppm)s (%(counts)s)") % {"ppm": ppm_against(value, limits_ppm), "counts": counts}


def _counts(counted: Decimal, received: Decimal, provisional: Decimal) -> str:
    words = {"counted": quantity(counted), "received": quantity(received)}
    if not provisional:
        return _("%(counted)s of %(received)s") % words
    words["provisional"] = quantity(provisional)
    return _("%(counted)s of %(received)s, %(provisional)s provisional") % words


def _value(one: ValueChange) -> ChangedRow:
    return ChangedRow(
        name=_name(one), before=_written(one, one.before), after=_written(one, one.after)
    )


def _name(one: ValueChange) -> str:
    if one.aspect is Aspect.CRITERION:
        return _("Criterion %(name)s") % {"name": criterion_name(Criterion(one.of))}
    if one.aspect is Aspect.TARGET:
        return _("Target, %(metric)s") % {"metric": _metric(Metric(one.of))}
    if one.aspect in (Aspect.DEFECT, Aspect.PART):
        return _cause(one)
    return {
        Aspect.SCORE: _("Score"),
        Aspect.GRADE: _("Grade"),
        Aspect.SCHEME: _("Scoring scheme"),
        Aspect.GATE: _("Sets the grade"),
        Aspect.TIER: _("Tier"),
    }[one.aspect]


def _cause(one: ValueChange) -> str:
    if one.aspect is Aspect.DEFECT:
        return _("Defect %(code)s") % {"code": one.of} if one.of else _("Other defects")
    return _("Part %(number)s") % {"number": one.of} if one.of else _("Other parts")


def _written(one: ValueChange, said: Sequence[str]) -> str:
    if not said:
        return formatting.NO_DATA
    write = WRITTEN.get(one.aspect)
    return said[0] if write is None else write(one.of, *said)


def _score(_of: str, score: str) -> str:
    return written_score(Decimal(score))


def _target(_of: str, ppm: str) -> str:
    return ppm_against(Decimal(ppm), ())


def _gate(gate: str, about: str, since: str) -> str:
    return gate_sentence(GateHit(gate=Gate(gate), about=about, since=date.fromisoformat(since)))


def _criterion(_of: str, counted: str, of: str, points: str) -> str:
    return _("%(counted)s of %(received)s: %(points)s points") % {
        "counted": _quantity(counted),
        "received": _quantity(of),
        "points": _quantity(points),
    }


def _pieces(_of: str, counted: str, incidents: str, received: str = "") -> str:
    words = {"counted": _quantity(counted), "incidents": _quantity(incidents)}
    if not received:
        words["counted"] = pieces(Decimal(counted), words["counted"])
        return _("%(counted)s, incidents: %(incidents)s") % words
    words["received"] = pieces(Decimal(received), _quantity(received))
    return _("%(counted)s of %(received)s, incidents: %(incidents)s") % words


def _quantity(text: str) -> str:
    return quantity(Decimal(text))


# How what is said of an aspect is written; others are said as they are.
WRITTEN: Final[Mapping[Aspect, Callable[..., str]]] = {
    Aspect.SCORE: _score,
    Aspect.TARGET: _target,
    Aspect.GATE: _gate,
    Aspect.CRITERION: _criterion,
    Aspect.DEFECT: _pieces,
    Aspect.PART: _pieces,
}
