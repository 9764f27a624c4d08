"""The columns of a monthly chart: bars, values on them, gaps, volumes."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from scorecards.charts.frame import Frame
from scorecards.charts.labels import keep_apart
from scorecards.charts.series import MonthValue
from scorecards.charts.shapes import Label, Rect, hatch, rounded, text_width

ABOVE_BAR = 4.0
BREAK = 5.0


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One month's bar.

    `provisional` is its upper, undecided part and `hatching` the strokes in it; `cut`
    is the path of the break drawn across a bar that is higher than the scale; `zero`
    is a true 0 (drawn as a stroke on the base line, unlike a month without data).
    """

    area: Rect
    provisional: Rect | None
    hatching: str
    cut: str
    zero: bool
    newest: bool


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Neighbouring months without a figure for the same reason."""

    area: Rect
    label: Label | None


def bars(frame: Frame) -> tuple[Bar, ...]:
    """Draw every month that has a figure."""
    last = len(frame.months) - 1
    return tuple(
        _bar(frame, index, month, month.exact, newest=index == last)
        for index, month in enumerate(frame.months)
        if month.exact is not None
    )


def _bar(frame: Frame, index: int, month: MonthValue, value: Fraction, *, newest: bool) -> Bar:
    area = _column(frame, index, frame.scale.at(value), frame.scale.baseline)
    decided = frame.scale.at(value - Fraction(month.provisional))
    provisional = _column(frame, index, area.y, decided) if month.provisional else None
    return Bar(
        area=area,
        provisional=provisional,
        hatching=hatch(provisional) if provisional else "",
        cut=_break(area) if frame.scale.cuts(value) else "",
        zero=value == 0,
        newest=newest,
    )


def _column(frame: Frame, index: int, top: float, bottom: float) -> Rect:
    width = frame.bar_width
    return Rect(
        x=rounded(frame.centre(index) - width / 2),
        y=top,
        width=rounded(width),
        height=rounded(max(bottom - top, 0)),
    )


def _break(area: Rect) -> str:
    top, x, right = area.y + 2 * BREAK, area.x - 2, area.right + 2
    return (
        f"M{x:.1f} {top + BREAK:.1f}L{right:.1f} {top:.1f}v{BREAK}L{x:.1f} {top + 2 * BREAK:.1f}Z"
    )


def values(frame: Frame, *, taken: list[Rect]) -> tuple[Label, ...]:
    """Write values on the bars: on all where they fit, else on cut, newest and highest."""
    written = [
        (index, month.exact)
        for index, month in reversed(list(enumerate(frame.months)))
        if month.exact is not None
    ]
    everything = [_value(frame, index, value) for index, value in written]
    kept = keep_apart(everything, taken=taken, inside=frame.sheet)
    if len(kept) == len(everything):
        return tuple(kept)
    highest = max(value for _, value in written)
    telling = [
        label
        for label, (index, value) in zip(everything, written, strict=True)
        if frame.scale.cuts(value) or index == len(frame.months) - 1 or value == highest
    ]
    return tuple(keep_apart(telling, taken=taken, inside=frame.sheet))


def _value(frame: Frame, index: int, value: Fraction) -> Label:
    return Label(
        x=frame.centre(index),
        y=rounded(_above(frame, index, frame.scale.at(value)) - ABOVE_BAR),
        text=frame.number(value),
        size=frame.layout.text,
        anchor="middle",
    )


def _above(frame: Frame, index: int, top: float) -> float:
    """Give the height to write above: the bar's, or the rolling point's if in the way."""
    rolling = frame.months[index].rolling
    if rolling is None:
        return top
    point = frame.scale.at(Fraction(rolling))
    return point - 1 if top - ABOVE_BAR - frame.layout.text < point + 2 <= top + 2 else top


def gaps(frame: Frame) -> tuple[Gap, ...]:
    """Mark months without a figure, neighbours of one reason together."""
    found = []
    numbered = list(enumerate(frame.months))
    for (missing, reason), group in groupby(
        numbered, key=lambda pair: (pair[1].value is None, pair[1].reason)
    ):
        indexes = [index for index, _ in group]
        if missing:
            found.append(_gap(frame, indexes[0], indexes[-1], reason))
    return tuple(found)


def _gap(frame: Frame, first: int, last: int, reason: str) -> Gap:
    slot = frame.slot(first, last)
    area = Rect(x=slot.x, y=slot.y, width=slot.width, height=frame.plot.height)
    return Gap(area=area, label=_gap_label(area, reason, frame.layout.text) if reason else None)


def _gap_label(area: Rect, reason: str, size: float) -> Label | None:
    """Write the reason along the base line where it fits, else upwards, else not at all."""
    length = text_width(reason, size)
    if length <= area.width:
        y = rounded(area.bottom - ABOVE_BAR)
        return Label(x=area.centre, y=y, text=reason, size=size, anchor="middle")
    if length <= area.height - 2 * ABOVE_BAR and size <= area.width:
        x, y = rounded(area.centre + size * 0.35), rounded(area.bottom - ABOVE_BAR)
        return Label(x=x, y=y, text=reason, size=size, turned=True)
    return None


def volumes(frame: Frame) -> tuple[Rect, ...]:
    """Draw the quantity behind each month in the strip beneath."""
    highest = max((Fraction(month.volume) for month in frame.months), default=Fraction(0))
    return tuple(
        _volume(frame, index, Fraction(month.volume) / highest)
        for index, month in enumerate(frame.months)
        if month.volume > 0
    )


def _volume(frame: Frame, index: int, share: Fraction) -> Rect:
    height = max(float(share) * frame.strip.height, 1.0)
    return _column(frame, index, rounded(frame.strip.bottom - height), frame.strip.bottom)
