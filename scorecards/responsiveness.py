"""How suppliers answer 8Ds: steps that were owed in some months, and how many came in time.

8Ds live in the escalations app, which may not be imported from here. Who records submitted
steps registers its query when it starts (`register`); without one there is no data, and the
criterion drops out of the score.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class OwedSteps:
    """Steps whose date fell into the time asked for, and those of them that came in time."""

    in_time: int
    owed: int


# supplier ids, first and last day, to the steps by supplier; without any there is no key
StepSource = Callable[[Collection[int], date, date], Mapping[int, OwedSteps]]

_sources: list[StepSource] = []


def register(source: StepSource) -> None:
    """Add a source of owed steps; called once per source when its app starts."""
    if source not in _sources:
        _sources.append(source)


def owed_steps(supplier_ids: Collection[int], first: date, last: date) -> dict[int, OwedSteps]:
    """Return the steps owed from the first to the last day, by supplier."""
    found: dict[int, OwedSteps] = {}
    for source in _sources:
        for supplier_id, steps in source(supplier_ids, first, last).items():
            known = found.get(supplier_id, OwedSteps(in_time=0, owed=0))
            found[supplier_id] = OwedSteps(
                in_time=known.in_time + steps.in_time, owed=known.owed + steps.owed
            )
    return found
