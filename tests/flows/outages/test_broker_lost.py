"""The broker loses everything, or is gone: pages answer, and the work is done all the same."""

import time
from pathlib import Path

import pytest

from scorecards.models import StaleKey, SupplierMonth
from scorecards.rollup import verify
from suppliers.enums import ImportState
from suppliers.models import Delivery, ImportBatch, User
from tests.factories import PartFactory, SupplierFactory
from tests.flows.bad_files import GOOD, HEADINGS, good_but, table
from tests.flows.browsing import Person
from tests.flows.conftest import Visit
from tests.flows.outages.stopping import nobody_writes_to
from tests.flows.product import Product
from tests.held_up import await_somebody_held_up
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.django_db(transaction=True)]

# A page that waited for the broker's time limits would take longer.
QUICKLY = 15.0


@pytest.fixture
def quality(visit: Visit, sqe: User) -> Person:
    SupplierFactory(code="ALFA-4711")
    PartFactory(number="PN-1")
    return visit(sqe)


def test_broker_emptied_with_work_pending(
    product: Product, quality: Person, tmp_path: Path
) -> None:
    page = quality.upload("deliveries", deliveries(tmp_path, "GR-1"))
    product.empty_broker()
    product.start_worker()
    quality.open(page)
    with nobody_writes_to("suppliers_delivery"):
        quality.press("Load 1 valid row")
        await_somebody_held_up()
        product.empty_broker()
    quality.reads("1 row was loaded")
    expect_rolled_up(pieces=100)


def test_broker_gone_and_back(product: Product, quality: Person, tmp_path: Path) -> None:
    product.start_worker()
    product.broker.stop()
    began = time.monotonic()
    page = quality.upload("deliveries", deliveries(tmp_path, "GR-1", "GR-2"))
    took = time.monotonic() - began
    quality.reads("Reading and checking")
    assert took < QUICKLY
    assert quality.fetch("/readyz").json()["status"] == "degraded"
    assert quality.fetch("/livez").ok

    product.start_broker()
    await_ready_imports(product, 1)
    quality.open(page)
    quality.press("Load 2 valid rows")
    quality.reads("2 rows were loaded")
    expect_rolled_up(pieces=200)
    assert quality.fetch("/readyz").json()["status"] == "ok"


def test_broker_killed_again_and_again(product: Product, quality: Person, tmp_path: Path) -> None:
    """Whatever the worker has in hand when the broker dies, the work is done within a minute."""
    product.start_worker()
    for number in range(1, 7):
        quality.upload("deliveries", deliveries(tmp_path, f"GR-{number}"))
        product.kill_broker()
        product.start_broker()
        await_ready_imports(product, number)


def await_ready_imports(product: Product, number: int) -> None:
    """Wait until so many imports are checked; a worker that ends is started again."""

    def are_ready() -> bool:
        product.keep_worker()
        return ImportBatch.objects.filter(state=ImportState.READY).count() == number

    until(are_ready, "the waiting imports are checked")


def deliveries(folder: Path, *documents: str) -> Path:
    path = folder / "deliveries.csv"
    table(HEADINGS, *(good_but(document=document) for document in documents))(path)
    return path


def expect_rolled_up(*, pieces: int) -> None:
    until(lambda: not StaleKey.objects.exists(), "what was loaded is rolled up")
    assert SupplierMonth.objects.get(received_qty__gt=0).received_qty == pieces
    assert Delivery.objects.count() == pieces // int(GOOD[-1])
    assert verify() == []
