import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from suppliers.imports.decimals import NATIVE
from suppliers.imports.problems import FileError
from suppliers.imports.workbooks import read_workbook
from tests.suppliers.imports.conftest import workbook

MEGABYTE = 1024 * 1024


def read(data: bytes, limit: int = 50 * MEGABYTE) -> list[list[str]]:
    return read_workbook(data, unpacked_bytes=limit).columns


def test_cells_become_text_without_losing_codes() -> None:
    data = workbook(
        ["a", "b", "c", "d", "e"], [7, "007", 1.5, date(2026, 10, 31), True],
        [None, None, 0.1 + 0.2, datetime(2026, 10, 31, 7, 5), None],  # noqa: DTZ001  # as cells are
    )  # fmt: skip
    assert read(data) == [
        ["7", ""],
        ["007", ""],
        [NATIVE + "1.5", NATIVE + "0.3"],
        ["2026-10-31", "2026-10-31 07:05:00"],
        ["yes", ""],
    ]


def test_first_sheet_with_cells_is_read_and_named() -> None:
    table = read_workbook(workbook(["a"], [1], before=["Cover"]), unpacked_bytes=MEGABYTE)
    assert table.facts["sheet"] == "Sheet"
    assert table.facts["sheets"] == ["Cover", "Sheet"]


def test_headings_may_stand_below_empty_rows() -> None:
    table = read_workbook(workbook([], [], [None, "a"], [None, 5]), unpacked_bytes=MEGABYTE)
    assert table.headings == ["", "a"]
    assert table.first_row == 4
    assert table.columns[1] == ["5"]


def test_formula_never_calculated_and_error_stay_visible() -> None:
    data = workbook(["a", "b"], ["=1+1", 5], [3, 6])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(
        b'<c r="B3" t="n"><v>6</v></c>', b'<c r="B3" t="e"><f>X1</f><v>#REF!</v></c>'
    )
    assert parts["xl/worksheets/sheet1.xml"] != sheet
    assert read(pack(parts)) == [["=1+1", "3"], ["5", "#REF!"]]


def test_calculated_formula_gives_its_value() -> None:
    data = workbook(["a"], [5])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(
        b"<v>5</v>", b"<f>2+3</f><v>5</v>"
    )
    assert read(pack(parts)) == [["5"]]


def test_declared_bomb_is_refused_before_unpacking() -> None:
    parts = {"xl/worksheets/sheet1.xml": b"0" * (60 * MEGABYTE)}
    data = pack(parts)
    assert len(data) < MEGABYTE
    with pytest.raises(FileError, match="would take 60 MB; 50 MB are allowed"):
        read(data)


def test_bomb_that_declares_little_is_found_broken() -> None:
    data = bytearray(pack({"xl/worksheets/sheet1.xml": b"0" * (60 * MEGABYTE)}))
    size = (60 * MEGABYTE).to_bytes(4, "little")
    small = (1000).to_bytes(4, "little")
    lying = bytes(data).replace(size, small)
    assert lying != bytes(data)
    with pytest.raises(FileError, match="cannot be opened"):
        read(lying)


def test_empty_workbook_has_no_sheet() -> None:
    with pytest.raises(FileError, match="no sheet with cells"):
        read(workbook())


def test_other_archive_is_no_workbook() -> None:
    with pytest.raises(FileError, match="cannot be opened"):
        read(pack({"readme.txt": b"hello"}))


def pack(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_title_above_the_headings_is_not_taken_for_them() -> None:
    data = workbook(["Deliveries October 2026"], [], ["a", "b", "c"], [1, 2, 3])
    table = read_workbook(data, unpacked_bytes=MEGABYTE)
    assert (table.headings, table.first_row) == (["a", "b", "c"], 4)
    assert table.columns == [["1"], ["2"], ["3"]]


def test_stray_cell_far_from_the_table_is_named() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["a", "b"])
    sheet.append([1, 2])
    sheet.cell(row=1_048_576, column=16_384, value="x")
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(FileError, match="“Sheet” reaches to cell XFD1048576"):
        read(buffer.getvalue())
    sheet.delete_rows(1_048_576)
    sheet.cell(row=1, column=16_384, value="x")
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(FileError, match="200 columns"):
        read(buffer.getvalue())
