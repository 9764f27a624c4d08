"""Waiting for what other processes do: by looking often, never longer than a deadline."""

import time
from collections.abc import Callable
from typing import TypeVar

# When we give up. The product does what it owes within a minute of a restart on a machine of its
# own; one that four groups of tests share may take several times as long.
LONG_ENOUGH = 180.0
PAUSE = 0.02

Seen = TypeVar("Seen")


def until(look: Callable[[], Seen], what: str, *, seconds: float = LONG_ENOUGH) -> Seen:
    """Look until something true is seen, and return it; fails with `what` at the deadline."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        if time.monotonic() > deadline:
            raise AssertionError(
                f"waited {seconds:.0f} s in vain until {what}; last seen: {seen!r}"
            )
        time.sleep(PAUSE)
    return seen
