"""The smallest whole number for which a monotone condition holds."""

from collections.abc import Callable


def smallest_whole(*, holds: Callable[[int], bool], start: int = 0) -> int:
    """Return the smallest whole number from `start` upwards for which `holds` is true.

    `holds` must stay true once it is; the search doubles its step and then bisects, so it
    asks only a few dozen times even for millions. It does not end if `holds` never holds.
    """
    if holds(start):
        return start
    low, step = start, 1
    while not holds(low + step):
        low, step = low + step, 2 * step
    high = low + step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
