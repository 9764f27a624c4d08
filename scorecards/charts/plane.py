"""A sheet with a value axis at the left: plot, ticks, names in the right margin, months below."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from scorecards.charts.drawing import Stroke, Text, across
from scorecards.charts.labels import keep_apart, spread
from scorecards.charts.scale import Scale, scale_for
from scorecards.charts.series import Layout, Writer
from scorecards.charts.shapes import Label, Rect, path, rounded, text_width

ABOVE, BELOW, BESIDE, LEADER, ROW = 12.0, 34.0, 8.0, 16.0, 1.3
MARGIN_SHARE = 0.34
ELLIPSIS = "…"


@dataclass(frozen=True, kw_only=True)
class Name:
    """A word in the right margin, at the height of what it names."""

    value: float
    text: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Plane:
    """Everything drawn on the sheet measures itself by this."""

    layout: Layout
    plot: Rect
    scale: Scale
    slots: int

    @property
    def slot_width(self) -> float:
        """Give the width one period has."""
        return self.plot.width / max(1, self.slots)

    def centre(self, index: int) -> float:
        """Give the middle of a period's slot."""
        return rounded(self.plot.x + self.slot_width * (index + 0.5))

    def at(self, value: float) -> float:
        """Give the height of a value."""
        return self.scale.at(Fraction(value))

    def slot(self, index: int, last: int | None = None) -> Rect:
        """Give the full column of one period, or of several neighbours."""
        width = self.slot_width * ((index if last is None else last) - index + 1)
        x = rounded(self.plot.x + self.slot_width * index)
        return Rect(x=x, y=self.plot.y, width=rounded(width), height=self.plot.height)

    @property
    def sheet(self) -> Rect:
        """Give the view box."""
        return Rect(x=0, y=0, width=self.layout.width, height=self.layout.height)


def plane_for(
    *, layout: Layout, highest: float, slots: int, names: Sequence[Name], number: Writer
) -> Plane:
    """Lay out margins so that axis labels and names fit."""
    size = layout.text
    baseline = rounded(layout.height - BELOW)
    scale = scale_for(Fraction(highest or 1), baseline=baseline, ceiling=ABOVE)
    left = max(text_width(number(tick), size) for tick in scale.ticks) + BESIDE
    words = max((text_width(name.text, size) for name in names), default=0.0)
    right = min(words + LEADER + 1, layout.width * MARGIN_SHARE) if names else 6.0
    width = rounded(layout.width - left - right)
    plot = Rect(x=rounded(left), y=ABOVE, width=width, height=rounded(baseline - ABOVE))
    return Plane(layout=layout, plot=plot, scale=scale, slots=slots)


def axis(plane: Plane, number: Writer) -> tuple[tuple[Stroke, ...], tuple[Text, ...]]:
    """Draw the grid with its values at the left."""
    size, x = plane.layout.text, rounded(plane.plot.x - BESIDE)
    strokes, texts = [], []
    for index, value in enumerate(plane.scale.ticks):
        y = plane.scale.at(value)
        kind = "grid" if index else "axis"
        strokes.append(Stroke(kind=kind, d=across(y, plane.plot.x, plane.plot.right)))
        label = Label(x=x, y=rounded(y + size * 0.35), text=number(value), size=size, anchor="end")
        texts.append(Text(label=label))
    return tuple(strokes), tuple(texts)


def margin(plane: Plane, names: Sequence[Name]) -> tuple[tuple[Stroke, ...], tuple[Text, ...]]:
    """Write the names beside their lines, none on top of another."""
    size = plane.layout.text
    heights = [plane.at(name.value) for name in names]
    placed = spread(heights, gap=size * ROW, low=size, high=plane.plot.bottom)
    right = plane.plot.right
    leaders = tuple(
        Stroke(kind="leader", d=_leader(right, y, to))
        for y, to in zip(heights, placed, strict=True)
    )
    x = rounded(right + LEADER)
    texts = tuple(
        Text(
            label=Label(
                x=x,
                y=rounded(y + size * 0.35),
                text=shortened(name.text, size=size, room=plane.layout.width - x),
                size=size,
            ),
            kind=f"{name.kind}-text",
        )
        for name, y in zip(names, placed, strict=True)
    )
    return leaders, texts


def _leader(x: float, y: float, to: float) -> str:
    return path([(x, y), (x + LEADER * 0.25, y), (x + LEADER * 0.8, to)])


def shortened(text: str, *, size: float, room: float) -> str:
    """Cut a text that is wider than its room, and show that it is cut."""
    while text_width(text, size) > room and len(text) > 1:
        text = text.removesuffix(ELLIPSIS)[:-1] + ELLIPSIS
    return text


def period_labels(plane: Plane, labels: Sequence[str], years: Sequence[str]) -> tuple[Text, ...]:
    """Name as many periods as fit, always the newest, and each year where it begins."""
    size = plane.layout.text
    widest = max((text_width(label, size) for label in labels), default=0.0)
    step = max(1, ceil((widest + 3) / plane.slot_width))
    below = rounded(plane.plot.bottom + size * 1.35)
    names = [_under(plane, i, labels[i], below) for i in range(len(labels) - 1, -1, -step)]
    deeper = rounded(plane.plot.bottom + size * 2.6)
    begun = [i for i, year in enumerate(years) if year and (i == 0 or year != years[i - 1])]
    # the first year stands only where it leaves room for the next
    order = [*begun[1:], *begun[:1]]
    kept = [
        *keep_apart(names, taken=[], inside=plane.sheet),
        *keep_apart(
            [_under(plane, i, years[i], deeper) for i in order], taken=[], inside=plane.sheet
        ),
    ]
    return tuple(Text(label=label) for label in kept)


def _under(plane: Plane, index: int, text: str, y: float) -> Label:
    return Label(x=plane.centre(index), y=y, text=text, size=plane.layout.text, anchor="middle")
