"""Open cases of suppliers, as lists, scorecards and PDFs show them.

The cases live in the escalations app, which may not be imported from here. It registers its
query when it starts (`register`), and this app asks through `open_cases`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol


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


class CaseSource(Protocol):
    """Gives the open cases by supplier: those of now, or those open at the end of a day."""

    def __call__(
        self, supplier_ids: Collection[int], /, *, on: date | None = None
    ) -> Mapping[int, Sequence[OpenCase]]:
        """Return the cases of these suppliers."""


_sources: list[CaseSource] = []


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
