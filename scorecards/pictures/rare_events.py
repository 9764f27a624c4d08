"""Rare rejects as pictures: what lies between them, where months are too thin for a chart."""

from collections.abc import Callable, Sequence
from datetime import date
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
from scorecards.formulas.gaps import Gap, GapLimits, GapView, JudgedGaps
from scorecards.pictures.figure import Cell, Picture, compact_text, quantity_text

MOST_POINTS: Final = 36
DayAddress = Callable[[date], str]


def gap_pictures(views: Sequence[JudgedGaps], *, so_far: str, url: DayAddress) -> list[Picture]:
    """Return a picture of each view that has gaps.

    Args:
        views: as `formulas.gaps.judged_gaps` gives them.
        so_far: the words for what came since the newest.
        url: leads from a day to the rejects behind it.
    """
    words = {
        GapView.PARTS: ("gaps-parts", _("Parts between rejects"), _("parts")),
        GapView.THIRD: ("gaps-third", _("Parts until every third reject"), _("parts")),
        GapView.DAYS: ("gaps-days", _("Days between rejects"), _("days")),
    }
    return [
        _picture(*words[view.view], view.gaps, view.limits, so_far, url)
        for view in views
        if view.gaps
    ]


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
            "that chance does not explain: %(flagged)d."
        )
        % {
            "title": title,
            "first": date_format(shown[0].on),
            "last": date_format(shown[-1].on),
            "flagged": sum(point.flagged for point in points),
        },
        wide=gap_drawing(points, WIDE),
        narrow=gap_drawing(points, NARROW),
        legend=[
            ("series", unit),
            ("control", _("limits from the months of the baseline")),
            ("center", _("usual")),
            ("flag", _("not explained by chance")),
        ],
        header=[_("Until"), unit.capitalize(), _("Lower limit"), _("Upper limit"), _("Says")],
        rows=[_row(gap, limits, url) for gap in reversed(shown)],
        said=points[-1].readout,
        spots_name=_("Rejects"),
        note=so_far,
    )


def gap_drawing(points: Sequence[ControlPoint], layout: Layout) -> Drawing:
    """Draw gaps, oldest first, beside their limits."""
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
        flagged=limits is not None and bool(limits.side(gap)),
        readout=" · ".join(filter(None, [words, says])),
        url=url(gap.on),
    )


def _says(gap: Gap, limits: GapLimits | None) -> str:
    if limits is None:
        return ""
    if limits.is_coarse(gap):
        words = _("up to %(most)s may lie between: chance explains it")
        return words % {"most": quantity_text(gap.most)}
    said = {
        -1: _("sooner than chance explains: worse"),
        1: _("longer than chance explains: better"),
    }
    return said.get(limits.side(gap), "")


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
