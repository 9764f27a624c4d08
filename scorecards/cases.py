"""Open cases of suppliers, as lists, scorecards and PDFs show them, and stops of shipments.

The cases live in the escalations app, which may not be imported from here. It registers its
queries when it starts (`register`, `register_stops`), and this app asks through `open_cases` and
`stops`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from suppliers.access import AnyUser


@dataclass(frozen=True, kw_only=True)
class OpenCase:
    """One open escalation of a supplier.

    `level` is the escalation level's value (for example "8d", "cs1") and `rank` its place
    in the ladder, higher is harder; `due_on` is the next date owed, None without one.
    """

    number: str
    level: str
    level_name: str
    rank: int
    metric: str
    state_name: str
    opened_on: date
    due_on: date | None
    due_what: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A stop of shipments in force: of what (`lanes`), and what it forbids, in words."""

    number: str
    url: str
    supplier_code: str
    lanes: str
    forbids: str


class StopSource(Protocol):
    """Gives the stops of suppliers, or of parts by any of their numbers, that a user may open."""

    def __call__(
        self,
        *,
        user: "AnyUser | None",
        supplier_ids: Collection[int] | None = None,
        part_ids: Collection[int] | None = None,
    ) -> Sequence[Stop]:
        """Return the stops that are in force now."""


class CaseSource(Protocol):
    """Gives the open cases by supplier: those of now, or those open at the end of a day."""

    def __call__(
        self, supplier_ids: Collection[int], /, *, on: date | None = None
    ) -> Mapping[int, Sequence[OpenCase]]:
        """Return the cases of these suppliers."""


_sources: list[CaseSource] = []
_stop_sources: list[StopSource] = []


def register(source: CaseSource) -> None:
    """Add a source of open cases; called once per source when its app starts."""
    if source not in _sources:
        _sources.append(source)


def open_cases(
    supplier_ids: Collection[int], *, on: date | None = None
) -> dict[int, list[OpenCase]]:
    """Return the open cases by supplier, hardest first; suppliers without one have no key.

    Args:
        supplier_ids: whoever asks chose suppliers the reader may see.
        on: those that were open at the end of that day; None for those of now.
    """
    found: dict[int, list[OpenCase]] = {}
    for source in _sources:
        for supplier_id, cases in source(supplier_ids, on=on).items():
            found.setdefault(supplier_id, []).extend(cases)
    for cases in found.values():
        cases.sort(key=lambda case: (-case.rank, case.number))
    return found


def register_stops(source: StopSource) -> None:
    """Add a source of stops of shipments; called once per source when its app starts."""
    if source not in _stop_sources:
        _stop_sources.append(source)


def stops(
    *,
    user: "AnyUser | None",
    supplier_ids: Collection[int] | None = None,
    part_ids: Collection[int] | None = None,
) -> list[Stop]:
    """Return the stops in force of these suppliers, or of these parts by any of their numbers."""
    return [
        one
        for source in _stop_sources
        for one in source(user=user, supplier_ids=supplier_ids, part_ids=part_ids)
    ]
