"""Waiting for what other processes do: by looking often, never longer than a deadline."""

import time
from collections.abc import Callable
from typing import TypeVar

# What the product promises after a crash: all work is done within a minute of the restart.
A_MINUTE = 60.0
PAUSE = 0.02

Seen = TypeVar("Seen")


def until(look: Callable[[], Seen], what: str, *, seconds: float = A_MINUTE) -> Seen:
    """Look until something true is seen, and return it; fails with `what` at the deadline."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        if time.monotonic() > deadline:
            raise AssertionError(
                f"waited {seconds:.0f} s in vain until {what}; last seen: {seen!r}"
            )
        time.sleep(PAUSE)
    return seen
