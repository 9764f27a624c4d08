"""What the apps above want to hear of: steps of sign-offs.

They may not be imported from here. Each registers a listener when it starts; it is called inside
the transaction that writes the step: what a listener writes is committed with it or not at all.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from scorecards.models import SignOffStep

SignOffListener: TypeAlias = "Callable[[SignOffStep], None]"

_listeners: list[SignOffListener] = []


def hear_of_sign_offs(listener: SignOffListener) -> None:
    """Have `listener` called with every step of a sign-off."""
    if listener not in _listeners:
        _listeners.append(listener)


def sign_off_moved(step: "SignOffStep") -> None:
    """Tell of a step that was written in this transaction."""
    for listener in _listeners:
        listener(step)
