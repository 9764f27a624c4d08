"""Many suppliers tested at once: control of the false discovery rate.

Testing 200 good suppliers at 5 % accuses ten of them. Benjamini & Hochberg (JRSS B 57,
1995) bounds the expected share of false accusations among all accusations.
"""

from collections.abc import Sequence


def adjusted_p_values(*, p_values: Sequence[float]) -> tuple[float, ...]:
    """Return the Benjamini–Hochberg adjusted p values, in the order given.

    Accuse where the adjusted value is at or below the accepted false discovery rate.

    Raises:
        ValueError: when a value does not lie in 0…1.
    """
    if any(not 0 <= p <= 1 for p in p_values):
        raise ValueError("p values lie between 0 and 1")
    number = len(p_values)
    adjusted = [1.0] * number
    smallest = 1.0
    falling = sorted(range(number), key=lambda index: p_values[index], reverse=True)
    for passed, index in enumerate(falling):
        smallest = min(smallest, p_values[index] * number / (number - passed))
        adjusted[index] = smallest
    return tuple(adjusted)
