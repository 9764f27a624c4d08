"""Holds of new business in force, for every page and answer that names a supplier.

The cases live in an app above, which may not be imported from here: it registers its query when
it starts, and pages and the API ask through `business_holds`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from suppliers.access import AnyUser


@dataclass(frozen=True, kw_only=True)
class BusinessHold:
    """A hold in force: the case, its day, the part or plant it is of ("" for all), its words."""

    number: str
    url: str
    since: date
    where: str
    forbids: str


HoldSource: TypeAlias = "Callable[[AnyUser], Mapping[str, BusinessHold]]"

_sources: list[HoldSource] = []


def register(source: HoldSource) -> None:
    """Add a source of holds; called once per source when its app starts."""
    if source not in _sources:
        _sources.append(source)


def business_holds(user: "AnyUser") -> dict[str, BusinessHold]:
    """Return the holds in force whose case the user may open, by the supplier's code."""
    return {code: hold for source in _sources for code, hold in source(user).items()}


def with_holds(
    rows: Iterable[Sequence[Any]], *, user: "AnyUser", code_at: int
) -> Iterator[list[Any]]:
    """Yield exported rows with the case of their supplier's hold behind them, "" without one.

    `code_at`: which column, from 0, has the supplier's code.
    """
    holds = business_holds(user)
    for row in rows:
        hold = holds.get(row[code_at])
        yield [*row, "" if hold is None else hold.number]
