"""How good an 8D is: the same ten criteria, answered by the supplier and by the customer."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Criterion(StrEnum):
    """What is looked at, in the order of the report."""

    TEAM = "team"
    PROBLEM = "problem"
    CONTAINMENT = "containment"
    OCCURRENCE = "occurrence"
    NON_DETECTION = "non_detection"
    PROOF = "proof"
    ACTIONS = "actions"
    VERIFICATION = "verification"
    PREVENTION = "prevention"
    READABLE = "readable"


POINTS: Final = (0, 1, 2)
MOST_POINTS: Final = max(POINTS) * len(Criterion)
# Below this share of the points a report cannot be closed.
LEAST_PCT: Final = 70


def total(points: Mapping[str, int]) -> int:
    """Return the sum of the points; every criterion must have been answered.

    Raises:
        ValueError: a criterion is missing or unknown, or has points that do not exist.
    """
    if set(points) != set(Criterion):
        raise ValueError("every criterion is answered, and no other")
    if any(value not in POINTS for value in points.values()):
        raise ValueError(f"points are one of {POINTS}")
    return sum(points.values())


def suffices(points: Mapping[str, int]) -> bool:
    """Return whether the report is good enough to be closed; compared exactly, never rounded."""
    return total(points) * 100 >= LEAST_PCT * MOST_POINTS
