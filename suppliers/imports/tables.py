"""A file's cells as columns of text, whatever the file was."""

import csv
import io
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import pandas as pd

from suppliers.imports import sniff
from suppliers.imports.problems import FileError

MAX_COLUMNS = 200
# Columns read beyond the headings, so that a row with too many cells is listed by its number.
SPARE_COLUMNS = 8


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


def read_csv(data: bytes) -> Table:
    """Read a delimited text; FileError when it is none."""
    text, encoding = sniff.decode(data)
    if not text.strip("\ufeff \t\r\n"):
        raise FileError("file_empty")
    mark = sniff.delimiter(text)
    width, skipped = _heading_shape(text, mark)
    frame = _frame(text, mark, width)
    columns = [frame[name].tolist() for name in frame.columns]
    table = below_headings(columns, width=width, start=skipped)
    table.facts.update(type="csv", encoding=encoding, delimiter=mark)
    return table


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


def _heading_shape(text: str, mark: str) -> tuple[int, int]:
    """Return the number of headings and how many records stand above them."""
    skipped = 1 if sniff.declared_delimiter(text) else 0
    records = csv.reader(io.StringIO(text[: sniff.SAMPLE_BYTES], newline=""), delimiter=mark)
    try:
        for record in islice(records, skipped, None):
            if any(cell.strip() for cell in record):
                return len(record), skipped
            skipped += 1
    except csv.Error as error:
        raise FileError("broken_quotes", detail=str(error)) from error
    raise FileError("file_empty")


def _frame(text: str, mark: str, width: int) -> pd.DataFrame:
    try:
        return pd.read_csv(
            io.StringIO(text),
            sep=mark,
            header=None,
            names=range(width + SPARE_COLUMNS),
            index_col=False,
            dtype=str,
            keep_default_na=False,
            na_filter=False,
            skip_blank_lines=False,
        )
    except pd.errors.ParserError as error:
        detail = str(error).removeprefix("Error tokenizing data. C error: ").strip()
        if "out of memory" in detail:
            raise MemoryError from error
        code = "broken_quotes" if "EOF inside string" in detail else "ragged"
        raise FileError(code, detail=detail) from error
