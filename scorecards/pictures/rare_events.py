"""Rare rejects as pictures: what lies between them, where months are too thin for a chart.

A long gap is good news, a short one may be chance: the parts until every third reject sees a
worsening sooner than single gaps do.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from scorecards.charts import (
    NARROW,
    WIDE,
    ControlPoint,
    ControlWords,
    Drawing,
    Layout,
    control_chart,
)
from scorecards.formulas.quantities import MILLION, Quantity
from scorecards.formulas.rare_events import event_limits, exponential_limits
from scorecards.pictures.figure import Cell, Picture, compact_text, quantity_text

EVENTS_TOGETHER: Final = 3
MOST_POINTS: Final = 36
DayAddress = Callable[[date], str]


@dataclass(frozen=True, kw_only=True)
class Gap:
    """What came until a reject (or several) since the one before: how much, and its day."""

    on: date
    size: Quantity


@dataclass(frozen=True, kw_only=True)
class GapLimits:
    """What is usual between rejects: its middle, and beyond which it is no chance."""

    center: float
    lower: float
    upper: float


def gap_pictures(
    *,
    parts: Sequence[Gap],
    days: Sequence[Gap],
    rate: Fraction | None,
    mean_days: float | None,
    so_far: str,
    url: DayAddress,
) -> list[Picture]:
    """Return parts between rejects, parts until every third, and days between them.

    Args:
        parts: parts received until each reject since the one before, oldest first.
        days: days until each.
        rate: incidents per part in the months of the limits in force; None for no limits.
        mean_days: days between two incidents in these months.
        so_far: the words for what came since the newest.
        url: leads from a day to the rejects behind it.
    """
    third = _together(parts, EVENTS_TOGETHER)
    asked = [
        ("gaps-parts", _("Parts between rejects"), _("parts"), parts, _parts_limits(rate, 1)),
        (
            "gaps-third",
            _("Parts until every third reject"),
            _("parts"),
            third,
            _parts_limits(rate, EVENTS_TOGETHER),
        ),
        ("gaps-days", _("Days between rejects"), _("days"), days, _day_limits(mean_days)),
    ]
    return [
        _picture(name, title, unit, gaps, limits, so_far, url)
        for name, title, unit, gaps, limits in asked
        if gaps
    ]


def _together(gaps: Sequence[Gap], number: int) -> list[Gap]:
    """Add up so many neighbours each; what is left over at the end goes on."""
    ends = range(number, len(gaps) + 1, number)
    return [
        Gap(
            on=gaps[end - 1].on,
            size=sum((Fraction(gap.size) for gap in gaps[end - number : end]), Fraction(0)),
        )
        for end in ends
    ]


def _parts_limits(rate: Fraction | None, events: int) -> GapLimits | None:
    if rate is None:
        return None
    found = event_limits(ppm=rate * MILLION, events=events)
    return GapLimits(center=float(events / rate), lower=found.bad_below, upper=found.good_above)


def _day_limits(mean_days: float | None) -> GapLimits | None:
    if mean_days is None:
        return None
    lower, upper = exponential_limits(mean=mean_days)
    return GapLimits(center=mean_days, lower=lower, upper=upper)


def _picture(  # one picture's words, in their order
    name: str,
    title: str,
    unit: str,
    gaps: Sequence[Gap],
    limits: GapLimits | None,
    so_far: str,
    url: DayAddress,
) -> Picture:
    shown = gaps[-MOST_POINTS:]
    points = [_point(gap, unit, limits, url) for gap in shown]
    return Picture(
        name=name,
        title=title,
        description=_(
            "%(title)s, a point for each from %(first)s to %(last)s; higher is better; points "
            "outside the limits: %(flagged)d."
        )
        % {
            "title": title,
            "first": date_format(shown[0].on),
            "last": date_format(shown[-1].on),
            "flagged": sum(point.flagged for point in points),
        },
        wide=_drawn(points, WIDE),
        narrow=_drawn(points, NARROW),
        legend=[
            ("series", unit),
            ("control", _("limits from the months of the baseline")),
            ("center", _("usual")),
            ("flag", _("outside the limits")),
        ],
        header=[_("Until"), unit.capitalize(), _("Lower limit"), _("Upper limit"), _("Says")],
        rows=[_row(gap, limits, url) for gap in reversed(shown)],
        said=points[-1].readout,
        spots_name=_("Rejects"),
        note=so_far,
    )


def _drawn(points: Sequence[ControlPoint], layout: Layout) -> Drawing:
    words = ControlWords(
        upper=_("Upper limit"), center=_("Usual"), lower=_("Lower limit"), baseline=""
    )
    return control_chart(points, words=words, layout=layout, number=compact_text)


def _point(gap: Gap, unit: str, limits: GapLimits | None, url: DayAddress) -> ControlPoint:
    says = _says(gap, limits)
    words = _("%(day)s: %(size)s %(unit)s since the one before") % {
        "day": date_format(gap.on),
        "size": quantity_text(gap.size),
        "unit": unit,
    }
    return ControlPoint(
        label=date_format(gap.on, "M"),
        year=str(gap.on.year),
        value=float(gap.size),
        center=None if limits is None else limits.center,
        lower=None if limits is None else limits.lower,
        upper=None if limits is None else limits.upper,
        flagged=bool(says),
        readout=" · ".join(filter(None, [words, says])),
        url=url(gap.on),
    )


def _says(gap: Gap, limits: GapLimits | None) -> str:
    if limits is None:
        return ""
    if gap.size < limits.lower:
        return _("sooner than chance explains: worse")
    if gap.size > limits.upper:
        return _("longer than chance explains: better")
    return ""


def _row(gap: Gap, limits: GapLimits | None, url: DayAddress) -> list[Cell]:
    def bound(value: float) -> Cell:
        return Cell(text=quantity_text(round(value)))

    none = Cell(text="—")
    return [
        Cell(text=date_format(gap.on), numeric=False, url=url(gap.on)),
        Cell(text=quantity_text(gap.size)),
        none if limits is None else bound(limits.lower),
        none if limits is None else bound(limits.upper),
        Cell(text=_says(gap, limits), numeric=False),
    ]
