"""Tables as downloads: CSV and XLSX in which no cell can become a formula.

A spreadsheet runs a cell that begins with =, +, -, @, a tab or a line break. Text that comes
from people or files is therefore written with an apostrophe before it; numbers stay numbers.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from enum import StrEnum
from io import BytesIO
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

from suppliers.exports import disarmed

BYTE_ORDER_MARK: Final = "\ufeff"  # tells Excel that the file is UTF-8
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FileForm(StrEnum):
    """The forms a table can be downloaded in."""

    CSV = "csv"
    XLSX = "xlsx"


def defused(value: Any) -> Any:
    """Return the cell's value such that no spreadsheet takes it for a formula."""
    if value is None or isinstance(value, int | float | Decimal):
        return value
    return disarmed(str(value))


def download(
    *, form: FileForm, name: str, header: Sequence[Any], rows: Iterable[Sequence[Any]]
) -> HttpResponseBase:
    """Answer with the table as a file called `name` (without ending)."""
    response = FORMS[form](header, rows)
    response["Content-Disposition"] = f'attachment; filename="{_file_name(name)}.{form.value}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _file_name(name: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in name)


class _Line:
    """A file that hands back what is written to it, one line at a time."""

    def write(self, line: str) -> str:
        return line


def _csv(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponseBase:
    return StreamingHttpResponse(_csv_lines(header, rows), content_type="text/csv; charset=utf-8")


def _csv_lines(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    write: Callable[[Sequence[Any]], Any] = csv.writer(_Line()).writerow
    yield BYTE_ORDER_MARK + write([defused(cell) for cell in header])
    for row in rows:
        yield write([_plain(defused(cell)) for cell in row])


def _plain(cell: Any) -> Any:
    """Write a number without exponent and without trailing zeros."""
    if not isinstance(cell, Decimal):
        return cell
    text = f"{cell:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _xlsx(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponseBase:
    # here and below, as it loads numpy, and most processes write no workbook
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    titles = [WriteOnlyCell(sheet, value=str(title)) for title in header]
    for cell in titles:
        cell.font = Font(bold=True)
    sheet.append(titles)
    for row in rows:
        sheet.append([_writable(defused(cell)) for cell in row])
    file = BytesIO()
    book.save(file)
    return HttpResponse(file.getvalue(), content_type=XLSX_TYPE)


def _writable(cell: Any) -> Any:
    """Drop the control characters that no workbook can hold; one would cost the whole file."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell


FORMS: Final[dict[FileForm, Callable[..., HttpResponseBase]]] = {
    FileForm.CSV: _csv,
    FileForm.XLSX: _xlsx,
}
