"""A word-sized line: the last months at a glance, without axes."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from scorecards.charts.scale import Scale
from scorecards.charts.shapes import Dot, path, rounded, runs
from scorecards.formulas.quantities import Quantity

MARGIN = 3.0


@dataclass(frozen=True, kw_only=True)
class Sparkline:
    """What a template draws: one path, lonely points, the newest point, a limit.

    `empty` says that no value is known; `gaps` counts the months without one.
    """

    width: float
    height: float
    line: str
    dots: tuple[Dot, ...]
    newest: Dot | None
    limit_y: float | None
    gaps: int
    empty: bool


def sparkline(
    values: Sequence[Quantity | None],
    *,
    limit: Quantity | None = None,
    width: float = 96,
    height: float = 24,
) -> Sparkline:
    """Draw values from 0 up, oldest first; None leaves a gap and never counts as 0.

    The newest point is marked only when the newest month has a value.
    """
    exact = [None if value is None else Fraction(value) for value in values]
    known = [value for value in exact if value is not None]
    top = max([*known, Fraction(limit or 0)], default=Fraction(0)) or Fraction(1)
    scale = Scale(top=top, step=top, baseline=height - MARGIN, ceiling=MARGIN)
    points = _points(exact, scale, width)
    parts = runs(points)
    return Sparkline(
        width=width,
        height=height,
        line="".join(path(run) for run in parts if len(run) > 1),
        dots=tuple(Dot(x=run[0][0], y=run[0][1]) for run in parts if len(run) == 1),
        newest=Dot(x=points[-1][0], y=points[-1][1]) if points and points[-1] else None,
        limit_y=None if limit is None or not known else scale.at(Fraction(limit)),
        gaps=len(exact) - len(known),
        empty=not known,
    )


def _points(
    values: list[Fraction | None], scale: Scale, width: float
) -> list[tuple[float, float] | None]:
    step = (width - 2 * MARGIN) / max(1, len(values) - 1)
    return [
        None if value is None else (rounded(MARGIN + step * i), scale.at(value))
        for i, value in enumerate(values)
    ]
