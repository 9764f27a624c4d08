"""Column headings that order a list by link."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise


@dataclass(frozen=True, kw_only=True)
class Column:
    """A heading; `order` names what its link orders by, empty for none."""

    label: str | Promise
    order: str = ""
    numeric: bool = False
    downwards_first: bool = False
    note: str | Promise = ""


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A column as the page shows it."""

    column: Column
    url: str
    sort: str  # value of aria-sort, empty when the list is not ordered by it


def headings(request: HttpRequest, columns: Iterable[Column], *, current: str) -> Sequence[Heading]:
    """Return the columns with links that order by them, turning round the current one."""
    return [
        Heading(
            column=column,
            url=_address(request.GET, _next(column, current)) if column.order else "",
            sort=_sort(column, current),
        )
        for column in columns
    ]


def _next(column: Column, current: str) -> str:
    up, down = column.order, f"-{column.order}"
    if current == up:
        return down
    if current == down:
        return up
    return down if column.downwards_first else up


def _sort(column: Column, current: str) -> str:
    if not column.order or current.removeprefix("-") != column.order:
        return ""
    return "descending" if current.startswith("-") else "ascending"


def _address(query: QueryDict, order: str) -> str:
    parts = query.copy()
    parts["order"] = order
    parts.pop("page", None)
    return f"?{parts.urlencode()}"
