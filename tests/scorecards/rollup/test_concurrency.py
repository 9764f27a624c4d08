"""Writers and drains at the same time lose no key and double none; a killed drain is redone."""

import os
import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection, connections

from scorecards.models import PartMonth, StaleKey, SupplierMonth
from scorecards.rollup import drain, verify
from scorecards.rollup.drain import SUPPLIER_LOCKS
from tests.database import database_url
from tests.factories import DeliveryFactory, PartFactory, PlantFactory, SupplierFactory

NOW = datetime(2026, 11, 21, tzinfo=UTC)
DAY = date(2026, 3, 10)


def in_threads(*targets: object) -> None:
    """Run the callables at once, each with a connection of its own; re-raise what they raise."""
    raised: list[BaseException] = []

    def guarded(target: object) -> None:
        try:
            target()  # type: ignore[operator]  # callables of several shapes
        except BaseException as error:  # noqa: BLE001  # handed to the test below
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=guarded, args=(target,)) for target in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert raised == []


@pytest.mark.django_db(transaction=True)
def test_writers_and_drains_at_once_agree_with_a_rebuild() -> None:
    suppliers = SupplierFactory.create_batch(3)
    plant, part = PlantFactory(), PartFactory()

    def write() -> None:
        for number in range(15):
            for supplier in suppliers:
                DeliveryFactory(
                    supplier=supplier,
                    plant=plant,
                    part=part,
                    document=f"{threading.get_ident()}-{supplier.code}-{number}",
                    received_on=DAY,
                    quantity=10,
                )

    def keep_draining() -> None:
        for _ in range(15):
            drain(at=NOW, most=3)

    in_threads(write, write, keep_draining, keep_draining)
    drain(at=NOW)
    assert not StaleKey.objects.exists()
    assert PartMonth.objects.count() == 3
    assert {row.received_qty for row in PartMonth.objects.all()} == {Decimal(300)}
    assert verify() == []


@pytest.mark.django_db(transaction=True)
def test_killed_drain_leaves_its_keys() -> None:
    supplier_id = DeliveryFactory(quantity=10).supplier_id
    with connection.cursor() as cursor:  # held here, so that the drain stops half-way
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [SUPPLIER_LOCKS, supplier_id])
    process = subprocess.Popen(
        [sys.executable, "manage.py", "rollup"],
        env={**os.environ, "DATABASE_URL": database_url()},
        stdout=subprocess.DEVNULL,
    )
    backend = wait_for("SELECT max(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    process.kill()
    process.wait()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")
    wait_for("SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pid = %s)", backend)
    drain(at=NOW)
    assert SupplierMonth.objects.filter(received_qty=10).count() == 1
    assert not StaleKey.objects.exists()


def wait_for(query: str, *values: int) -> int:
    """Ask until the query gives something; return it."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            row = cursor.fetchone()
        if row and row[0]:
            return int(row[0])
        time.sleep(0.05)
    raise AssertionError(f"nothing after 30 s: {query}")
