"""Tables as CSV or XLSX for download, with cells that could be formulas defused."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

if TYPE_CHECKING:
    from openpyxl.cell import WriteOnlyCell

# By the signs of full width too, which some spreadsheets read as the plain ones.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # meant
# Where a spreadsheet of another country's separator, or a broken line, would begin a cell.
INSIDE = re.compile(r"([;\t\r\n]\s*)(?=[=+\-@＝＋－＠])")  # meant
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Text, or a number where it was a number before.
Cell = str | Decimal
# Excel takes CSV for UTF-8 only with this mark.
BYTE_ORDER_MARK = "\ufeff"


def defused(cell: Cell) -> str:
    """Keep a spreadsheet from taking a text for a formula; numbers stay numbers."""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    try:
        float(cell)
    except ValueError:
        return disarmed(cell)
    return cell


def disarmed(text: str) -> str:
    """Put an apostrophe before whatever a spreadsheet could take for a formula."""
    inside = text[:1] + INSIDE.sub(r"\1'", text[1:])
    return f"'{inside}" if text.startswith(FORMULA_STARTS) else inside


def as_csv(
    name: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> StreamingHttpResponse:
    """Stream a table as CSV."""
    response = StreamingHttpResponse(_csv_lines(headings, rows), content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def as_xlsx(name: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> FileResponse:
    """Write a table as a workbook; texts stay texts, so that codes keep their zeros."""
    from openpyxl import Workbook  # here and below: it loads numpy, and few processes write one

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in chain([headings], rows):
        sheet.append([_written_cell(sheet, cell) for cell in row])
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX_TYPE)


def as_table(
    form: str, name: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> HttpResponseBase:
    """Return the table in the form asked for: xlsx, else csv."""
    return (as_xlsx if form == "xlsx" else as_csv)(name, headings, rows)


def _csv_lines(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield BYTE_ORDER_MARK
    for row in chain([headings], rows):
        writer.writerow([defused(cell) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _written_cell(sheet: object, cell: Cell) -> "WriteOnlyCell":
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if not isinstance(cell, str):
        return WriteOnlyCell(sheet, value=cell)
    # No workbook can hold control characters; one would cost the whole file.
    written = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", cell))
    written.data_type = "s"
    return written
