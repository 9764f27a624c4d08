"""A file's cells as columns of text, whatever the file was."""

from dataclasses import dataclass, field
from typing import Any

from suppliers.imports.problems import FileError

MAX_COLUMNS = 200


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
