"""A rebuild in two sessions: readers see the old or the new roll-up, and nothing is left behind."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import connection, transaction

from scorecards.models import PartMonth, RollupRun, SupplierMonth
from scorecards.rollup import drain, rebuild, verify
from scorecards.rollup.locks import ROLLUP_LOCK
from scorecards.rollup.sql import TABLES
from suppliers.models import Delivery
from tests.database import database_url
from tests.factories import DeliveryFactory
from tests.scorecards.rollup.happenings import STEPS, World
from tests.scorecards.rollup.test_concurrency import in_threads, wait_for
from tests.scorecards.rollup.test_properties import assert_rows_sum_to_figures

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 21, tzinfo=UTC)
CUT = date(2026, 3, 1)


def partitions() -> list[str]:
    """Name every table that is, or was to be, a partition of the roll-up."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relispartition FROM pg_class"
            " WHERE relkind = 'r' AND relname ~ %s ORDER BY relname",
            [f"^({'|'.join(TABLES)})_"],
        )
        rows = cursor.fetchall()
    assert all(attached for _, attached in rows), rows
    return [name for name, _ in rows]


def some_history() -> None:
    world = World()
    for number in range(120):
        day = date(2026, 1, 1) + timedelta(days=number * 37 % 150)
        STEPS[number % len(STEPS)](world, number % 24, day, 100 + number)


@pytest.mark.parametrize("cut", [None, CUT, date(2020, 1, 1), date(2030, 1, 1)])
def test_rebuild_equals_the_drained_rollup_wherever_it_is_cut(cut: date | None) -> None:
    some_history()
    drain(at=NOW)
    drained = sorted(map(str, SupplierMonth.objects.values_list())), PartMonth.objects.count()
    rebuild(at=NOW, cut=cut)
    assert len(partitions()) == (4 if cut else 3)
    assert verify() == []
    assert drained == (
        sorted(map(str, SupplierMonth.objects.values_list())),
        PartMonth.objects.count(),
    )
    assert_rows_sum_to_figures()


def test_changes_after_a_rebuild_in_two_sessions_are_drained() -> None:
    """The swapped partitions take every month: corrections, earlier and later ones too."""
    some_history()
    rebuild(at=NOW, cut=CUT)
    DeliveryFactory(received_on=date(1999, 5, 5))
    DeliveryFactory(received_on=date(2031, 5, 5))
    Delivery.objects.update(quantity=7)
    drain(at=NOW)
    assert verify() == []
    assert PartMonth.objects.filter(month__in=[date(1999, 5, 1), date(2031, 5, 1)]).count() == 2


@pytest.mark.parametrize("cut", [None, CUT])
def test_rebuild_finds_months_that_lie_far_apart(cut: date | None) -> None:
    days = [date(1980, 1, 31), date(1980, 2, 1), date(2026, 2, 28), date(2100, 12, 31)]
    for day in days:
        DeliveryFactory(received_on=day, quantity=5)
        DeliveryFactory(received_on=day, quantity=7)
    rebuild(at=NOW, cut=cut)
    found = PartMonth.objects.values_list("month", "received_qty").order_by("month", "received_qty")
    assert list(found) == [(day.replace(day=1), Decimal(qty)) for day in days for qty in (5, 7)]
    drain(at=NOW)
    assert verify() == []


def test_rebuild_inside_a_transaction_sees_what_it_wrote() -> None:
    with transaction.atomic():
        DeliveryFactory(quantity=10)
        rebuild(at=NOW, cut=CUT)
        assert SupplierMonth.objects.filter(received_qty=10).exists()


def test_marks_that_are_done_with_leave_no_pages_behind() -> None:
    """A queue that was long once would be read whole by each drain, however short it is now."""
    many = "INSERT INTO scorecards_stalekey (supplier_id, month) SELECT 1, '2026-03-01' FROM {}"
    with connection.cursor() as cursor:
        for bring_up_to_date in (partial(rebuild, at=NOW), partial(drain, at=NOW)):
            cursor.execute(many.format("generate_series(1, 5000)"))
            bring_up_to_date()
            cursor.execute("SELECT pg_relation_size('scorecards_stalekey')")
            assert cursor.fetchone() == (0,)


def test_readers_during_rebuilds_see_a_whole_rollup() -> None:
    delivery = DeliveryFactory(received_on=CUT - timedelta(days=10), quantity=10)
    for number in range(8):
        DeliveryFactory(
            supplier=delivery.supplier,
            plant=delivery.plant,
            part=delivery.part,
            received_on=CUT + timedelta(days=number),
            quantity=10,
        )
    drain(at=NOW)
    seen: set[Decimal] = set()

    def keep_reading() -> None:
        for _ in range(120):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT (SELECT coalesce(sum(received_qty), 0) FROM scorecards_partmonth),"
                    " (SELECT coalesce(sum(received_qty), 0) FROM scorecards_suppliermonth)"
                )
                seen.update(cursor.fetchone() or ())

    def keep_rebuilding() -> None:
        for number in range(6):
            rebuild(at=NOW, cut=CUT if number % 2 else None)

    in_threads(keep_reading, keep_rebuilding)
    assert seen == {Decimal(90)}


def test_rebuild_that_fails_leaves_the_old_rollup_and_nothing_else() -> None:
    some_history()
    rebuild(at=NOW, cut=CUT)
    before = partitions(), PartMonth.objects.count()
    with connection.cursor() as cursor:  # the last thing that a rebuild writes is refused
        cursor.execute(
            "ALTER TABLE scorecards_rolluprun ADD CONSTRAINT refuse CHECK (keys < 0) NOT VALID"
        )
    try:
        with pytest.raises(Exception, match="refuse"):
            rebuild(at=NOW, cut=CUT)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE scorecards_rolluprun DROP CONSTRAINT refuse")
    assert (partitions(), PartMonth.objects.count()) == before
    assert verify() == []


def test_killed_rebuild_leaves_the_old_rollup_and_is_tidied_by_the_next() -> None:
    DeliveryFactory(quantity=10)
    drain(at=NOW)
    with connection.cursor() as cursor:  # what a second session commits before a kill
        cursor.execute("CREATE TABLE scorecards_partmonth_999_1 (LIKE scorecards_partmonth)")
        cursor.execute("SELECT pg_advisory_lock_shared(%s)", [ROLLUP_LOCK])
    process = subprocess.Popen(
        [sys.executable, "manage.py", "rollup", "--rebuild"],
        env={**os.environ, "DATABASE_URL": database_url()},
        stdout=subprocess.DEVNULL,
    )
    backend = wait_for("SELECT max(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    process.kill()
    process.wait()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")
    wait_for("SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pid = %s)", backend)
    assert SupplierMonth.objects.filter(received_qty=10).exists()
    assert not RollupRun.objects.filter(kind="rebuild").exists()
    rebuild(at=NOW)
    assert "scorecards_partmonth_999_1" not in partitions()
    assert verify() == []
