"""Files as they should not be: each gets a clear message, and nothing is half-written."""

import io
import zipfile

import pytest
from django.test import override_settings

from suppliers.imports.problems import Words
from suppliers.models import Delivery, ImportBatch, Plant
from tests.suppliers.imports.conftest import Import, codes, rows_of, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("masters")]

HEADINGS = "document;supplier;plant;part;received_on;quantity\n"
ROW = "D1;ALFA;P1;007;2026-01-31;5\n"


def said(batch: ImportBatch) -> str:
    assert batch.error is not None
    assert not Delivery.objects.exists()
    return Words.of(**batch.error).sentence


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b" \r\n\r\n", "The file is empty."),
        (HEADINGS.encode(), "has headings but no rows"),
        (b"%PDF-1.7 x", "neither a CSV text nor an XLSX workbook (PDF)"),
        ((HEADINGS + ROW).replace(";", "^").encode(), "Separate the columns by semicolon, comma"),
        ((HEADINGS + 'D1;"ALFA;P1').encode(), "A quotation mark is opened and never closed"),
        (workbook([None]), "no sheet with cells"),
    ],
)
def test_unreadable_file_fails_with_words(import_file: Import, content: bytes, words: str) -> None:
    batch = import_file("deliveries", content)
    assert words in said(batch)
    assert batch.state == "failed"


def test_missing_column_names_what_was_found_and_asks_for_the_mapping(import_file: Import) -> None:
    batch = import_file("deliveries", (HEADINGS + ROW).replace("quantity", "how much"))
    assert batch.state == "mapping"
    assert "No column was recognised for: quantity." in said(batch)
    assert "how much" in said(batch)
    mapped = import_file(
        "deliveries",
        (HEADINGS + ROW).replace("quantity", "how much"),
        mapping={"quantity": "how much"},
    )
    assert mapped.state == "done"


def test_ambiguous_dates_are_asked_once_and_follow_the_answer(import_file: Import) -> None:
    text = HEADINGS + ROW.replace("2026-01-31", "03/04/2026")
    batch = import_file("deliveries", text)
    assert (batch.state, batch.error and batch.error["code"]) == ("mapping", "date_order_unknown")
    assert not Delivery.objects.exists()
    import_file("deliveries", text, date_order="mdy")
    assert f"{Delivery.objects.get().received_on}" == "2026-03-04"


def test_thousand_or_fraction_is_asked_once_and_follows_the_answer(import_file: Import) -> None:
    text = HEADINGS + ROW.replace(";5", ";1.234")
    assert import_file("deliveries", text).state == "mapping"
    import_file("deliveries", text, decimal_mark=",")
    assert Delivery.objects.get().quantity == 1234


def test_bomb_is_refused(import_file: Import) -> None:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(800):
            part.write(b"0" * 1024 * 1024)
    batch = import_file("deliveries", buffer.getvalue())
    assert "Unpacked, the workbook would take 800 MB" in said(batch)


def test_tiny_workbook_that_asks_for_gigabytes_meets_the_memory_limit(
    import_file: Import,
) -> None:
    data = workbook(["document"], ["D1"])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b'r="A2"', b'r="XFD1048576"').replace(
        b'<row r="2"', b'<row r="1048576"'
    )
    assert parts["xl/worksheets/sheet1.xml"] != sheet
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert "took more memory than the 1536 MB allowed" in said(
        import_file("deliveries", buffer.getvalue())
    )


@override_settings(IMPORT_MEMORY_BYTES=400 * 1024 * 1024)
def test_memory_limit_is_kept_by_the_child(import_file: Import) -> None:
    text = HEADINGS + "".join(
        f"D{number};ALFA;P1;007;2026-01-31;{number}\n" for number in range(1, 600_000)
    )
    # a file of which nothing is to be said is read piece by piece and needs less
    checked = import_file("deliveries", text + "D0;ALFA;P1;007;2026-01-31;-1\n")
    assert "took more memory than the 400 MB allowed" in said(checked)


@override_settings(IMPORT_SECONDS=1)
def test_time_limit_ends_the_child(import_file: Import) -> None:
    text = HEADINGS + "".join(
        f"D{number};ALFA;P1;007;2026-01-31;{number}\n" for number in range(1, 400_000)
    )
    assert "took longer than the 1 seconds allowed" in said(import_file("deliveries", text))


def test_rows_in_a_wrong_column_are_told_by_their_heading(import_file: Import) -> None:
    batch = import_file(
        "deliveries", HEADINGS + ROW, mapping={"quantity": "part", "part": "quantity"}
    )
    assert rows_of(batch) == {"unmapped": 1}
    [problem] = batch.rows.get().problems
    assert (problem["column"], problem["field"]) == ("quantity", "part")


def test_hostile_text_is_stored_as_text(import_file: Import) -> None:
    code = "x'), DROP TABLE suppliers_part -- %s %(a)s \\N \\."
    batch = import_file(
        "deliveries", HEADINGS + ROW.replace("P1", code[:40]).replace("D1", "\\N%d{}")
    )
    assert batch.state == "done"
    assert Delivery.objects.get().document == "\\N%d{}"
    assert Plant.objects.filter(code=code[:40].strip()).exists()


def test_same_file_twice_changes_nothing_and_is_recognised(import_file: Import) -> None:
    first = import_file("deliveries", HEADINGS + ROW)
    again = import_file("deliveries", HEADINGS + ROW, confirmed=False)
    assert list(ImportBatch.objects.loaded_from(again)) == [first]
    assert (again.state, rows_of(again)) == ("done", {"duplicate": 1})
    assert Delivery.objects.get().batch == first


def test_more_unreadable_cells_than_anyone_can_mend_end_early(import_file: Import) -> None:
    text = HEADINGS + "".join(f"D{n};ALFA;P1;007;x;y\n" for n in range(200_001))
    batch = import_file("deliveries", text)
    assert batch.state == "mapping"
    assert "More than 200000 cells cannot be read" in said(batch)
    assert codes(batch) == {}
