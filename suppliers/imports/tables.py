"""A file's cells as columns of text, whatever the file was."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from suppliers.imports.problems import FileError

MAX_COLUMNS = 200
# Rows with cells among which the headings are looked for: a title, a date, a filter above them.
LOOKED_AT = 20
# Whether a row's cells are the headings that somebody expects.
AreHeadings = Callable[[Sequence[str]], bool]


@dataclass
class Table:
    """Headings and columns; `first_row` is the number of the first row below the headings."""

    headings: list[str]
    columns: list[list[str]]
    first_row: int
    # rows (by position) that have more cells than there are headings
    too_wide: list[int] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def height(self) -> int:
        """Number of rows below the headings, blank ones included."""
        return len(self.columns[0]) if self.columns else 0


def headings_among(rows: Iterable[Sequence[str]], are_headings: AreHeadings | None) -> int | None:
    """Return the position of the headings' row, None where no row has cells.

    It is the first that `are_headings` knows; else the first that is half as wide as the widest
    of those looked at, so that a title above headings nobody knows is not taken for them.
    """
    filled = (
        (n, [cell.strip() for cell in row])
        for n, row in enumerate(rows)
        if any(map(str.strip, row))
    )
    found = list(islice(filled, LOOKED_AT))
    if are_headings is not None:
        for position, cells in found:
            if are_headings(cells):
                return position
    widest = max((_width(cells) for _, cells in found), default=0)
    return next((n for n, cells in found if 2 * _width(cells) >= widest), None)


def _width(cells: Sequence[str]) -> int:
    return sum(map(bool, cells))


def below_headings(columns: list[list[str]], *, width: int, start: int) -> Table:
    """Split columns at the heading row, which is row `start` counted from 0."""
    headings = [column[start].strip() for column in columns[:width]]
    while headings and not headings[-1]:
        headings.pop()
    if len(headings) > MAX_COLUMNS:
        raise FileError("too_many_columns", limit=MAX_COLUMNS)
    below = [column[start + 1 :] for column in columns]
    wide = {
        position
        for column in below[len(headings) :]
        for position, cell in enumerate(column)
        if cell
    }
    return Table(headings, below[: len(headings)], start + 2, sorted(wide))
