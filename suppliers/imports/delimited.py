"""CSV: decoded, split by its own delimiter, every cell as text."""

import csv
import io
from itertools import islice
from typing import TYPE_CHECKING

from suppliers.imports import sniff
from suppliers.imports.problems import FileError
from suppliers.imports.tables import AreHeadings, Table, below_headings, headings_among

if TYPE_CHECKING:
    import pandas as pd

# Columns read beyond the headings, so that a row with too many cells is listed by its number.
SPARE_COLUMNS = 8
SAMPLE_RECORDS = 200


def read_csv(data: bytes, are_headings: AreHeadings | None = None) -> Table:
    """Read a delimited text; FileError when it is none."""
    text, encoding = sniff.decode(data)
    if not text.strip("\ufeff \t\r\n"):
        raise FileError("file_empty")
    mark = sniff.delimiter(text)
    width, skipped = _heading_shape(text, mark, are_headings)
    columns = even_columns(text, mark, width) or _any_columns(text, mark, width)
    table = below_headings(columns, width=width, start=skipped)
    table.facts.update(type="csv", encoding=encoding, delimiter=mark)
    return table


def _heading_shape(text: str, mark: str, are_headings: AreHeadings | None) -> tuple[int, int]:
    """Return the number of headings and how many records stand above them."""
    skipped = 1 if sniff.declared_delimiter(text) else 0
    reader = csv.reader(io.StringIO(text[: sniff.SAMPLE_BYTES], newline=""), delimiter=mark)
    try:
        records = list(islice(reader, skipped, skipped + SAMPLE_RECORDS))
    except csv.Error as error:
        raise FileError("broken_quotes", detail=str(error)) from error
    position = headings_among(records, are_headings)
    if position is None:
        raise FileError("file_empty")
    return len(records[position]), skipped + position


def even_columns(text: str, mark: str, width: int) -> list[list[str]] | None:
    """Cut a text without quotation marks whose lines all have as many cells; None for others.

    Most exports are like that, and one cut over the whole text takes a third of the time of
    reading line by line.
    """
    if '"' in text or width < 2:  # noqa: PLR2004  # a single column has no marks to count
        return None
    lines = text.replace("\r\n", "\n").rstrip("\n")
    if "\r" in lines:
        return None
    # every line begins with its own sign, so that a line with too few or too many cells shows
    cells = lines.replace("\n", mark + "\n").split(mark)
    first = "".join(cells[::width])
    height = lines.count("\n") + 1
    if len(cells) != height * width or first.count("\n") != height - 1:
        return None
    return [first.split("\n"), *(cells[position::width] for position in range(1, width))]


def _any_columns(text: str, mark: str, width: int) -> list[list[str]]:
    frame = _frame(text, mark, width)
    # beyond the headings there is mostly nothing: look without making lists of it
    read = range(width + SPARE_COLUMNS)
    filled = [name for name in read if name < width or (frame[name] != "").any()]
    return [frame[name].tolist() for name in filled]


def _frame(text: str, mark: str, width: int) -> "pd.DataFrame":
    import pandas as pd  # takes as long as reading most files, and most do not need it

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
