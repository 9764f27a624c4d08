"""CUSUM charts: evidence added up until it suffices, and how long that takes.

The tabular form is for measured values (Page, Biometrika 41, 1954; Montgomery (2009), 9.1).
For counts the Poisson log-likelihood-ratio form is used: it compares a good rate with a bad
one, takes any volume, and its threshold is a plain amount of evidence.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from scorecards.formulas.attribute_charts import Sample
from scorecards.formulas.quantities import Quantity, exact
from scorecards.formulas.tails import poisson_at_least, poisson_density

NEGLIGIBLE = 1e-15
# Cells per count of the Markov chain: fine for small counts, coarser where the chain would
# grow long and a cell matters less.
FINE_CELLS, COARSE_CELLS = 200, 50
COARSE_FROM = 2


class RunLengthMethod(StrEnum):
    """How a run length is computed: as it is, or as tables made with a Markov chain have it.

    `LATTICE` is the chain of Brook & Evans (Biometrika 59, 1972): the sum moves in cells of
    1/200 of a count (1/50 where 2 or more are expected at the good rate), the slack is rounded
    to the nearest cell and the limit up to the next. Its answers are off where counts are
    small: by up to 16 % for 0.1 expected per period.
    """

    EXACT = "exact"
    LATTICE = "lattice"


@dataclass(frozen=True, kw_only=True)
class TabularCusum:
    """Upper and lower sums per value and the numbers (from 1) of values beyond the limit."""

    upper: tuple[float, ...]
    lower: tuple[float, ...]
    signals_up: tuple[int, ...]
    signals_down: tuple[int, ...]


def tabular_cusum(
    *, values: Sequence[float], center: float, sigma: float, slack: float, limit: float
) -> TabularCusum:
    """Return the two one-sided sums of values around `center`, in the unit of the values.

    `slack` (K) and `limit` (H) are in standard deviations `sigma`; a signal is strictly
    beyond the limit; nothing is reset.
    """
    upper = _one_sided([value - center for value in values], slack * sigma)
    lower = _one_sided([center - value for value in values], slack * sigma)
    return TabularCusum(
        upper=upper,
        lower=lower,
        signals_up=_beyond(upper, limit * sigma),
        signals_down=_beyond(lower, limit * sigma),
    )


def _one_sided(distances: Sequence[float], slack: float) -> tuple[float, ...]:
    sums, total = [], 0.0
    for distance in distances:
        total = max(0.0, total + distance - slack)
        sums.append(total)
    return tuple(sums)


def _beyond(sums: Sequence[float], limit: float) -> tuple[int, ...]:
    return tuple(number for number, total in enumerate(sums, start=1) if total > limit)


@dataclass(frozen=True, kw_only=True)
class EvidencePoint:
    """Accumulated evidence after a period, and whether it reached the limit."""

    evidence: float
    signal: bool


def poisson_cusum(
    *, periods: Sequence[Sample], good_rate: Quantity, bad_rate: Quantity, limit: float
) -> tuple[EvidencePoint, ...]:
    """Return W = max(0, W + x·ln(r₁/r₀) − n·(r₁ − r₀)) per period; a signal is W ≥ limit.

    Rates are per part (not PPM). A period without volume or count changes nothing; nothing
    is reset.

    Raises:
        ValueError: unless 0 < good rate < bad rate.
    """
    good, bad = exact(good_rate), exact(bad_rate)
    if not 0 < good < bad:
        raise ValueError("needs 0 < good rate < bad rate")
    per_reject, per_part = math.log(bad / good), float(bad - good)
    points, evidence = [], 0.0
    for period in periods:
        gain = float(period.count) * per_reject - float(period.size) * per_part
        evidence = max(0.0, evidence + gain)
        points.append(EvidencePoint(evidence=evidence, signal=evidence >= limit))
    return tuple(points)


def reference_count(*, expected_good: float, ratio: float) -> float:
    """Return the count per period at which the evidence neither grows nor falls.

    expected_good · (ratio − 1) ÷ ln(ratio), between the good and the bad expectation.
    """
    return expected_good * (ratio - 1) / math.log(ratio)


def poisson_cusum_run_length(
    *,
    expected_good: float,
    ratio: float,
    limit: float,
    expected: float,
    method: RunLengthMethod = RunLengthMethod.EXACT,
) -> float:
    """Return the mean number of periods until a Poisson CUSUM signals, at constant volume.

    Args:
        expected_good: expected count per period at the good rate.
        ratio: bad rate ÷ good rate, above 1.
        limit: the evidence that signals.
        expected: expected count per period at the rate that really holds.
        method: exact, or the approximation of published tables; see `RunLengthMethod`.

    Raises:
        ValueError: when an argument is out of range.
    """
    if expected_good <= 0 or ratio <= 1:
        raise ValueError("needs a positive expectation and a ratio above 1")
    slack = reference_count(expected_good=expected_good, ratio=ratio)
    counts = limit / math.log(ratio)
    if method is RunLengthMethod.EXACT:
        return count_cusum_run_length(slack=slack, limit=counts, expected=expected)
    cells = FINE_CELLS if expected_good < COARSE_FROM else COARSE_CELLS
    return count_cusum_run_length(
        slack=Fraction(round(slack * cells), cells),
        limit=Fraction(math.ceil(counts * cells), cells),
        expected=expected,
    )


def count_cusum_run_length(
    *, slack: float | Fraction, limit: float | Fraction, expected: float
) -> float:
    """Return the mean periods until S = max(0, S + count − slack) reaches `limit`.

    Exact, by renewal: each excursion of the sum from 0 ends at 0 or at the limit, so that
    the run length is the mean excursion ÷ the share of excursions that end at the limit
    (Page 1954). Within an excursion the sum depends on the total count and its length only.
    With small counts the length jumps where `slack` or `limit` crosses a sum that can occur:
    rounding the slack in the second decimal may change it by a seventh.

    Raises:
        ValueError: unless all arguments are above 0.
    """
    if min(slack, limit, expected) <= 0:
        raise ValueError("needs a slack, a limit and an expectation above 0")
    running, periods = {0: 1.0}, 0
    length = reached = 0.0
    while (mass := sum(running.values())) > NEGLIGIBLE * max(reached, NEGLIGIBLE):
        length += mass
        periods += 1
        running, crossed = _step(
            running,
            expected,
            # Totals from which the sum is above 0, and from which it reaches the limit.
            keep=math.floor(periods * slack) + 1,
            cross=math.ceil(periods * slack + limit),
        )
        reached += crossed
    return length / reached if reached else math.inf


def _step(
    running: dict[int, float], expected: float, *, keep: int, cross: int
) -> tuple[dict[int, float], float]:
    """One period: counts from `keep` to below `cross` run on, from `cross` on they signal."""
    after: dict[int, float] = {}
    crossed = 0.0
    for count, mass in running.items():
        crossed += mass * poisson_at_least(count=cross - count, mean=expected)
        for total in range(max(count, keep), cross):
            share = poisson_density(count=total - count, mean=expected)
            after[total] = after.get(total, 0.0) + mass * share
    return after, crossed
