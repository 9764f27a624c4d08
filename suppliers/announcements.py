"""What the apps above want to hear of: changed facts, and moves of disputes.

They may not be imported from here. Each registers a listener when it starts, and services call
`facts_changed` and `dispute_moved` inside the transaction that makes the change: what a listener
writes is committed with it or not at all.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from suppliers.models import DisputeStep

FactsListener: TypeAlias = Callable[[], None]
DisputeListener: TypeAlias = "Callable[[DisputeStep], None]"

_facts_listeners: list[FactsListener] = []
_dispute_listeners: list[DisputeListener] = []


def hear_of_facts(listener: FactsListener) -> None:
    """Have `listener` called after a fact or a decision was written."""
    if listener not in _facts_listeners:
        _facts_listeners.append(listener)


def hear_of_disputes(listener: DisputeListener) -> None:
    """Have `listener` called with every step of a dispute."""
    if listener not in _dispute_listeners:
        _dispute_listeners.append(listener)


def facts_changed() -> None:
    """Tell that facts or decisions were written in this transaction."""
    for listener in _facts_listeners:
        listener()


def dispute_moved(step: "DisputeStep") -> None:
    """Tell of a step of a dispute that was written in this transaction."""
    for listener in _dispute_listeners:
        listener(step)
