"""The worker is killed in the middle: work is done within a minute, and nothing twice."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.db.models import Count, Sum

from scorecards.models import PartMonth, StaleKey, SupplierMonth
from scorecards.rollup import verify
from suppliers.enums import ImportState
from suppliers.models import Delivery, ImportBatch, User
from suppliers.services import imports
from tests.factories import DeliveryFactory, PartFactory, PlantFactory, SupplierFactory
from tests.flows.product import Product
from tests.flows.stopping import await_somebody_held_up, nobody_writes_to
from tests.flows.waiting import until

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

Kill = Callable[[Product], None]


def power_cut(product: Product) -> None:
    product.kill_worker()
    product.start_worker()


def pool_child_lost(product: Product) -> None:
    product.kill_pool()


both_ways = pytest.mark.parametrize("kill", [power_cut, pool_child_lost])


@both_ways
def test_killed_while_it_rolls_up(worker: Product, kill: Kill) -> None:
    suppliers = SupplierFactory.create_batch(3)
    plant, part = PlantFactory(), PartFactory()
    with nobody_writes_to("scorecards_warrantymonth"):
        for month in range(1, 5):
            for supplier in suppliers:
                DeliveryFactory(
                    supplier=supplier,
                    plant=plant,
                    part=part,
                    received_on=f"2026-0{month}-10",
                    quantity=10 * month,
                )
        await_somebody_held_up()
        kill(worker)
    until(lambda: not StaleKey.objects.exists(), "every changed month is rolled up")
    assert SupplierMonth.objects.filter(received_qty__gt=0).aggregate(n=Count("pk"), pieces=Sum("received_qty")) == {
        "n": 12,
        "pieces": Decimal(300),
    }
    assert PartMonth.objects.count() == 12
    assert verify() == []


@both_ways
def test_killed_while_it_loads_an_import(worker: Product, sqe: User, kill: Kill) -> None:
    SupplierFactory(code="ALFA-4711")
    PartFactory(number="PN-1")
    rows = "".join(f"GR-{n};10;ALFA-4711;ESS;PN-1;2026-10-05;7\n" for n in range(500))
    text = "document;line;supplier;plant;part;received_on;quantity\n" + rows
    with nobody_writes_to("suppliers_delivery"):
        batch = imports.upload(
            kind="deliveries",
            file=ContentFile(text.encode(), name="deliveries.csv"),
            filename="deliveries.csv",
            by=sqe,
            confirmed=True,
        )
        await_somebody_held_up()
        kill(worker)
    until(
        lambda: ImportBatch.objects.filter(pk=batch.pk, state=ImportState.DONE).exists(),
        "the import is done",
    )
    assert Delivery.objects.aggregate(n=Count("pk"), pieces=Sum("quantity")) == {
        "n": 500,
        "pieces": Decimal(3500),
    }
    batch.refresh_from_db()
    assert batch.summary["loaded"]["rows"] == 500
    until(lambda: not StaleKey.objects.exists(), "what it changed is rolled up")
    assert SupplierMonth.objects.get(received_qty__gt=0).received_qty == Decimal(3500)
    assert verify() == []
