"""The Pareto: what most of it is, largest first, with the share that is reached so far.

Bars lie, so that names stay readable. They and the line of the running total have one scale, the
share of the total from 0 to 100 %, marked at the foot: the line begins where the longest bar ends.
What a bar counts and its own share stand in a column beside, which the line never enters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from scorecards import formatting
from scorecards.charts.drawing import Drawing, Spot, Stroke, Text, box, ring
from scorecards.charts.plane import shortened
from scorecards.charts.series import Layout, Writer
from scorecards.charts.shapes import Dot, Label, Rect, path, rounded, text_width
from scorecards.formulas.quantities import Quantity

ROW, HEAD, FOOT, GAP = 40.0, 4.0, 20.0, 6.0
BAR = 15.0
QUARTERS = 4


@dataclass(frozen=True, kw_only=True)
class ParetoBar:
    """One cause: its name, how much, and its worst consequence in a word, if any."""

    label: str
    value: Quantity
    note: str = ""
    readout: str = ""
    url: str = ""
    rest: bool = False


def pareto(
    bars: Sequence[ParetoBar],
    *,
    width: float = 760,
    text: float = 11,
    number: Writer = formatting.quantity,
    percent: Writer = formatting.percent,
) -> Drawing:
    """Lay out causes in the order given, largest first, the rest last."""
    total = sum((Fraction(bar.value) for bar in bars), Fraction(0))
    layout = Layout(width=width, height=HEAD + ROW * len(bars) + FOOT, text=text)
    shares = [Fraction(bar.value) / total if total else Fraction(0) for bar in bars]
    ends = [
        (bar.note, f"{number(bar.value)} · {percent(share)}")
        for bar, share in zip(bars, shares, strict=True)
    ]
    plot = Rect(
        x=2,
        y=HEAD,
        width=rounded(width - 4 - _beside(ends, layout, percent)),
        height=ROW * len(bars),
    )
    rows = [_row(plot, index, share) for index, share in enumerate(shares)]
    texts = [
        part
        for bar, row, end in zip(bars, rows, ends, strict=True)
        for part in _words(plot, bar, row, end, layout)
    ]
    return Drawing(
        layout=layout,
        strokes=(
            *_grid(plot),
            *(
                Stroke(kind="rest" if b.rest else "bar", d=box(r))
                for b, r in zip(bars, rows, strict=True)
            ),
            *_line(plot, list(accumulate(shares))),
            *_backs(texts),
        ),
        texts=(*texts, *_foot(plot, layout, percent)),
        spots=tuple(
            Spot(area=_band(plot, index), readout=bar.readout, url=bar.url)
            for index, bar in enumerate(bars)
        ),
        empty=not total,
    )


def _band(plot: Rect, index: int) -> Rect:
    return Rect(x=0, y=rounded(plot.y + ROW * index), width=plot.right, height=ROW)


def _row(plot: Rect, index: int, share: Fraction) -> Rect:
    """The bar itself, below its name: as much of the width as its share of the total."""
    y = rounded(plot.y + ROW * (index + 1) - BAR - 3)
    return Rect(x=plot.x, y=y, width=rounded(max(float(share) * plot.width, 1.0)), height=BAR)


def _grid(plot: Rect) -> tuple[Stroke, ...]:
    lines = "".join(
        f"M{plot.x + plot.width * step / QUARTERS:.1f} {plot.y:.1f}V{plot.bottom:.1f}"
        for step in range(1, QUARTERS + 1)
    )
    foot = f"M{plot.x:.1f} {plot.y:.1f}V{plot.bottom:.1f}"
    return (Stroke(kind="grid", d=lines), Stroke(kind="axis", d=foot))


def _line(plot: Rect, reached: Sequence[Fraction]) -> tuple[Stroke, ...]:
    places = [
        (rounded(plot.x + float(share) * plot.width), _band(plot, index).bottom - BAR / 2 - 3)
        for index, share in enumerate(reached)
    ]
    dots = "".join(ring(Dot(x=x, y=y), 2.6) for x, y in places)
    return (Stroke(kind="series", d=path(places)), Stroke(kind="dot", d=dots))


def _backs(texts: Sequence[Text]) -> list[Stroke]:
    """Clear the line behind names it would cross."""
    return [Stroke(kind="paper", d=box(text.label.box)) for text in texts]


def _beside(ends: Sequence[tuple[str, str]], layout: Layout, percent: Writer) -> float:
    """Return the room that counts and notes take, or half of the scale's last mark."""
    widest = max((text_width(text, layout.text) for end in ends for text in end), default=0.0)
    mark = text_width(percent(Fraction(1)), layout.text) / 2
    return max(widest, mark) + 2 * GAP


def _words(
    plot: Rect, bar: ParetoBar, row: Rect, end: tuple[str, str], layout: Layout
) -> tuple[Text, ...]:
    """Name the bar above it; count and share stand beside it, its worst consequence above that."""
    size, right = layout.text, layout.width - 2
    above, beside = rounded(row.y - 4), rounded(row.y + BAR - 3)
    note, value = end
    name = shortened(bar.label, size=size, room=plot.width)
    words = [
        Text(label=Label(x=plot.x, y=above, text=name, size=size), kind="strong"),
        Text(label=Label(x=right, y=beside, text=value, size=size, anchor="end"), kind="value"),
    ]
    if note:
        words.append(Text(label=Label(x=right, y=above, text=note, size=size, anchor="end")))
    return tuple(words)


def _foot(plot: Rect, layout: Layout, percent: Writer) -> tuple[Text, ...]:
    y = rounded(plot.bottom + layout.text * 1.3)
    return tuple(
        Text(
            label=Label(
                x=rounded(plot.x + plot.width * step / QUARTERS),
                y=y,
                text=percent(Fraction(step, QUARTERS)),
                size=layout.text,
                anchor="middle",
            )
        )
        for step in range(1, QUARTERS + 1)
    )
