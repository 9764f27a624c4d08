"""The heat map: build months from left to right, months in service downwards.

A darker cell has a higher rate against all mature months; hatching says that more may come.
Numbers stand in the cells where they fit, and always in the read-out and the table.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from scorecards.charts.drawing import Drawing, Spot, Stroke, Text, box
from scorecards.charts.plane import Plane, period_labels
from scorecards.charts.scale import scale_for
from scorecards.charts.series import Layout
from scorecards.charts.shapes import Label, Rect, hatch, rounded, text_width

ABOVE, BELOW, ROW, BESIDE = 6.0, 34.0, 34.0, 8.0
DARK = 4  # from this tint on, numbers are written in white


@dataclass(frozen=True, kw_only=True)
class HeatCell:
    """One field: its tint from 0 to 5, None without a figure; immature ones are hatched."""

    heat: int | None
    text: str = ""
    mature: bool = True
    readout: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class HeatRow:
    """A row of fields with its name at the left."""

    label: str
    cells: tuple[HeatCell, ...] = field(default=())


def heat_map(
    rows: Sequence[HeatRow],
    *,
    labels: Sequence[str],
    years: Sequence[str] = (),
    width: float = 760,
    text: float = 11,
) -> Drawing:
    """Lay out rows over columns named by `labels`; every row has a cell for each column."""
    plane = _plane(rows, len(labels), width, text)
    strokes, texts, spots = [], [], []
    for index, row in enumerate(rows):
        y = rounded(ABOVE + ROW * index)
        texts.append(Text(label=_name(plane, row.label, y)))
        for column, cell in enumerate(row.cells):
            area = _area(plane, column, y)
            strokes += _field(cell, area)
            texts += _number(cell, area, text)
            spots.append(Spot(area=area, readout=cell.readout, url=cell.url))
    below = period_labels(plane, labels, years)
    return Drawing(
        layout=plane.layout,
        strokes=tuple(strokes),
        texts=(*texts, *below),
        spots=tuple(spots),
        empty=not any(cell.heat is not None for row in rows for cell in row.cells),
    )


def _plane(rows: Sequence[HeatRow], columns: int, width: float, text: float) -> Plane:
    left = max((text_width(row.label, text) for row in rows), default=0.0) + BESIDE
    height = ABOVE + ROW * len(rows)
    plot = Rect(x=rounded(left), y=ABOVE, width=rounded(width - left - 2), height=height - ABOVE)
    scale = scale_for(Fraction(1), baseline=height, ceiling=ABOVE)
    layout = Layout(width=width, height=height + BELOW, text=text)
    return Plane(layout=layout, plot=plot, scale=scale, slots=columns)


def _name(plane: Plane, label: str, y: float) -> Label:
    size = plane.layout.text
    x, middle = rounded(plane.plot.x - BESIDE), rounded(y + ROW / 2 + size * 0.35)
    return Label(x=x, y=middle, text=label, size=size, anchor="end")


def _area(plane: Plane, column: int, y: float) -> Rect:
    slot = plane.slot(column)
    return Rect(x=rounded(slot.x + 0.75), y=y, width=rounded(slot.width - 1.5), height=ROW - 1.5)


def _field(cell: HeatCell, area: Rect) -> list[Stroke]:
    if cell.heat is None:
        return [Stroke(kind="heat-none", d=box(area))]
    if not cell.mature:
        return [
            Stroke(kind="heat-immature", d=box(area)),
            Stroke(kind="heat-hatching", d=hatch(area, step=6)),
        ]
    return [Stroke(kind=f"heat-{cell.heat}", d=box(area))]


def _number(cell: HeatCell, area: Rect, size: float) -> list[Text]:
    if not cell.text or text_width(cell.text, size) > area.width - 2:
        return []
    label = Label(
        x=area.centre,
        y=rounded(area.middle + size * 0.35),
        text=cell.text,
        size=size,
        anchor="middle",
    )
    strong = cell.mature and cell.heat is not None and cell.heat >= DARK
    return [Text(label=label, kind="on-dark" if strong else "value")]
