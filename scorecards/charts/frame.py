"""The sheet a monthly chart is drawn on: margins, plot, volume strip, slots, scales."""

from dataclasses import dataclass
from fractions import Fraction

from scorecards.charts.scale import Scale, readable_top, scale_for
from scorecards.charts.series import Layout, Limit, MonthValue, Writer
from scorecards.charts.shapes import Rect, rounded, text_width

ABOVE = 18.0  # room for the value written on a cut bar
BELOW = 3.1  # two rows in heights of a letter: months and years
BETWEEN = 8.0  # plot to volume strip
BESIDE = 8.0  # axis label to plot
LEADER = 16.0  # plot to limit label
SPARE = 1.0  # so that rounding never shortens a label
MARGIN_SHARE = 0.36  # the right margin never takes more of the width than this
BAR_SHARE = 0.62
WIDEST_BAR = 36.0


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Everything the parts of the chart measure themselves by."""

    months: tuple[MonthValue, ...]
    limits: tuple[Limit, ...]
    layout: Layout
    number: Writer
    plot: Rect
    strip: Rect
    scale: Scale

    @property
    def sheet(self) -> Rect:
        """Give the view box."""
        return Rect(x=0, y=0, width=self.layout.width, height=self.layout.height)

    @property
    def slot_width(self) -> float:
        """Give the width one month has."""
        return self.plot.width / max(1, len(self.months))

    @property
    def bar_width(self) -> float:
        """Give the width of a bar within its slot."""
        return min(self.slot_width * BAR_SHARE, WIDEST_BAR)

    def centre(self, index: int) -> float:
        """Give the middle of a month's slot."""
        return rounded(self.plot.x + self.slot_width * (index + 0.5))

    def slot(self, first: int, last: int | None = None) -> Rect:
        """Give the room of a month, or of several, from plot top to strip bottom."""
        count = (first if last is None else last) - first + 1
        return Rect(
            x=rounded(self.plot.x + self.slot_width * first),
            y=self.plot.y,
            width=rounded(self.slot_width * count),
            height=rounded(self.strip.bottom - self.plot.y),
        )


def frame_for(
    *,
    months: tuple[MonthValue, ...],
    limits: tuple[Limit, ...],
    layout: Layout,
    number: Writer,
    margin_texts: list[str],
    volume_text: str,
) -> Frame:
    """Fit plot and strip between the labels they need."""
    strip_y = layout.height - BELOW * layout.text - layout.strip
    scale = scale_for(_highest(months, limits), baseline=strip_y - BETWEEN, ceiling=ABOVE)
    axis_texts = [volume_text, *(number(tick) for tick in scale.ticks)]
    left = BESIDE + max(text_width(text, layout.text) for text in axis_texts)
    widest = max((text_width(text, layout.text) for text in margin_texts), default=0)
    right = LEADER + widest + SPARE
    width = rounded(layout.width - left - min(right, layout.width * MARGIN_SHARE))
    x = rounded(left)
    return Frame(
        months=months,
        limits=limits,
        layout=layout,
        number=number,
        scale=scale,
        plot=Rect(x=x, y=ABOVE, width=width, height=rounded(scale.baseline - ABOVE)),
        strip=Rect(x=x, y=rounded(strip_y), width=width, height=layout.strip),
    )


def _highest(months: tuple[MonthValue, ...], limits: tuple[Limit, ...]) -> Fraction:
    bars = [month.exact for month in months if month.exact is not None]
    rolling = [Fraction(month.rolling) for month in months if month.rolling is not None]
    return readable_top(bars, [*rolling, *(Fraction(limit.value) for limit in limits)])
