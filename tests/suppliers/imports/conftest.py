"""Masters that files refer to, and a way to import a text or workbook in one call."""

import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.base import ContentFile
from openpyxl import Workbook

from suppliers.models import ImportBatch, Part, Plant, Supplier, User
from suppliers.services import imports
from tests.factories import PartFactory, PlantFactory, SupplierFactory

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

Import = Callable[..., ImportBatch]


@pytest.fixture
def alfa(db: None) -> Supplier:
    return SupplierFactory(code="ALFA", name="Alfa Castings")


@pytest.fixture
def bravo(db: None) -> Supplier:
    return SupplierFactory(code="BRAVO", name="Bravo Springs")


@pytest.fixture
def plant(db: None) -> Plant:
    return PlantFactory(code="P1", time_zone="Europe/Berlin")


@pytest.fixture
def part(db: None) -> Part:
    return PartFactory(number="007", name="Bolt")


@pytest.fixture
def masters(alfa: Supplier, bravo: Supplier, plant: Plant, part: Part) -> None:
    """Everything a row of a fact may name."""


@pytest.fixture
def import_file(db: None) -> Import:
    """Return a function that uploads content and does one pass over it.

    Loads by default, as the command does; `confirmed=False` only checks, as the page does.
    """

    def import_file(
        kind: str,
        content: str | bytes,
        *,
        mapping: dict[str, str] | None = None,
        confirmed: bool = True,
        by: User | None = None,
        **options: Any,
    ) -> ImportBatch:
        data = content.encode() if isinstance(content, str) else content
        batch = imports.upload(
            kind=kind,
            file=ContentFile(data, name="test"),
            filename="test.csv",
            by=by,
            mapping=mapping,
            options=options,
            confirmed=confirmed,
        )
        imports.work(batch_id=batch.pk, at=NOW)
        batch.refresh_from_db()
        return batch

    return import_file


def workbook(*rows: Sequence[Any], before: Sequence[str] = ()) -> bytes:
    """Write rows into a workbook; `before` names empty sheets that stand in front."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for name in before:
        book.create_sheet(name, index=0)
    for row in rows:
        sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def codes(batch: ImportBatch) -> dict[int, list[str]]:
    """Codes of the problems per listed row."""
    return {
        row.number: [problem["code"] for problem in row.problems]
        for row in batch.rows.order_by("number")
    }


def rows_of(batch: ImportBatch) -> dict[str, int]:
    """Number of rows per outcome, those that occur."""
    return {
        outcome: tally["rows"]
        for outcome, tally in batch.summary["outcomes"].items()
        if tally["rows"]
    }
