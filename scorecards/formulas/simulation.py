"""Made-up periods at a rate that has shifted, to see what a chart would do."""

import random
from collections.abc import Sequence
from fractions import Fraction

from scorecards.formulas.attribute_charts import Sample
from scorecards.formulas.bisection import smallest_whole
from scorecards.formulas.tails import poisson_at_most


def simulate_periods(*, sizes: Sequence[Fraction], rate: Fraction, seed: int) -> tuple[Sample, ...]:
    """Return Poisson counts at `rate` per unit of size; the same seed gives the same counts."""
    chance = random.Random(seed)  # noqa: S311 - a simulation, not a secret
    return tuple(
        Sample(count=Fraction(_drawn(chance, float(rate * size))), size=size) for size in sizes
    )


def _drawn(chance: random.Random, mean: float) -> int:
    """Draw by inversion: the smallest count whose probability of so few reaches the draw."""
    if not mean:
        return 0
    draw = min(chance.random(), 1 - 1e-12)
    return smallest_whole(holds=lambda count: poisson_at_most(count=count, mean=mean) >= draw)
