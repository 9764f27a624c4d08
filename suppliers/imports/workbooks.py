"""XLSX: checked for what it would unpack to, then its first sheet with cells as text."""

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from suppliers.imports.decimals import NATIVE
from suppliers.imports.problems import FileError
from suppliers.imports.tables import AreHeadings, Table, below_headings, headings_among

MEGABYTE = 1024 * 1024
BLOCK = MEGABYTE
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINKS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
# What a sheet says in its first bytes of the cells it reaches from and to.
HEAD = 4096
DIMENSION = re.compile(
    rb'<(?:\w+:)?dimension ref="\$?([A-Z]{1,3})\$?(\d+):\$?([A-Z]{1,3})\$?(\d+)"'
)
# A sheet full of rows with 40 columns has as many.
MAX_CELLS = 42_000_000
CELL = re.compile(r"([A-Z]{1,3})(\d+)")
# What zipfile and zlib raise for an archive that is damaged or packed in an unknown way.
DAMAGED = (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, ValueError)
DIGITS = 15  # what a spreadsheet keeps of a number


def read_workbook(
    data: bytes, *, unpacked_bytes: int, are_headings: AreHeadings | None = None
) -> Table:
    """Read the first sheet that has cells; FileError says why it cannot be read."""
    refuse_bomb(data, unpacked_bytes)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            name, rows = _first_with_cells(workbook, data)
            names = list(workbook.sheet_names)
        table = _table(rows, _unreadable(data, name), are_headings)
    except PasswordError as error:
        raise FileError("workbook_locked") from error
    except (CalamineError, ET.ParseError) as error:
        raise FileError("workbook_broken", detail=str(error)[:200]) from error
    table.facts.update(type="xlsx", sheet=name, sheets=names)
    return table


def refuse_bomb(data: bytes, limit: int) -> None:
    """Add up what the archive declares, then unpack it block by block and see that it is true.

    Python stops a member at its declared size and compares its checksum, so that a member
    that declares too little is found as broken.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            declared = sum(member.file_size for member in archive.infolist())
            if declared > limit:
                raise FileError("workbook_bomb", size=declared // MEGABYTE, limit=limit // MEGABYTE)
            for member in archive.infolist():
                with archive.open(member) as content:
                    while content.read(BLOCK):
                        pass
    except RuntimeError as error:  # zipfile's way to say that a member is encrypted
        raise FileError("workbook_locked") from error
    except DAMAGED as error:
        raise FileError("workbook_broken", detail=str(error)[:200]) from error


def _first_with_cells(workbook: CalamineWorkbook, data: bytes) -> tuple[str, list[list[Any]]]:
    for name in workbook.sheet_names:
        _refuse_stray_cell(data, name)
        sheet = workbook.get_sheet_by_name(name)
        if sheet.height and sheet.width:
            return name, sheet.to_python(skip_empty_area=False)
    raise FileError("no_sheet")


def _refuse_stray_cell(data: bytes, sheet: str) -> None:
    """Refuse a sheet that says of itself it is vast: a reader makes room for every cell of it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        path = _sheet_path(archive, sheet)
        if path is None:
            return
        with archive.open(path) as content:
            said = DIMENSION.search(content.read(HEAD))
    if said is None:
        return
    (left, top), (right, bottom) = (
        (_column_number(said[n].decode()), int(said[n + 1])) for n in (1, 3)
    )
    if (right - left + 1) * (bottom - top + 1) > MAX_CELLS:
        raise FileError("stray_cell", sheet=sheet, cell=f"{said[3].decode()}{bottom}")


def _table(
    rows: list[list[Any]],
    unreadable: dict[tuple[int, int], str],
    are_headings: AreHeadings | None,
) -> Table:
    start = headings_among((list(map(_text, row)) for row in rows), are_headings)
    if start is None:
        raise FileError("no_sheet")
    columns = [[_text(cell) for cell in column] for column in zip(*rows, strict=True)]
    for (row, column), text in unreadable.items():
        if column < len(columns) and row < len(columns[column]):
            columns[column][row] = text
    width = max(n for n, cell in enumerate(rows[start], start=1) if _filled(cell))
    return below_headings(columns, width=width, start=start)


def _filled(cell: Any) -> bool:
    return cell is not None and str(cell).strip() != ""


def _text(cell: Any) -> str:
    """Write a cell as text: whole numbers without “.0”, days without midnight."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{NATIVE}{cell:.{DIGITS}g}"
    if isinstance(cell, dt.datetime):
        midnight = cell.time() == dt.time()
        return f"{cell:%Y-%m-%d}" if midnight else f"{cell:%Y-%m-%d %H:%M:%S}"
    return "" if cell is None else str(cell)


def _unreadable(data: bytes, sheet: str) -> dict[tuple[int, int], str]:
    """Find cells whose value a reader leaves out: errors, and formulas never calculated."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        path = _sheet_path(archive, sheet)
        if path is None or not _has_formulas_or_errors(archive, path):
            return {}
        with archive.open(path) as content:
            return dict(_bad_cells(content))


def _has_formulas_or_errors(archive: zipfile.ZipFile, path: str) -> bool:
    """Look for their marks before parsing XML, because most sheets have neither."""
    tail = b""
    with archive.open(path) as content:
        while block := content.read(BLOCK):
            if re.search(rb'<(?:\w+:)?f[\s/>]|\bt="e"', tail + block):
                return True
            tail = block[-16:]
    return False


def _bad_cells(content: Any) -> Iterator[tuple[tuple[int, int], str]]:
    for _event, cell in ET.iterparse(content):  # noqa: S314  # in the limited child, entities off
        if cell.tag == f"{MAIN}row":
            cell.clear()
        if cell.tag != f"{MAIN}c":
            continue
        text = _what_is_bad(cell)
        match = CELL.fullmatch(cell.get("r", ""))
        if text and match:
            yield (int(match[2]) - 1, _column_number(match[1])), text


def _what_is_bad(cell: ET.Element) -> str:
    value, formula = cell.findtext(f"{MAIN}v"), cell.find(f"{MAIN}f")
    if cell.get("t") == "e":
        return value or "#REF!"
    if formula is not None and not value and cell.get("t") != "str":
        return "=" + (formula.text or "?")
    return ""


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _sheet_path(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Follow the workbook's links from a sheet's name to its part of the archive."""
    try:
        book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314  # as above
        links = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    except (KeyError, ET.ParseError):
        return None
    wanted = next(
        (one.get(f"{LINKS}id") for one in book.iter(f"{MAIN}sheet") if one.get("name") == sheet),
        None,
    )
    target = next((one.get("Target", "") for one in links if one.get("Id") == wanted), None)
    if target is None:
        return None
    path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return path if path in archive.namelist() else None
