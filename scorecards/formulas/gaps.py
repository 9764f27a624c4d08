"""What lies between rare rejects, judged: parts and days until each, parts until every third.

A long gap is good news, a short one may be chance: the parts until every third reject sees a
worsening sooner than single gaps do. Parts come in deliveries and days are counted whole: two
rejects of one delivery, or of one day, have nothing between them however rare they are. So a gap is
too short only if the most it can have been is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final

from scorecards.formulas.frozen_limits import Signal
from scorecards.formulas.quantities import MILLION, Quantity
from scorecards.formulas.rare_events import event_limits, exponential_limits

EVENTS_TOGETHER: Final = 3


@dataclass(frozen=True, kw_only=True)
class Gap:
    """What came until a reject (or several) since the one before: how much, and its day.

    `lot` is how much more it can have been: of the delivery that the earlier reject is of, which
    may all lie between the two; a day where days are counted.
    """

    on: date
    size: Quantity
    lot: Quantity = 0

    @property
    def most(self) -> Fraction:
        """The most it can have been."""
        return Fraction(self.size) + Fraction(self.lot)


@dataclass(frozen=True, kw_only=True)
class GapLimits:
    """What is usual between rejects: its middle, and beyond which it is no chance."""

    center: float
    lower: float
    upper: float

    def side(self, gap: Gap) -> int:
        """Return -1 for sooner than chance explains, 1 for later, 0 for neither.

        Sooner is judged by the most that the gap can have been.
        """
        return (gap.size > self.upper) - (gap.most < self.lower)

    def is_coarse(self, gap: Gap) -> bool:
        """Say whether a gap is below the lower limit only because parts come in deliveries."""
        return gap.size < self.lower <= gap.most


class GapView(StrEnum):
    """How the gaps are looked at."""

    PARTS = "parts"
    THIRD = "third"
    DAYS = "days"


@dataclass(frozen=True, kw_only=True)
class JudgedGaps:
    """One view: its gaps, oldest first, and its limits; None without limits in force."""

    view: GapView
    gaps: tuple[Gap, ...]
    limits: GapLimits | None

    def signals(self) -> Iterator[tuple[date, Signal]]:
        """Yield the days on which a gap ended that chance does not explain, with what it says."""
        if self.limits is None:
            return
        for gap in self.gaps:
            if side := self.limits.side(gap):
                yield gap.on, SIGNALS[self.view][side]


SIGNALS: Final = {
    GapView.PARTS: {-1: Signal.PARTS_SOONER, 1: Signal.PARTS_LATER},
    GapView.THIRD: {-1: Signal.THIRD_SOONER, 1: Signal.THIRD_LATER},
    GapView.DAYS: {-1: Signal.DAYS_SOONER, 1: Signal.DAYS_LATER},
}


def judged_gaps(
    *,
    parts: Sequence[Gap],
    days: Sequence[Gap],
    rate: Fraction | None,
    mean_days: float | None,
    frozen_until: date | None,
) -> tuple[JudgedGaps, ...]:
    """Return the three views of the same rejects.

    Args:
        parts: parts received until each reject since the one before, oldest first.
        days: days until each.
        rate: incidents per part in the months of the limits in force; None for no limits.
        mean_days: days between two incidents in these months.
        frozen_until: the last day of these months. Threes are counted from there both ways, so
            that what was told about three rejects still holds when the next ones come.
    """
    return (
        JudgedGaps(view=GapView.PARTS, gaps=tuple(parts), limits=parts_limits(rate, 1)),
        JudgedGaps(
            view=GapView.THIRD,
            gaps=tuple(_together(parts, frozen_until)),
            limits=parts_limits(rate, EVENTS_TOGETHER),
        ),
        JudgedGaps(view=GapView.DAYS, gaps=tuple(days), limits=day_limits(mean_days)),
    )


def _together(gaps: Sequence[Gap], frozen_until: date | None) -> list[Gap]:
    """Add up three neighbours each; what is left over at the end goes on."""
    before = sum(frozen_until is not None and gap.on <= frozen_until for gap in gaps)
    begin = before % EVENTS_TOGETHER
    ends = range(begin + EVENTS_TOGETHER, len(gaps) + 1, EVENTS_TOGETHER)
    return [
        Gap(
            on=gaps[end - 1].on,
            size=sum(
                (Fraction(gap.size) for gap in gaps[end - EVENTS_TOGETHER : end]), Fraction(0)
            ),
            lot=gaps[end - EVENTS_TOGETHER].lot,
        )
        for end in ends
    ]


def parts_limits(rate: Fraction | None, events: int) -> GapLimits | None:
    """Return the limits of the parts until so many rejects at a rate per part."""
    if rate is None:
        return None
    found = event_limits(ppm=rate * MILLION, events=events)
    return GapLimits(center=float(events / rate), lower=found.bad_below, upper=found.good_above)


def day_limits(mean_days: float | None) -> GapLimits | None:
    """Return the limits of the days between two rejects, by their mean."""
    if mean_days is None:
        return None
    lower, upper = exponential_limits(mean=mean_days)
    return GapLimits(center=mean_days, lower=lower, upper=upper)
