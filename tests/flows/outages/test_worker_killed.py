"""The worker is killed in the middle: work is done within a minute, and nothing twice.

First only the processes that do the tasks die, then everything at once as in a power cut.
"""

from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.db.models import Sum

from scorecards.models import PartMonth, StaleKey, SupplierMonth
from scorecards.rollup import verify
from suppliers.enums import ImportState
from suppliers.models import Delivery, ImportBatch, Supplier, User
from suppliers.services import imports, undo
from tests.factories import DeliveryFactory, PartFactory, PlantFactory, SupplierFactory
from tests.flows.outages.stopping import nobody_writes_to
from tests.flows.product import Product
from tests.held_up import await_somebody_held_up
from tests.waiting import until

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


def test_killed_while_it_rolls_up(worker: Product) -> None:
    suppliers = SupplierFactory.create_batch(3)
    with nobody_writes_to("scorecards_suppliermonth"):
        deliver_in_four_months(suppliers, pieces=10)
        await_somebody_held_up()
        worker.kill_pool()
    expect_rolled_up(pieces=120)

    with nobody_writes_to("scorecards_suppliermonth"):
        deliver_in_four_months(suppliers, pieces=5)
        await_somebody_held_up()
        worker.kill_worker()
    worker.start_worker()
    expect_rolled_up(pieces=180)
    assert PartMonth.objects.count() == 24


def deliver_in_four_months(suppliers: list[Supplier], *, pieces: int) -> None:
    plant, part = PlantFactory(), PartFactory()
    for month in range(1, 5):
        for supplier in suppliers:
            DeliveryFactory(
                supplier=supplier,
                plant=plant,
                part=part,
                received_on=f"2026-0{month}-10",
                quantity=pieces,
            )


def expect_rolled_up(*, pieces: int) -> None:
    until(lambda: not StaleKey.objects.exists(), "every changed month is rolled up")
    rolled_up = SupplierMonth.objects.aggregate(pieces=Sum("received_qty"))
    assert rolled_up == {"pieces": Decimal(pieces)}
    assert verify() == []


def test_killed_while_it_loads_an_import(worker: Product, sqe: User) -> None:
    SupplierFactory(code="ALFA-4711")
    PartFactory(number="PN-1")
    with nobody_writes_to("suppliers_delivery"):
        first = upload_deliveries(sqe, documents=range(500))
        await_somebody_held_up()
        worker.kill_pool()
    expect_loaded(first, rows=500, in_all=500)

    with nobody_writes_to("suppliers_delivery"):
        second = upload_deliveries(sqe, documents=range(400, 900))
        await_somebody_held_up()
        worker.kill_worker()
    worker.start_worker()
    expect_loaded(second, rows=400, in_all=900)
    expect_rolled_up(pieces=6300)


def test_killed_while_it_takes_imports_back(worker: Product, sqe: User) -> None:
    SupplierFactory(code="ALFA-4711")
    PartFactory(number="PN-1")
    first = upload_deliveries(sqe, documents=range(500))
    expect_loaded(first, rows=500, in_all=500)
    second = upload_deliveries(sqe, documents=range(500, 900))
    expect_loaded(second, rows=400, in_all=900)
    expect_rolled_up(pieces=6300)

    with nobody_writes_to("suppliers_delivery"):
        take_back(first, sqe)
        await_somebody_held_up()
        worker.kill_pool()
    expect_taken_back(first, rows=500, left=400)

    with nobody_writes_to("suppliers_delivery"):
        take_back(second, sqe)
        await_somebody_held_up()
        worker.kill_worker()
        assert Delivery.objects.count() == 400
    worker.start_worker()
    expect_taken_back(second, rows=400, left=0)
    until(lambda: not StaleKey.objects.exists(), "every changed month is rolled up")
    assert not SupplierMonth.objects.exists()
    assert verify() == []


def take_back(batch: ImportBatch, by: User) -> None:
    undo.ask(batch_id=batch.pk, by=by, reason="Exported from the test system")


def expect_taken_back(batch: ImportBatch, *, rows: int, left: int) -> None:
    undone = ImportBatch.objects.filter(pk=batch.pk, state=ImportState.UNDONE)
    until(undone.exists, "the import is taken back")
    assert Delivery.objects.count() == left
    assert times_deleted(batch) == rows


def times_deleted(batch: ImportBatch) -> int:
    """Count what the audit log says was deleted in the name of an import: each row once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM suppliers_deliveryevent e"
            " JOIN pghistory_context c ON c.id = e.pgh_context_id"
            " WHERE e.pgh_label = 'delete' AND (c.metadata ->> 'import_batch')::int = %s",
            [batch.pk],
        )
        row = cursor.fetchone()
    return 0 if row is None else int(row[0])


def upload_deliveries(by: User, *, documents: range) -> ImportBatch:
    rows = "".join(f"GR-{n};10;ALFA-4711;ESS;PN-1;2026-10-05;7\n" for n in documents)
    text = "document;line;supplier;plant;part;received_on;quantity\n" + rows
    return imports.upload(
        kind="deliveries",
        file=ContentFile(text.encode(), name="deliveries.csv"),
        filename="deliveries.csv",
        by=by,
        confirmed=True,
    )


def expect_loaded(batch: ImportBatch, *, rows: int, in_all: int) -> None:
    done = ImportBatch.objects.filter(pk=batch.pk, state=ImportState.DONE)
    until(done.exists, "the import is done")
    assert done.get().summary["loaded"]["rows"] == rows
    assert Delivery.objects.filter(batch=batch).count() == rows
    assert Delivery.objects.count() == in_all
