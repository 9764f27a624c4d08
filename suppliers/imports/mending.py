"""Rows that stay out, as they stand in the file, with what is wrong: to mend and send again."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from suppliers.enums import ImportOutcome
from suppliers.imports.columns import PROBLEM
from suppliers.imports.decimals import NATIVE
from suppliers.imports.listed import lines_of
from suppliers.imports.problems import FileError
from suppliers.imports.reading import reading
from suppliers.imports.run import Order, request_of
from suppliers.models import ImportBatch, ImportRow

STAYS_OUT = (ImportOutcome.REJECTED, ImportOutcome.UNMAPPED, ImportOutcome.CONFLICT)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Original headings and cells, and the problem of each row in a column at the end."""

    headings: list[str]
    rows: list[list[str | Decimal]]


def rows_to_mend(batch: ImportBatch, order: Order, *, at: datetime) -> Sheet:
    """Read the file's own cells of the rows that stay out; FileError when it cannot be read."""
    listed = list(batch.rows.filter(outcome__in=STAYS_OUT, decision="").order_by("number"))
    numbers = [row.number for row in listed]
    with reading(request_of(order, at, numbers=numbers)) as reader:
        if reader.found["error"]:
            raise FileError(reader.found["error"]["code"], **reader.found["error"]["params"])
        lines = b"".join(reader.rows()).decode().splitlines()
    before: list[str] = reader.found["headings"]
    # a sheet that was handed back before already has the column
    kept = [position for position, heading in enumerate(before) if heading != PROBLEM]
    rows = [
        [*(_cell(cells[position]) for position in kept), problem]
        for cells, problem in zip(map(json.loads, lines), _problems(batch, listed), strict=True)
    ]
    return Sheet(headings=[*(before[position] for position in kept), PROBLEM], rows=rows)


def _problems(batch: ImportBatch, rows: list[ImportRow]) -> Iterator[str]:
    for row in rows:
        lines = lines_of(batch, [row])
        yield " | ".join(_said(line.column, line.words.sentence) for line in lines)


def _said(column: str, sentence: str) -> str:
    return f"{column}: {sentence}" if column else sentence


def _cell(text: Any) -> str | Decimal:
    """A workbook's own number stays one; everything else is text, so codes keep their zeros."""
    return Decimal(text.removeprefix(NATIVE)) if text.startswith(NATIVE) else str(text)
