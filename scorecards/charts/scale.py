"""A linear scale from values to view-box heights, with round ticks."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from statistics import median

from scorecards.charts.shapes import rounded

# A bar this many times above everything else is cut, so that the rest stays readable.
CUT_FACTOR = 4
NICE = (1, 2, 5, 10)


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Maps 0…top to baseline…ceiling (view-box heights; the ceiling is the smaller number)."""

    top: Fraction
    step: Fraction
    baseline: float
    ceiling: float

    def at(self, value: Fraction) -> float:
        """Give the height of a value; beyond the top it stays at the top."""
        share = min(max(value, Fraction(0)) / self.top, Fraction(1))
        return rounded(self.baseline - share * Fraction(self.baseline - self.ceiling))

    def cuts(self, value: Fraction) -> bool:
        """Say whether a value is higher than the scale shows."""
        return value > self.top

    @property
    def ticks(self) -> tuple[Fraction, ...]:
        """Give the round values from 0 to the top."""
        return tuple(self.step * i for i in range(int(self.top / self.step) + 1))


def scale_for(highest: Fraction, *, baseline: float, ceiling: float, ticks: int = 4) -> Scale:
    """Build a scale whose top is the first round step at or above `highest`."""
    step = nice_step(max(highest, Fraction(0)) / ticks)
    top = step * max(1, ceil(max(highest, Fraction(0)) / step))
    return Scale(top=top, step=step, baseline=baseline, ceiling=ceiling)


def nice_step(rough: Fraction) -> Fraction:
    """Give the smallest of 1, 2 or 5 times a power of ten that is at least `rough`."""
    if rough <= 0:
        return Fraction(1)
    power = Fraction(1)
    while power * 10 <= rough:
        power *= 10
    while power > rough:
        power /= 10
    return next(power * factor for factor in NICE if power * factor >= rough)


def readable_top(bars: list[Fraction], others: list[Fraction]) -> Fraction:
    """Give the value the scale must reach.

    `others` (limits, rolling values) are always shown whole. One bar far above
    everything else is cut instead of pressing the rest flat; its value is written on it.
    """
    positive = [bar for bar in bars if bar > 0]
    usual = max([*others, *([median(positive)] if positive else []), Fraction(0)])
    highest = max([usual, *positive])
    return highest if highest <= usual * CUT_FACTOR else usual * 2
