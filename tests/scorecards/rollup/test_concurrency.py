"""Writers and drains at the same time lose no key and double none; a killed drain is redone."""

import os
import random
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.core.files.base import ContentFile
from django.db import (
    IntegrityError,
    InternalError,
    OperationalError,
    connection,
    connections,
    transaction,
)

from scorecards.models import PartMonth, StaleKey, SupplierMonth
from scorecards.rollup import drain, rebuild, verify
from scorecards.rollup.locks import SUPPLIER_LOCKS
from suppliers.models import Delivery
from suppliers.services import imports
from tests.database import database_url
from tests.factories import DeliveryFactory, PartFactory, PlantFactory, SupplierFactory
from tests.scorecards.rollup.happenings import START, STEPS, World
from tests.scorecards.rollup.test_properties import assert_rows_sum_to_figures

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

    def write(who: str) -> None:
        for number in range(15):
            for supplier in suppliers:
                DeliveryFactory(
                    supplier=supplier,
                    plant=plant,
                    part=part,
                    document=f"{who}-{supplier.code}-{number}",
                    received_on=DAY,
                    quantity=10,
                )

    def keep_draining() -> None:
        for _ in range(15):
            drain(at=NOW, most=3, few=1)

    in_threads(partial(write, "A"), partial(write, "B"), keep_draining, keep_draining)
    drain(at=NOW)
    assert not StaleKey.objects.exists()
    assert PartMonth.objects.count() == 3
    assert {row.received_qty for row in PartMonth.objects.all()} == {Decimal(300)}
    assert verify() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(2))
def test_any_changes_at_once_agree_with_a_rebuild(seed: int) -> None:
    """Receipts, rejects, verdicts, corrections, policies and imports by four people at once."""
    world = World()

    def keep_changing(who: int) -> None:
        chance = random.Random(f"{seed}-{who}")  # noqa: S311  # repeatable, not secret
        for _ in range(25):
            step, day = chance.choice(STEPS), START + timedelta(days=chance.randrange(150))
            # Two people decide the same record, or one deletes what the other uses: the
            # database refuses the later one, who would look again.
            with suppress(IntegrityError, OperationalError, InternalError), transaction.atomic():
                step(world, chance.randrange(24), day, chance.randrange(1, 2_000))

    def keep_importing() -> None:
        for number in range(3):
            place = world.place(number)
            batch = imports.upload(
                kind="deliveries",
                file=ContentFile(
                    "document;line;supplier;plant;part;received on;quantity\n"
                    f"I-{number};1;{place['supplier'].code};{place['plant'].code};"
                    f"{place['part'].number};{DAY};500\n".encode(),
                    name="deliveries.csv",
                ),
                filename="deliveries.csv",
                by=None,
                confirmed=True,
            )
            imports.work(batch_id=batch.pk, at=NOW)

    def keep_draining() -> None:
        for _ in range(20):
            drain(at=NOW, most=5)

    in_threads(
        *(partial(keep_changing, who) for who in range(3)),
        keep_importing,
        keep_draining,
        keep_draining,
    )
    drain(at=NOW)
    assert not StaleKey.objects.exists()
    assert Delivery.objects.filter(document__startswith="I-").exists()
    assert verify() == []
    assert_rows_sum_to_figures()


@pytest.mark.django_db(transaction=True)
def test_a_rebuild_among_writers_and_drains_loses_nothing() -> None:
    """What is recorded while everything is computed anew has its mark and is drained later."""
    suppliers = SupplierFactory.create_batch(2)
    plant, part = PlantFactory(), PartFactory()

    def write(who: str) -> None:
        for number in range(20):
            DeliveryFactory(
                supplier=suppliers[number % 2],
                plant=plant,
                part=part,
                document=f"{who}-{number}",
                received_on=DAY,
                quantity=10,
            )

    def keep_draining() -> None:
        for _ in range(10):
            drain(at=NOW, most=2)

    def keep_rebuilding() -> None:
        for _ in range(4):
            rebuild(at=NOW)

    in_threads(partial(write, "A"), partial(write, "B"), keep_draining, keep_rebuilding)
    drain(at=NOW)
    assert {row.received_qty for row in PartMonth.objects.all()} == {Decimal(200)}
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
