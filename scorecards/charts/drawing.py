"""What a chart hands to the one template that draws it: strokes, texts and spots.

A chart decides where things are; `kind` says what they are, and colours follow from it: by class
on a page, by attribute in a PDF.
"""

from dataclasses import dataclass

from scorecards.charts.series import Layout
from scorecards.charts.shapes import Dot, Label, Rect


@dataclass(frozen=True, kw_only=True)
class Stroke:
    """A path and what it stands for."""

    kind: str
    d: str


@dataclass(frozen=True, kw_only=True)
class Text:
    """A label and what it stands for; an empty kind is ordinary small text."""

    label: Label
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A place to point at: what is read out there, and where a click leads."""

    area: Rect
    readout: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A whole chart in view-box units; templates only draw it.

    `kinds` names what is on the sheet, so that a legend explains no more than that.
    """

    layout: Layout
    strokes: tuple[Stroke, ...]
    texts: tuple[Text, ...]
    spots: tuple[Spot, ...]
    empty: bool = False

    @property
    def kinds(self) -> frozenset[str]:
        """Give the kinds of all strokes."""
        return frozenset(stroke.kind for stroke in self.strokes if stroke.d)

    @property
    def linked(self) -> bool:
        """Say whether any spot leads somewhere."""
        return any(spot.url for spot in self.spots)


def box(area: Rect) -> str:
    """Give the path of a rectangle."""
    return f"M{area.x:.1f} {area.y:.1f}h{area.width:.1f}v{area.height:.1f}h{-area.width:.1f}Z"


def ring(dot: Dot, radius: float) -> str:
    """Give the path of a circle."""
    r, width = f"{radius:.1f}", 2 * radius
    return (
        f"M{dot.x - radius:.1f} {dot.y:.1f}"
        f"a{r} {r} 0 1 0 {width:.1f} 0a{r} {r} 0 1 0 {-width:.1f} 0Z"
    )


def diamond(dot: Dot, radius: float) -> str:
    """Give the path of a square on its corner, which reads as different without colour."""
    x, y, r = dot.x, dot.y, radius
    return f"M{x:.1f} {y - r:.1f}l{r:.1f} {r:.1f}l{-r:.1f} {r:.1f}l{-r:.1f} {-r:.1f}Z"


def cross(dot: Dot, radius: float) -> str:
    """Give the path of a cross, for a point that is not counted."""
    x, y, r = dot.x - radius, dot.y - radius, 2 * radius
    return f"M{x:.1f} {y:.1f}l{r:.1f} {r:.1f}M{x:.1f} {y + r:.1f}l{r:.1f} {-r:.1f}"


def across(y: float, left: float, right: float) -> str:
    """Give the path of a level line."""
    return f"M{left:.1f} {y:.1f}H{right:.1f}"
