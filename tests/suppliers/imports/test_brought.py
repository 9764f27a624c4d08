"""Which deliveries an import brought is told by the ids noted while it was loaded."""

import pytest
from django.db import connection

from suppliers.imports.brought import brought_by
from suppliers.imports.database import fetch
from suppliers.models import Delivery, ImportBatch
from suppliers.services import undo
from tests.factories import DeliveryFactory, ImportBatchFactory
from tests.suppliers.imports.conftest import NOW, Import, rows_of

REASON = "Wrong month was exported"
HEADINGS = "document;supplier;plant;part;received_on;quantity;reverses\n"
SHORT = HEADINGS + "D0;ALFA;P1;007;2026-01-30;5;\nD1;BRAVO;P1;007;2026-01-31;5;\n"
# a reversal goes the long way
LONG = SHORT + "R1;BRAVO;P1;007;2026-01-31;2;D1\n"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("masters")]
both_ways = pytest.mark.parametrize("text", [SHORT, LONG])


def ids_of(batch: ImportBatch) -> tuple[int, int]:
    first, last = batch.summary["loaded"]["ids"]
    return first, last


def found(batch: ImportBatch) -> set[int]:
    with connection.cursor() as cursor:
        condition = brought_by(batch).as_string(cursor.connection)
        return {pk for (pk,) in fetch(f"SELECT t.id FROM suppliers_delivery t WHERE {condition}")}  # noqa: S608


def forget_ids(batch: ImportBatch) -> None:
    del batch.summary["loaded"]["ids"]
    batch.save()


@both_ways
def test_all_rows_lie_among_the_ids(import_file: Import, text: str) -> None:
    DeliveryFactory()
    batch = import_file("deliveries", text)
    DeliveryFactory()
    first, last = ids_of(batch)
    own = set(Delivery.objects.filter(batch=batch).values_list("pk", flat=True))
    assert own == set(Delivery.objects.filter(pk__range=(first, last)).values_list("pk", flat=True))
    assert found(batch) == own


@both_ways
def test_rows_of_others_among_the_ids_stay(import_file: Import, text: str) -> None:
    batch = import_file("deliveries", text)
    first, last = ids_of(batch)
    others = [DeliveryFactory(pk=first), DeliveryFactory(pk=last, batch=ImportBatchFactory())]
    assert rows_of(import_file("deliveries", text)) == {"duplicate": text.count("\n") - 1}
    undo.undo(batch_id=batch.pk, by=None, at=NOW, reason=REASON)
    assert set(Delivery.objects.all()) == set(others)


@both_ways
def test_import_without_noted_ids(import_file: Import, text: str) -> None:
    batch = import_file("deliveries", text)
    forget_ids(batch)
    assert found(batch) == set(Delivery.objects.values_list("pk", flat=True))
    assert rows_of(import_file("deliveries", text)) == {"duplicate": text.count("\n") - 1}
    undo.undo(batch_id=batch.pk, by=None, at=NOW, reason=REASON)
    assert not Delivery.objects.exists()


def test_masters_and_files_that_change_nothing_note_none(import_file: Import) -> None:
    batch = import_file("suppliers", "code;name\nNEW;New Springs\n")
    assert "ids" not in batch.summary["loaded"]
    import_file("deliveries", SHORT)
    assert "ids" not in import_file("deliveries", SHORT).summary["loaded"]
