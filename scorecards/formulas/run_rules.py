"""Run rules on standardised points: Western Electric (1956) and Nelson (JQT 16, 1984).

A point's z uses its own standard deviation. A point on the centre line belongs to no side
and breaks a run; a missing period (None) is skipped and breaks nothing. "Beyond" is strict.
The point that completes a pattern is flagged, and every further one that completes it again;
nothing is reset. The rules assume near-normal points: use them where `rules_apply` says so.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from itertools import pairwise
from statistics import median

LEAST_EXPECTED_COUNT = 5


class RunRule(StrEnum):
    """The patterns; `N…` after Nelson, `WE4` the Western Electric run of eight."""

    N1 = "n1"
    N2 = "n2"
    N3 = "n3"
    N4 = "n4"
    N5 = "n5"
    N6 = "n6"
    N7 = "n7"
    N8 = "n8"
    N8_BOTH_SIDES = "n8_both_sides"
    WE4 = "we4"


def rules_apply(*, expected_counts: Sequence[float]) -> bool:
    """Return whether the median expected count is at least 5, so that run rules make sense."""
    return bool(expected_counts) and median(expected_counts) >= LEAST_EXPECTED_COUNT


def flagged(*, z: Sequence[float | None], rule: RunRule) -> tuple[int, ...]:
    """Return the numbers (from 1, missing periods included) of points completing `rule`."""
    present = [(number, value) for number, value in enumerate(z, start=1) if value is not None]
    values = [value for _, value in present]
    complete = _PATTERNS[rule]
    return tuple(
        number for index, (number, _) in enumerate(present) if complete(values[: index + 1])
    )


def all_flagged(*, z: Sequence[float | None]) -> dict[RunRule, tuple[int, ...]]:
    """Return the flagged points of every rule."""
    return {rule: flagged(z=z, rule=rule) for rule in RunRule}


Pattern = Callable[[Sequence[float]], bool]


def _beyond_limit(past: Sequence[float]) -> bool:
    limit = 3
    return abs(past[-1]) > limit


def _one_side(length: int) -> Pattern:
    def complete(past: Sequence[float]) -> bool:
        last = past[-length:]
        same = all(v > 0 for v in last) or all(v < 0 for v in last)
        return len(last) == length and same

    return complete


def _several_beyond(*, needed: int, of: int, sigmas: int) -> Pattern:
    """`needed` of the last `of` points beyond on the side of the newest, itself beyond.

    At the start fewer than `of` points suffice: no earlier point could undo the pattern.
    """

    def complete(past: Sequence[float]) -> bool:
        side = 1 if past[-1] > 0 else -1
        beyond = [side * value > sigmas for value in past[-of:]]
        return beyond[-1] and sum(beyond) >= needed

    return complete


def _trend(past: Sequence[float]) -> bool:
    last = past[-6:]
    steps = [after - before for before, after in pairwise(last)]
    full = 5
    return len(steps) == full and (all(s > 0 for s in steps) or all(s < 0 for s in steps))


def _alternating(past: Sequence[float]) -> bool:
    last = past[-14:]
    steps = [after - before for before, after in pairwise(last)]
    full = 13
    return len(steps) == full and all(before * after < 0 for before, after in pairwise(steps))


def _hugging(past: Sequence[float]) -> bool:
    length = 15
    return len(past) >= length and all(abs(value) <= 1 for value in past[-length:])


def _avoiding(past: Sequence[float]) -> bool:
    length = 8
    return len(past) >= length and all(abs(value) > 1 for value in past[-length:])


def _avoiding_on_both_sides(past: Sequence[float]) -> bool:
    return _avoiding(past) and min(past[-8:]) < 0 < max(past[-8:])


_PATTERNS: dict[RunRule, Pattern] = {
    RunRule.N1: _beyond_limit,
    RunRule.N2: _one_side(9),
    RunRule.N3: _trend,
    RunRule.N4: _alternating,
    RunRule.N5: _several_beyond(needed=2, of=3, sigmas=2),
    RunRule.N6: _several_beyond(needed=4, of=5, sigmas=1),
    RunRule.N7: _hugging,
    RunRule.N8: _avoiding,
    RunRule.N8_BOTH_SIDES: _avoiding_on_both_sides,
    RunRule.WE4: _one_side(8),
}
