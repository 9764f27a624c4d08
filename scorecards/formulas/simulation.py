"""Made-up periods at a rate that has shifted, to see what a chart would do."""

import random
from collections.abc import Sequence
from fractions import Fraction

from scorecards.formulas.attribute_charts import Sample
from scorecards.formulas.bisection import smallest_whole
from scorecards.formulas.tails import binomial_at_most, poisson_at_most


def simulate_periods(
    *, sizes: Sequence[Fraction], rate: Fraction, seed: int, parts: bool = False
) -> tuple[Sample, ...]:
    """Return counts at `rate` per unit of size; the same seed gives the same counts.

    Args:
        sizes: of the periods.
        rate: expected count per unit of size.
        seed: of the random numbers.
        parts: whether a unit counts at most once: binomial instead of Poisson counts.

    Raises:
        ValueError: for more than one defective part a part.
    """
    if parts and rate > 1:
        raise ValueError("more defective parts than parts")
    chance = random.Random(seed)  # noqa: S311 - a simulation, not a secret
    return tuple(
        Sample(count=Fraction(_drawn(chance, size=size, rate=rate, parts=parts)), size=size)
        for size in sizes
    )


def _drawn(chance: random.Random, *, size: Fraction, rate: Fraction, parts: bool) -> int:
    """Draw by inversion: the smallest count whose probability of so few reaches the draw."""
    draw = min(chance.random(), 1 - 1e-12)
    if not size or not rate:
        return 0
    if parts:
        trials, share = float(size), float(rate)
        return smallest_whole(
            holds=lambda count: binomial_at_most(count=count, trials=trials, share=share) >= draw
        )
    mean = float(rate * size)
    return smallest_whole(holds=lambda count: poisson_at_most(count=count, mean=mean) >= draw)
