"""Pasted gaps between rejects as a picture: named points beside what is usual."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from scorecards.charts import NARROW, WIDE, ControlPoint
from scorecards.formulas.gaps import GapLimits
from scorecards.pictures.figure import Cell, Picture, quantity_text
from scorecards.pictures.rare_events import gap_drawing

LONGEST_LABEL = 8


@dataclass(frozen=True, kw_only=True)
class GapLine:
    """What lies between two rejects (or several), under the name of its row."""

    name: str
    size: Decimal
    excluded: bool = False


def gap_line_picture(lines: Sequence[GapLine], *, limits: GapLimits | None, title: str) -> Picture:
    """Return the picture of gaps, oldest first; without limits the points alone."""
    points = [_point(line, limits) for line in lines]
    return Picture(
        name="workbench-chart",
        title=title,
        description=_(
            "%(title)s, a point for each; higher is better; points that chance does not explain: "
            "%(flagged)d."
        )
        % {"title": title, "flagged": sum(point.flagged for point in points)},
        wide=gap_drawing(points, WIDE),
        narrow=gap_drawing(points, NARROW),
        legend=[
            ("series", _("between rejects")),
            ("control", _("limits")),
            ("center", _("usual")),
            ("flag", _("not explained by chance")),
            ("excluded", _("left out of the limits")),
        ],
        header=[_("Until"), _("Between"), _("Lower limit"), _("Upper limit"), _("Says")],
        rows=[_row(line, limits) for line in reversed(lines)],
        said=points[-1].readout if points else "",
        spots_name=_("Rejects"),
    )


def _point(line: GapLine, limits: GapLimits | None) -> ControlPoint:
    parts = [f"{line.name}: {quantity_text(line.size)}", _says(line, limits)]
    return ControlPoint(
        label=line.name[:LONGEST_LABEL],
        year="",
        value=float(line.size),
        center=None if limits is None else limits.center,
        lower=None if limits is None else limits.lower,
        upper=None if limits is None else limits.upper,
        flagged=_side(line, limits) != 0,
        excluded=line.excluded,
        readout=" · ".join(filter(None, parts)),
    )


def _side(line: GapLine, limits: GapLimits | None) -> int:
    """Return -1 for sooner than chance explains, 1 for later; 0 too for what is left out."""
    if limits is None or line.excluded:
        return 0
    return (line.size > limits.upper) - (line.size < limits.lower)


def _says(line: GapLine, limits: GapLimits | None) -> str:
    if line.excluded:
        return _("left out of the limits")
    said = {
        -1: _("sooner than chance explains: worse"),
        1: _("longer than chance explains: better"),
    }
    return said.get(_side(line, limits), "")


def _row(line: GapLine, limits: GapLimits | None) -> list[Cell]:
    bounds = (
        [Cell(text="—")] * 2
        if limits is None
        else [Cell(text=quantity_text(round(one, 1))) for one in (limits.lower, limits.upper)]
    )
    return [
        Cell(text=line.name, numeric=False),
        Cell(text=quantity_text(line.size)),
        *bounds,
        Cell(text=_says(line, limits), numeric=False),
    ]
