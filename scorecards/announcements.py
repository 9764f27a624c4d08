"""What the apps above want to hear of: steps of sign-offs, signals of control charts.

They may not be imported from here. Each registers a listener when it starts; it is called inside
the transaction that writes the rows: what a listener writes is committed with them or not at all.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from scorecards.models import ChartSignal, SignOffStep

SignOffListener: TypeAlias = "Callable[[SignOffStep], None]"
SignalListener: TypeAlias = "Callable[[Sequence[ChartSignal]], None]"

_listeners: list[SignOffListener] = []
_signal_listeners: list[SignalListener] = []


def hear_of_sign_offs(listener: SignOffListener) -> None:
    """Have `listener` called with every step of a sign-off."""
    if listener not in _listeners:
        _listeners.append(listener)


def sign_off_moved(step: "SignOffStep") -> None:
    """Tell of a step that was written in this transaction."""
    for listener in _listeners:
        listener(step)


def hear_of_signals(listener: SignalListener) -> None:
    """Have `listener` called with the signals that a control chart raised at once."""
    if listener not in _signal_listeners:
        _signal_listeners.append(listener)


def signals_raised(signals: "Sequence[ChartSignal]") -> None:
    """Tell of signals against one baseline that were written in this transaction."""
    if not signals:
        return
    for listener in _signal_listeners:
        listener(signals)
