"""The funnel: suppliers by volume and PPM, with the limits chance alone explains.

Volume runs on a logarithmic scale, so that small suppliers do not crowd at the edge. A supplier
outside the wide limits has another shape and its name beside it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scorecards import formatting
from scorecards.charts.drawing import Drawing, Spot, Stroke, Text, across, diamond, ring
from scorecards.charts.labels import keep_apart
from scorecards.charts.plane import Name, Plane, axis, margin, plane_for
from scorecards.charts.series import WIDE, Layout, Writer
from scorecards.charts.shapes import Dot, Label, Rect, path, rounded

DOT, FLAG, REACH = 3.0, 5.2, 11.0
# More dots than these cover each other.
CROWD, SMALL_DOT = 300, 1.6
ROOM = 1.12


@dataclass(frozen=True, kw_only=True)
class FunnelDot:
    """One supplier: volume, PPM, and whether it lies outside the limits."""

    label: str
    volume: float
    ppm: float
    outside: bool = False
    readout: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class FunnelLine:
    """A limit as (volume, PPM) pairs, smallest volume first; `name` stands at its end."""

    kind: str
    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True)
class _Sheet:
    plane: Plane
    low: float
    high: float

    def x(self, volume: float) -> float:
        share = (math.log10(volume) - self.low) / (self.high - self.low)
        return rounded(self.plane.plot.x + share * self.plane.plot.width)

    def y(self, ppm: float) -> float:
        return self.plane.at(ppm)

    def cut(self, ppm: float) -> bool:
        return ppm > float(self.plane.scale.top)


def funnel_chart(
    dots: Sequence[FunnelDot],
    *,
    lines: Sequence[FunnelLine] = (),
    layout: Layout = WIDE,
    number: Writer = formatting.ppm,
    volume: Writer = formatting.compact,
) -> Drawing:
    """Lay out suppliers with volume; the scale shows every one of them whole."""
    shown = [dot for dot in dots if dot.volume > 0]
    highest = max((dot.ppm for dot in shown), default=0.0) * ROOM
    names = [
        Name(value=min(line.points[-1][1], highest), text=line.name, kind=line.kind)
        for line in lines
        if line.points and line.name
    ]
    plane = plane_for(layout=layout, highest=highest, slots=1, names=names, number=number)
    sheet = _Sheet(plane=plane, **_decades([dot.volume for dot in shown]))
    grid, ticks = axis(plane, number)
    leaders, named = margin(plane, names)
    decades, below = _volumes(sheet, volume)
    return Drawing(
        layout=layout,
        strokes=(*grid, *decades, *_limits(sheet, lines), *_dots(sheet, shown), *leaders),
        texts=(*ticks, *below, *named, *_outsiders(sheet, shown)),
        spots=tuple(
            Spot(area=_reach(sheet, dot), readout=dot.readout, url=dot.url) for dot in shown
        ),
        empty=not shown,
    )


def _decades(volumes: Sequence[float]) -> dict[str, float]:
    """The axis in powers of ten, a little wider than the volumes."""
    low = math.log10(min(volumes, default=1.0)) - 0.08
    high = math.log10(max(volumes, default=10.0)) + 0.08
    return {"low": low, "high": high}


def _volumes(sheet: _Sheet, volume: Writer) -> tuple[tuple[Stroke, ...], tuple[Text, ...]]:
    plot, size = sheet.plane.plot, sheet.plane.layout.text
    powers = range(math.floor(sheet.low), math.ceil(sheet.high) + 1)
    steps = [s * 10**p for p in powers for s in (1, 2, 5)]
    inside = [s for s in steps if sheet.low <= math.log10(s) <= sheet.high] if steps else []
    y = rounded(plot.bottom + size * 1.35)
    labels = [
        Label(x=sheet.x(s), y=y, text=volume(round(s)), size=size, anchor="middle")
        for s in sorted(inside, key=lambda s: (str(s)[0] != "1", s))
    ]
    kept = keep_apart(labels, taken=[], inside=sheet.plane.sheet)
    lines = "".join(f"M{label.x:.1f} {plot.y:.1f}V{plot.bottom:.1f}" for label in kept)
    return (Stroke(kind="grid", d=lines),), tuple(Text(label=label) for label in kept)


def _limits(sheet: _Sheet, lines: Sequence[FunnelLine]) -> tuple[Stroke, ...]:
    """Curves, cut where they leave the sheet."""
    found = []
    for line in lines:
        if len(line.points) == 1:
            y = sheet.y(line.points[0][1])
            d = across(y, sheet.plane.plot.x, sheet.plane.plot.right)
        else:
            d = path([(sheet.x(v), sheet.y(p)) for v, p in line.points if not sheet.cut(p)])
        found.append(Stroke(kind=line.kind, d=d))
    return tuple(found)


def _dots(sheet: _Sheet, dots: Sequence[FunnelDot]) -> tuple[Stroke, ...]:
    """Dots and flags. A crowd is of small dots without the edge that keeps single ones apart."""
    kind, radius = ("crowd", SMALL_DOT) if len(dots) > CROWD else ("dot", DOT)
    inside = "".join(ring(_at(sheet, dot), radius) for dot in dots if not dot.outside)
    outside = "".join(diamond(_at(sheet, dot), FLAG) for dot in dots if dot.outside)
    return (Stroke(kind=kind, d=inside), Stroke(kind="flag", d=outside))


def _at(sheet: _Sheet, dot: FunnelDot) -> Dot:
    return Dot(x=sheet.x(dot.volume), y=sheet.y(dot.ppm))


def _reach(sheet: _Sheet, dot: FunnelDot) -> Rect:
    at = _at(sheet, dot)
    return Rect(x=rounded(at.x - REACH), y=rounded(at.y - REACH), width=2 * REACH, height=2 * REACH)


def _outsiders(sheet: _Sheet, dots: Sequence[FunnelDot]) -> tuple[Text, ...]:
    size = sheet.plane.layout.text
    labels = [
        Label(x=rounded(at.x + FLAG + 3), y=rounded(at.y + size * 0.35), text=dot.label, size=size)
        for dot in sorted(dots, key=lambda dot: -dot.ppm)
        if dot.outside
        for at in [_at(sheet, dot)]
    ]
    taken = [
        Rect(x=at.x - DOT, y=at.y - DOT, width=2 * DOT, height=2 * DOT)
        for at in (_at(sheet, dot) for dot in dots)
    ]
    kept = keep_apart(labels, taken=taken, inside=sheet.plane.plot)
    return tuple(Text(label=label, kind="strong") for label in kept)
