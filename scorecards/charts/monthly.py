"""The monthly chart: a bar a month, a rolling line, limits, and the volume beneath."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from scorecards import formatting
from scorecards.charts import bars as columns
from scorecards.charts import lines
from scorecards.charts.frame import Frame, frame_for
from scorecards.charts.series import WIDE, Layout, Limit, MonthValue, Writer
from scorecards.charts.shapes import Label, Rect, rounded

# A dash that ends at a number reads as part of it.
CLEAR = 4.0


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A month's full column, for pointing and clicking, with the month it stands for."""

    area: Rect
    month: MonthValue


@dataclass(frozen=True, kw_only=True)
class MonthlyChart:
    """Geometry of the whole chart in view-box units; templates only draw it.

    `empty` means that no month has a figure: show an empty state instead of the chart.
    """

    layout: Layout
    plot: Rect
    strip: Rect
    ticks: tuple[lines.Tick, ...]
    bars: tuple[columns.Bar, ...]
    values: tuple[Label, ...]
    gaps: tuple[columns.Gap, ...]
    limits: tuple[lines.LimitLine, ...]
    rolling: lines.Rolling
    volumes: tuple[Rect, ...]
    volume_tick: Label
    months: tuple[Label, ...]
    years: tuple[Label, ...]
    slots: tuple[Slot, ...] = field(repr=False)
    empty: bool
    provisional: bool

    @property
    def papers(self) -> tuple[Rect, ...]:
        """Give what is cleared of lines around each value, so that none seems to strike it out."""
        return tuple(
            Rect(x=rounded(b.x - CLEAR), y=b.y, width=rounded(b.width + 2 * CLEAR), height=b.height)
            for b in (label.box for label in self.values)
        )

    @property
    def labels(self) -> tuple[Label, ...]:
        """Give every text that must not meet another."""
        margin = tuple(line.label for line in self.limits)
        rolling = (self.rolling.label,) if self.rolling.label else ()
        axis = (*(tick.label for tick in self.ticks), self.volume_tick)
        return (*axis, *self.values, *margin, *rolling, *self.months, *self.years)


def monthly_chart(
    months: Sequence[MonthValue],
    *,
    limits: Sequence[Limit] = (),
    rolling_name: str = "12",
    layout: Layout = WIDE,
    number: Writer = formatting.ppm,
    volume: Writer = formatting.compact,
) -> MonthlyChart:
    """Lay out a series of months, oldest first, with its limits.

    `number` and `volume` write values in the reader's language; `rolling_name` stands
    before the newest rolling value. The scale follows from this series alone.
    """
    points, bounds = tuple(months), tuple(limits)
    texts = lines.margin_texts(
        points, bounds, rolling_name=rolling_name, layout=layout, number=number
    )
    largest = volume(max((Fraction(month.volume) for month in points), default=Fraction(0)))
    frame = frame_for(
        months=points,
        limits=bounds,
        layout=layout,
        number=number,
        margin_texts=texts,
        volume_text=largest,
    )
    return _assembled(frame, texts, largest)


def _assembled(frame: Frame, texts: list[str], largest: str) -> MonthlyChart:
    limit_lines, rolling = lines.margin(frame, texts)
    ticks = lines.ticks(frame)
    taken = [line.label.box for line in limit_lines] + [tick.label.box for tick in ticks]
    taken += [rolling.label.box] if rolling.label else []
    return MonthlyChart(
        layout=frame.layout,
        plot=frame.plot,
        strip=frame.strip,
        ticks=ticks,
        bars=columns.bars(frame),
        values=columns.values(frame, taken=taken),
        gaps=columns.gaps(frame),
        limits=limit_lines,
        rolling=rolling,
        volumes=columns.volumes(frame),
        volume_tick=lines.volume_tick(frame, largest),
        months=lines.month_labels(frame),
        years=lines.year_labels(frame),
        slots=tuple(
            Slot(area=frame.slot(index), month=month) for index, month in enumerate(frame.months)
        ),
        empty=all(month.value is None for month in frame.months),
        provisional=any(month.provisional for month in frame.months),
    )
