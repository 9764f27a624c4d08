"""The few shapes every chart is made of, in view-box units, y growing downwards."""

import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Anchor = Literal["start", "middle", "end"]

# Widest average advance of the page's font; a label is never wider than this says.
EM_PER_CHARACTER = 0.62
EM_PER_WIDE_CHARACTER = 0.92
EM_PER_FULL_CHARACTER = 1.0
WIDE_CHARACTERS = frozenset("MWmw%")


def rounded(value: float | Fraction) -> float:
    """Two decimals are finer than any screen or printer shows."""
    return round(float(value), 2)


def text_width(text: str, size: float) -> float:
    """Estimate, on the safe side, how wide a text is drawn."""
    wide = sum(character in WIDE_CHARACTERS for character in text)
    full = 0 if text.isascii() else sum(unicodedata.east_asian_width(one) in "WF" for one in text)
    narrow = len(text) - wide - full
    return size * (
        EM_PER_CHARACTER * narrow + EM_PER_WIDE_CHARACTER * wide + EM_PER_FULL_CHARACTER * full
    )


@dataclass(frozen=True, kw_only=True)
class Rect:
    """A rectangle by its upper left corner and size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Give the right edge."""
        return rounded(self.x + self.width)

    @property
    def bottom(self) -> float:
        """Give the lower edge."""
        return rounded(self.y + self.height)

    @property
    def centre(self) -> float:
        """Give the middle from left to right."""
        return rounded(self.x + self.width / 2)

    @property
    def middle(self) -> float:
        """Give the middle from top to bottom."""
        return rounded(self.y + self.height / 2)

    def overlaps(self, other: "Rect") -> bool:
        """Say whether the two share more than an edge."""
        return (
            self.x < other.right
            and other.x < self.right
            and self.y < other.bottom
            and other.y < self.bottom
        )

    def within(self, other: "Rect", slack: float = 0.05) -> bool:
        """Say whether this rectangle lies inside the other."""
        return (
            self.x >= other.x - slack
            and self.y >= other.y - slack
            and self.right <= other.right + slack
            and self.bottom <= other.bottom + slack
        )


@dataclass(frozen=True, kw_only=True)
class Label:
    """A text by its anchor point on the baseline; `turned` reads upwards."""

    x: float
    y: float
    text: str
    size: float
    anchor: Anchor = "start"
    turned: bool = False

    @property
    def box(self) -> Rect:
        """Give the room the text takes."""
        along, across = text_width(self.text, self.size), self.size * 1.15
        before = {"start": 0.0, "middle": along / 2, "end": along}[self.anchor]
        if self.turned:
            return _box(self.x - self.size * 0.9, self.y - along + before, across, along)
        return _box(self.x - before, self.y - self.size * 0.9, along, across)


@dataclass(frozen=True, kw_only=True)
class Dot:
    """A point to mark."""

    x: float
    y: float


def _box(x: float, y: float, width: float, height: float) -> Rect:
    return Rect(x=rounded(x), y=rounded(y), width=rounded(width), height=rounded(height))


def hatch(area: Rect, *, step: float = 5.0) -> str:
    """Give the path of 45° strokes that fill a rectangle, cut exactly at its edges.

    Drawn as strokes and not as an SVG pattern, so that it needs no id that could
    meet another chart's on the same page and looks the same in every renderer.
    """
    strokes = []
    offset = step
    while offset < area.width + area.height:
        x1, y1 = _on_left_or_bottom(area, offset)
        x2, y2 = _on_top_or_right(area, offset)
        strokes.append(f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}")
        offset += step
    return "".join(strokes)


def _on_left_or_bottom(area: Rect, offset: float) -> tuple[float, float]:
    if offset <= area.height:
        return area.x, area.y + offset
    return area.x + offset - area.height, area.bottom


def _on_top_or_right(area: Rect, offset: float) -> tuple[float, float]:
    if offset <= area.width:
        return area.x + offset, area.y
    return area.right, area.y + offset - area.width


def path(points: list[tuple[float, float]]) -> str:
    """Join points to a line."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) if points else ""


def runs(points: list[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """Split a series where values are missing: a line never bridges a gap."""
    found: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            found.append([])
        else:
            found[-1].append(point)
    return [run for run in found if run]
