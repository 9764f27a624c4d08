"""Rows pasted from a spreadsheet: a label, a count, a size; each bad one named with its remedy."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from scorecards.pictures.figure import quantity_text

MOST_ROWS = 500
MOST_CELLS = 3
LARGEST = Decimal(10) ** 12
_THOUSANDS = re.compile(r"\d{1,3}(?:[,.\u202f' ]\d{3})+", re.ASCII)
_PLAIN = re.compile(r"\d+(?:[.,]\d+)?", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One period: its name, the count, and the size where the row has one."""

    label: str
    count: Decimal
    size: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong with a line, and how to mend it."""

    row: int
    column: str
    value: str
    message: str
    remedy: str


def read_rows(text: str, *, before: int = 0) -> tuple[list[Row], list[Problem]]:
    """Return the rows of a pasted text, and what is wrong with the others.

    A line has one to three cells, apart by tab, semicolon, comma or blanks: a count; a count and
    its size; a label and a count; or all three. A first line without any number is a heading.
    Rows without a label are numbered on from the rows `before`.
    """
    rows: list[Row] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), start=1):
        cells = _cells(line)
        if not cells or (number == 1 and not any(_number(cell) is not None for cell in cells)):
            continue
        found = _row(cells, number, before + len(rows) + 1)
        if isinstance(found, Row):
            rows.append(found)
        else:
            problems.append(found)
    if len(rows) > MOST_ROWS:
        problems.append(
            Problem(
                row=MOST_ROWS + 1,
                column="",
                value=str(len(rows)),
                message=too_many_rows(len(rows)),
                remedy=_("Paste fewer, for example by month instead of by day."),
            )
        )
    return rows[:MOST_ROWS], problems


def too_many_rows(number: int) -> str:
    """Say how many rows there are and how many fit, and what to do."""
    return _(
        "There are %(number)s rows, and at most %(most)s fit. Add them up first, for example by "
        "month instead of by day, or paste the newest alone."
    ) % {"number": quantity_text(number), "most": quantity_text(MOST_ROWS)}


def write_rows(rows: Sequence[Row]) -> str:
    """Return rows as text that reads back the same.

    Without a size a number in front would be read as the count, so it is left out: it is the
    number of the row.
    """
    return "\n".join(
        f"{row.count:f}"
        if row.size is None and _number(row.label) is not None
        else "\t".join(_written(row))
        for row in rows
    )


def _written(row: Row) -> list[str]:
    size = [] if row.size is None else [f"{row.size:f}"]
    return [row.label, f"{row.count:f}", *size]


def _cells(line: str) -> list[str]:
    for separator in ("\t", ";"):
        if separator in line:
            cells = [cell.strip() for cell in line.split(separator)]
            while cells and not cells[-1]:
                cells.pop()
            return cells
    return re.split(r"[,\s]+", line.strip()) if line.strip() else []


def _number(cell: str) -> Decimal | None:
    text = cell.strip()
    if _THOUSANDS.fullmatch(text):
        text = re.sub(r"[^0-9]", "", text)
    elif not _PLAIN.fullmatch(text):
        return None
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None


def _row(cells: list[str], line: int, number: int) -> Row | Problem:
    if len(cells) > MOST_CELLS:
        return Problem(
            row=line,
            column="",
            value=" | ".join(cells)[:80],
            message=_("The line has %(number)d cells.") % {"number": len(cells)},
            remedy=_("Keep label, count and size, apart by tabs."),
        )
    label, values = _parted(cells, number)
    numbers = [_number(cell) for cell in values]
    for name, cell, value in zip((_("count"), _("size")), values, numbers, strict=False):
        if value is None or value > LARGEST:
            return _no_number(line, name, cell)
    known = [value for value in numbers if value is not None]
    return Row(label=label, count=known[0], size=known[1] if len(known) > 1 else None)


def _parted(cells: list[str], number: int) -> tuple[str, list[str]]:
    """Tell the label from the numbers."""
    if len(cells) == MOST_CELLS or (len(cells) > 1 and _number(cells[0]) is None):
        return cells[0][:40] or str(number), cells[1:]
    return str(number), cells


def _no_number(line: int, name: str, cell: str) -> Problem:
    return Problem(
        row=line,
        column=name,
        value=cell[:80],
        message=_("This is no number of 0 or more."),
        remedy=_("Write digits, for example 3 or 1250; leave out words and signs."),
    )
