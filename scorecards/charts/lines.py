"""What crosses or surrounds the columns: limits, the rolling line, axis and month labels."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from scorecards.charts.frame import BESIDE, LEADER, Frame
from scorecards.charts.labels import keep_apart, spread
from scorecards.charts.series import Layout, Limit, LimitKind, MonthValue, Writer
from scorecards.charts.shapes import Dot, Label, path, rounded, runs, text_width

ROW = 1.3  # line height of labels in the margin
ELLIPSIS = "…"


@dataclass(frozen=True, kw_only=True)
class LimitLine:
    """A limit's height, its label in the margin and the stroke that leads there."""

    y: float
    label: Label
    leader: str
    kind: LimitKind


@dataclass(frozen=True, kw_only=True)
class Rolling:
    """The rolling line: path, points, and the newest value in the margin."""

    line: str
    dots: tuple[Dot, ...]
    label: Label | None
    leader: str


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A round value on the axis: its height and its label."""

    y: float
    label: Label


def margin_texts(
    months: tuple[MonthValue, ...],
    limits: tuple[Limit, ...],
    *,
    rolling_name: str,
    layout: Layout,
    number: Writer,
) -> list[str]:
    """Give the words of the right margin: one a limit, then the rolling line's if it has one."""
    texts = [
        f"{limit.short if layout.short and limit.short else limit.label} {number(limit.value)}"
        for limit in limits
    ]
    if months and months[-1].rolling is not None:
        texts.append(f"{rolling_name} {number(months[-1].rolling)}")
    return texts


def margin(frame: Frame, texts: list[str]) -> tuple[tuple[LimitLine, ...], Rolling]:
    """Place limits and rolling line with their labels, none on top of another."""
    heights = [frame.scale.at(Fraction(limit.value)) for limit in frame.limits]
    line_points = _rolling_points(frame)
    if line_points and line_points[-1]:
        heights.append(line_points[-1][1])
    size = frame.layout.text
    placed = spread(heights, gap=size * ROW, low=size, high=frame.plot.bottom)
    labels = [_margin_label(frame, text, y) for text, y in zip(texts, placed, strict=True)]
    leaders = [_leader(frame, *pair) for pair in zip(heights, placed, strict=True)]
    lines = tuple(
        LimitLine(y=y, label=label, leader=leader, kind=limit.kind)
        for limit, y, label, leader in zip(frame.limits, heights, labels, leaders, strict=False)
    )
    named = len(labels) > len(lines)
    rolling = Rolling(
        line="".join(path(run) for run in runs(line_points) if len(run) > 1),
        dots=tuple(Dot(x=point[0], y=point[1]) for point in line_points if point),
        label=labels[-1] if named else None,
        leader=leaders[-1] if named else "",
    )
    return lines, rolling


def _rolling_points(frame: Frame) -> list[tuple[float, float] | None]:
    return [
        None
        if month.rolling is None
        else (frame.centre(index), frame.scale.at(Fraction(month.rolling)))
        for index, month in enumerate(frame.months)
    ]


def _margin_label(frame: Frame, text: str, y: float) -> Label:
    x = rounded(frame.plot.right + LEADER)
    size = frame.layout.text
    room = frame.layout.width - x
    while text_width(text, size) > room and len(text) > 1:
        text = text.removesuffix(ELLIPSIS)[:-1] + ELLIPSIS
    return Label(x=x, y=rounded(y + size * 0.35), text=text, size=size)


def _leader(frame: Frame, y: float, label_y: float) -> str:
    x = frame.plot.right
    return path([(x, y), (x + LEADER * 0.25, y), (x + LEADER * 0.8, label_y)])


def ticks(frame: Frame) -> tuple[Tick, ...]:
    """Give grid lines with their values at the left."""
    size = frame.layout.text
    x = rounded(frame.plot.x - BESIDE)
    return tuple(
        Tick(y=y, label=Label(x=x, y=rounded(y + size * 0.35), text=text, size=size, anchor="end"))
        for value in frame.scale.ticks
        for y, text in [(frame.scale.at(value), frame.number(value))]
    )


def volume_tick(frame: Frame, text: str) -> Label:
    """Write the largest volume beside the strip."""
    size = frame.layout.text
    x, y = rounded(frame.plot.x - BESIDE), rounded(frame.strip.y + size)
    return Label(x=x, y=y, text=text, size=size, anchor="end")


def month_labels(frame: Frame) -> tuple[Label, ...]:
    """Name as many months as fit, always the newest, in even steps back from it."""
    size, count = frame.layout.text, len(frame.months)
    widest = max((text_width(month.label, size) for month in frame.months), default=0)
    step = max(1, ceil((widest + 3) / frame.slot_width))
    y = rounded(frame.strip.bottom + size * 1.35)
    labels = [
        _under(frame, index, frame.months[index].label, y) for index in range(count - 1, -1, -step)
    ]
    return tuple(keep_apart(labels, taken=[], inside=frame.sheet))


def year_labels(frame: Frame) -> tuple[Label, ...]:
    """Name the year under each January, and under the first month where there is room."""
    y = rounded(frame.strip.bottom + frame.layout.text * 2.6)
    januaries = [index for index, month in enumerate(frame.months) if month.month.month == 1]
    wanted = dict.fromkeys([*januaries, *([0] if frame.months else [])])
    labels = [_under(frame, index, str(frame.months[index].month.year), y) for index in wanted]
    return tuple(keep_apart(labels, taken=[], inside=frame.sheet))


def _under(frame: Frame, index: int, text: str, y: float) -> Label:
    x = frame.centre(index)
    return Label(x=x, y=y, text=text, size=frame.layout.text, anchor="middle")
