"""How long until a chart signals: average run lengths, under control and after a shift.

"One false alarm in 370 points" holds for normal values and rule 1 alone. Every further rule
costs false alarms, and for counts the run length depends on the mean.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from scorecards.formulas import special
from scorecards.formulas.bisection import smallest_whole
from scorecards.formulas.exact_limits import TAIL, poisson_limits
from scorecards.formulas.quantities import Quantity, exact
from scorecards.formulas.tails import (
    binomial_at_least,
    binomial_at_most,
    poisson_at_least,
    poisson_at_most,
)

SIGMAS = 3
SETTLED = 1e-14
MEMORIES = 3


@dataclass(frozen=True, kw_only=True)
class PoissonRunLength:
    """A chart of Poisson counts: limits, chance of a signal per point, points per signal.

    `signals_from` is the smallest count that signals above, `signals_to` the largest that
    signals below (None: no lower signal).
    """

    ucl: float
    lcl: float
    signals_from: int
    signals_to: int | None
    p_high: float
    p_low: float
    run_length: float

    @property
    def run_length_above(self) -> float:
        """Points until a signal above: how soon a worsening is seen, false relief left out."""
        return 1 / self.p_high if self.p_high else math.inf


def sigma_limit_run_length(*, mean: Quantity, true_mean: Quantity) -> PoissonRunLength:
    """Return the run length of a 3σ c or u chart drawn for `mean` when `true_mean` holds.

    Raises:
        ValueError: when either mean is 0.
    """
    drawn, true = _positive(mean), _positive(true_mean)
    spread = SIGMAS * math.sqrt(drawn)
    signals_from = smallest_whole(
        holds=lambda count: count > drawn and (count - drawn) ** 2 > SIGMAS**2 * drawn
    )
    not_low = smallest_whole(
        holds=lambda count: count >= drawn or (drawn - count) ** 2 <= SIGMAS**2 * drawn
    )
    return _run_length(
        ucl=float(drawn) + spread,
        lcl=max(0.0, float(drawn) - spread),
        signals_from=signals_from,
        signals_to=not_low - 1 if not_low else None,
        true_mean=float(true),
    )


def exact_limit_run_length(
    *, mean: Quantity, true_mean: Quantity, tail: float = TAIL
) -> PoissonRunLength:
    """Return the run length with exact limits drawn for `mean` when `true_mean` holds.

    Raises:
        ValueError: when either mean is 0.
    """
    drawn, true = _positive(mean), _positive(true_mean)
    limits = poisson_limits(mean=float(drawn), tail=tail)
    return _run_length(
        ucl=float(limits.above),
        lcl=float(limits.below or 0),
        signals_from=limits.above + 1,
        signals_to=limits.below - 1 if limits.below else None,
        true_mean=float(true),
    )


def share_run_length(*, size: Quantity, share: Quantity, true_share: Quantity) -> float:
    """Return the points until a signal of a 3σ p or np chart of defective parts.

    Exact for binomial counts against the limits as drawn.

    Args:
        size: parts in every period.
        share: of defective parts, for which the limits are drawn; above 0 and below 1.
        true_share: that holds.

    Raises:
        ValueError: for a share outside of that.
    """
    trials, drawn, true = exact(size), exact(share), exact(true_share)
    if not 0 < drawn < 1 or not 0 < true < 1:
        raise ValueError("a share of defective parts lies between 0 and 1")
    mean, spread = trials * drawn, SIGMAS**2 * trials * drawn * (1 - drawn)
    signals_from = smallest_whole(holds=lambda count: count > mean and (count - mean) ** 2 > spread)
    not_low = smallest_whole(holds=lambda count: count >= mean or (mean - count) ** 2 <= spread)
    parts, chance = float(trials), float(true)
    high = binomial_at_least(count=signals_from, trials=parts, share=chance)
    low = binomial_at_most(count=not_low - 1, trials=parts, share=chance) if not_low else 0.0
    return 1 / (high + low) if high + low else math.inf


def _positive(mean: Quantity) -> Fraction:
    number = exact(mean)
    if not number:
        raise ValueError("a run length needs a mean above 0")
    return number


def _run_length(
    *, ucl: float, lcl: float, signals_from: int, signals_to: int | None, true_mean: float
) -> PoissonRunLength:
    p_high = poisson_at_least(count=signals_from, mean=true_mean)
    p_low = 0.0 if signals_to is None else poisson_at_most(count=signals_to, mean=true_mean)
    return PoissonRunLength(
        ucl=ucl,
        lcl=lcl,
        signals_from=signals_from,
        signals_to=signals_to,
        p_high=p_high,
        p_low=p_low,
        run_length=1 / (p_high + p_low) if p_high + p_low else math.inf,
    )


@dataclass(frozen=True, kw_only=True)
class SideRule:
    """`needed` of `of` successive points beyond `sigmas` on one side of the centre."""

    needed: int
    of: int
    sigmas: float


BEYOND_3 = SideRule(needed=1, of=1, sigmas=3)
TWO_OF_3_BEYOND_2 = SideRule(needed=2, of=3, sigmas=2)
FOUR_OF_5_BEYOND_1 = SideRule(needed=4, of=5, sigmas=1)


def run_of(*, length: int) -> SideRule:
    """Return the rule of `length` successive points on one side of the centre."""
    return SideRule(needed=length, of=length, sigmas=0)


# What a chart remembers: for each rule and each side the recent points beyond, as bits.
_Memory = tuple[int, ...]


def rules_run_length(*, rules: Sequence[SideRule], shift: float = 0.0) -> float:
    """Return the average run length of run rules on normal points shifted by `shift` σ.

    Exact by the Markov chain of what the rules remember (Champ & Woodall, Technometrics 29,
    1987). The chance to be still silent is followed until it falls by a constant factor for
    several times the rules' memory; the rest is a geometric series.

    Raises:
        ValueError: without any rule.
    """
    if not rules:
        raise ValueError("a chart without rules never signals")
    zones = _zones(rules, shift)
    moves: dict[_Memory, list[tuple[_Memory, float]]] = {}
    silent: dict[_Memory, float] = {(0,) * (2 * len(rules)): 1.0}
    length = left = 1.0
    factor, steady = 0.0, 0
    while left and steady < MEMORIES * max(rule.of for rule in rules):
        silent = _one_point(silent, rules, zones, moves)
        before, previous = left, factor
        left = sum(silent.values())
        factor = left / before
        steady = steady + 1 if abs(factor - previous) <= SETTLED else 0
        length += left
    return length + left * factor / (1 - factor)


def _zones(rules: Sequence[SideRule], shift: float) -> list[tuple[float, float]]:
    """A point inside each zone between the rules' lines, with the zone's probability."""
    lines = sorted({side * rule.sigmas for rule in rules for side in (-1, 1)})
    edges = [-math.inf, *lines, math.inf]
    inner = [lines[0] - 1, *((a + b) / 2 for a, b in pairwise(lines))]
    points = [*inner, lines[-1] + 1]
    return [
        (point, _normal_between(low - shift, high - shift))
        for point, (low, high) in zip(points, pairwise(edges), strict=True)
    ]


def _normal_between(low: float, high: float) -> float:
    """P(low < Z ≤ high), taken in the tail where it loses no digits."""
    if low > 0:
        low, high = -high, -low
    return float(special.ndtr(high) - special.ndtr(low))


def _one_point(
    silent: dict[_Memory, float],
    rules: Sequence[SideRule],
    zones: Sequence[tuple[float, float]],
    moves: dict[_Memory, list[tuple[_Memory, float]]],
) -> dict[_Memory, float]:
    after: dict[_Memory, float] = {}
    for memory, mass in silent.items():
        if memory not in moves:
            moves[memory] = _moves(memory, rules, zones)
        for following, probability in moves[memory]:
            after[following] = after.get(following, 0.0) + mass * probability
    return after


def _moves(
    memory: _Memory, rules: Sequence[SideRule], zones: Sequence[tuple[float, float]]
) -> list[tuple[_Memory, float]]:
    """Where the chart goes from a memory without a signal, and how likely."""
    found = []
    for point, probability in zones:
        following = _remember(memory, rules, point)
        if following is not None:
            found.append((following, probability))
    return found


def _remember(memory: _Memory, rules: Sequence[SideRule], point: float) -> _Memory | None:
    """The memory after a point, None if a rule signals."""
    after = []
    for index, bits in enumerate(memory):
        rule, side = rules[index // 2], 1 if index % 2 else -1
        window = (bits << 1 | (side * point > rule.sigmas)) & ((1 << rule.of) - 1)
        if window.bit_count() >= rule.needed:
            return None
        after.append(_shortened(window, rule))
    return tuple(after)


def _shortened(window: int, rule: SideRule) -> int:
    """Drop what cannot matter any more: the oldest point, and all before a broken run."""
    kept = window & ((1 << (rule.of - 1)) - 1)
    if rule.needed < rule.of:
        return kept
    run = (~kept & (kept + 1)).bit_length() - 1
    return (1 << run) - 1
