import csv
import io
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from suppliers.imports.columns import PROBLEM
from suppliers.imports.mending import rows_to_mend
from suppliers.models import Delivery, ImportBatch, User
from suppliers.services import imports
from tests.suppliers.imports.conftest import Import, rows_of, workbook

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HEADINGS = ["Remark", "Document", "Supplier", "Plant", "Part", "Received on", "Quantity"]
ROWS = [
    ["good", "D1", "ALFA", "P1", "007", "2026-01-30", "5"],
    ["=1+1", "-0042", "ALPHA", "P1", "007", "2026-01-30", "5"],
    ["bad", "D3", "ALFA", "P1", "007", "2026-02-30", "6"],
]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("masters")]


def as_text(rows: list[list[str]]) -> str:
    return "\n".join(";".join(row) for row in [HEADINGS, *rows]) + "\n"


@pytest.fixture
def batch(import_file: Import) -> ImportBatch:
    batch = import_file("deliveries", as_text(ROWS), valid_only=True)
    assert rows_of(batch) == {"valid": 1, "unmapped": 1, "rejected": 1}
    return batch


def downloaded(client: Client, batch: ImportBatch, form: str) -> bytes:
    response = client.get(reverse("import_mend", args=[batch.pk]), {"format": form})
    assert response.status_code == 200
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def test_rows_come_back_as_they_stand_with_their_problem(
    sqe_client: Client, batch: ImportBatch
) -> None:
    rows = list(csv.reader(io.StringIO(downloaded(sqe_client, batch, "csv").decode("utf-8-sig"))))
    assert rows[0] == [*HEADINGS, PROBLEM]
    assert rows[1][:-1] == ["'=1+1", "-0042", *ROWS[1][2:]]
    assert "supplier is not known" in rows[1][-1]
    assert rows[2][-1].startswith("Received on: This day does not exist.")
    assert len(rows) == 3


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_mended_sheet_is_uploaded_again(
    sqe_client: Client, batch: ImportBatch, import_file: Import, form: str
) -> None:
    content = downloaded(sqe_client, batch, form)
    if form == "xlsx":
        book = load_workbook(io.BytesIO(content))
        for row in book.active.iter_rows():
            for cell in row:
                cell.value = {"ALPHA": "ALFA", "2026-02-30": "2026-02-28"}.get(
                    str(cell.value), cell.value
                )
        buffer = io.BytesIO()
        book.save(buffer)
        content = buffer.getvalue()
    else:
        content = content.replace(b"ALPHA", b"ALFA").replace(b"2026-02-30", b"2026-02-28")
    again = import_file("deliveries", content)
    assert rows_of(again) == {"valid": 2}
    assert again.summary["unused"] == ["Remark"]
    assert set(Delivery.objects.values_list("document", flat=True)) == {"D1", "-0042", "D3"}
    assert set(Delivery.objects.values_list("part__number", flat=True)) == {"007"}


def test_sheet_handed_back_twice_has_one_problem_column(
    sqe_client: Client, batch: ImportBatch, import_file: Import
) -> None:
    again = import_file("deliveries", downloaded(sqe_client, batch, "csv"), confirmed=False)
    sheet = rows_to_mend(again, imports.order_of(again), at=NOW)
    assert sheet.headings == [*HEADINGS, PROBLEM]


def test_numbers_of_a_workbook_stay_numbers(import_file: Import, sqe_client: Client) -> None:
    row = ["", "D1", "NOBODY", "P1", "007", "2026-01-30", 1.234]
    batch = import_file("deliveries", workbook(HEADINGS, row), confirmed=False)
    book = load_workbook(io.BytesIO(downloaded(sqe_client, batch, "xlsx")))
    cells = [cell.value for cell in list(book.active.rows)[1]]
    assert cells[4:7] == ["007", "2026-01-30", 1.234]


def test_decided_rows_are_not_handed_back(import_file: Import, sqe: User) -> None:
    import_file("deliveries", as_text(ROWS[:1]))
    changed = [[*ROWS[0][:-1], "9"], *ROWS[2:]]
    batch = import_file("deliveries", as_text(changed), confirmed=False)
    sheet = rows_to_mend(batch, imports.order_of(batch), at=NOW)
    assert [row[1] for row in sheet.rows] == ["D1", "D3"]
    batch.rows.filter(number=2).update(decision="keep", decided_at=NOW)
    sheet = rows_to_mend(batch, imports.order_of(batch), at=NOW)
    assert [row[1] for row in sheet.rows] == ["D3"]


def test_file_that_is_gone_is_said(batch: ImportBatch, sqe_client: Client) -> None:
    batch.file = ""
    batch.save()
    response = sqe_client.get(reverse("import_mend", args=[batch.pk]), follow=True)
    assert "The uploaded file is no longer there." in response.content.decode()
