"""The control chart: a supplier's own history against limits frozen from a baseline.

Every period has its own limits, drawn as steps, because volumes differ. A flagged point has
another shape and ring, an excluded one is crossed out and stays plotted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from scorecards import formatting
from scorecards.charts.drawing import Drawing, Spot, Stroke, Text, box, cross, diamond, ring
from scorecards.charts.plane import Name, Plane, axis, margin, period_labels, plane_for
from scorecards.charts.series import WIDE, Layout, Writer
from scorecards.charts.shapes import Dot, Label, path, rounded, runs

DOT, FLAG = 2.6, 5.2
Lane = Sequence[float | None]


@dataclass(frozen=True, kw_only=True)
class ControlPoint:
    """One period: value and limits in the chart's scale; None where there is no volume.

    `label` stands under the axis, `year` where it changes; `flagged` points signal, `excluded`
    ones left the baseline for a recorded cause, `baseline` ones made the limits.
    """

    label: str
    value: float | None
    center: float | None = None
    lower: float | None = None
    upper: float | None = None
    flagged: bool = False
    excluded: bool = False
    baseline: bool = False
    year: str = ""
    readout: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class ControlWords:
    """What stands on the lines, in the reader's language."""

    upper: str = "Upper limit"
    center: str = "Centre"
    lower: str = "Lower limit"
    baseline: str = "Baseline"


def control_chart(
    points: Sequence[ControlPoint],
    *,
    words: ControlWords | None = None,
    layout: Layout = WIDE,
    number: Writer = formatting.ppm,
) -> Drawing:
    """Lay out periods, oldest first; the scale follows from these alone."""
    said = words or ControlWords()
    names = _names(points, said, number)
    highest = max((v for p in points for v in (p.value, p.upper, p.center) if v), default=0.0)
    plane = plane_for(layout=layout, highest=highest, slots=len(points), names=names, number=number)
    grid, ticks = axis(plane, number)
    leaders, named = margin(plane, names)
    shade, shade_name = _shade(plane, points, said)
    below = period_labels(plane, [p.label for p in points], [p.year for p in points])
    return Drawing(
        layout=layout,
        strokes=(*shade, *grid, *_limits(plane, points), *_marks(plane, points), *leaders),
        texts=(*ticks, *named, *shade_name, *below),
        spots=tuple(
            Spot(area=plane.slot(index), readout=point.readout, url=point.url)
            for index, point in enumerate(points)
        ),
        empty=all(point.value is None for point in points),
    )


def _names(points: Sequence[ControlPoint], said: ControlWords, number: Writer) -> list[Name]:
    """Name the lines by the newest limits."""
    limited = [point for point in points if point.center is not None]
    if not limited:
        return []
    last = limited[-1]
    lines = [
        (last.upper, said.upper, "control"),
        (last.center, said.center, "center"),
        (last.lower, said.lower, "control"),
    ]
    return [
        Name(value=value, text=f"{text} {number(Fraction(value))}", kind=kind)
        for value, text, kind in lines
        if value is not None
    ]


def _shade(
    plane: Plane, points: Sequence[ControlPoint], said: ControlWords
) -> tuple[tuple[Stroke, ...], tuple[Text, ...]]:
    inside = [index for index, point in enumerate(points) if point.baseline or point.excluded]
    if not inside:
        return (), ()
    area = plane.slot(inside[0], inside[-1])
    size = plane.layout.text
    label = Label(
        x=rounded(area.x + 4), y=rounded(plane.plot.y + size), text=said.baseline, size=size
    )
    return (Stroke(kind="shade", d=box(area)),), (Text(label=label),)


def _limits(plane: Plane, points: Sequence[ControlPoint]) -> tuple[Stroke, ...]:
    lanes: list[tuple[str, Lane]] = [
        ("center", [point.center for point in points]),
        ("control", [point.upper for point in points]),
        ("control", [point.lower for point in points]),
    ]
    return tuple(Stroke(kind=kind, d=_steps(plane, lane)) for kind, lane in lanes)


def _steps(plane: Plane, lane: Lane) -> str:
    """A level stroke over each period, joined to its neighbours by upright ones."""
    corners: list[tuple[float, float] | None] = []
    for index, value in enumerate(lane):
        if value is None:
            corners.append(None)
            continue
        slot, y = plane.slot(index), plane.at(value)
        corners += [(slot.x, y), (slot.right, y)]
    return "".join(path(run) for run in runs(corners))


def _marks(plane: Plane, points: Sequence[ControlPoint]) -> tuple[Stroke, ...]:
    places = [
        None if point.value is None else (plane.centre(index), plane.at(point.value))
        for index, point in enumerate(points)
    ]
    line = "".join(path(run) for run in runs(places) if len(run) > 1)
    dots, flags, excluded = "", "", ""
    for point, place in zip(points, places, strict=True):
        if place is None:
            continue
        dot = Dot(x=place[0], y=place[1])
        if point.excluded:
            excluded += cross(dot, DOT + 1)
        elif point.flagged:
            flags += diamond(dot, FLAG)
        else:
            dots += ring(dot, DOT)
    return (
        Stroke(kind="series", d=line),
        Stroke(kind="dot", d=dots),
        Stroke(kind="flag", d=flags),
        Stroke(kind="excluded", d=excluded),
    )
