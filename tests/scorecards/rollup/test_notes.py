"""Few deliveries leave notes that are added up; everything else marks whole months."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction

from scorecards.models import PartMonth, StaleKey, SupplierMonth
from scorecards.rollup import drain, verify
from suppliers.models import Delivery
from tests.factories import (
    DeliveryFactory,
    FieldPopulationFactory,
    PartFactory,
    PlantFactory,
    SupplierFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, tzinfo=UTC)
DAY = date(2026, 3, 10)


def marks() -> list[tuple[date, int | None]]:
    """Month and sign of every mark; no sign: the whole month."""
    return sorted(StaleKey.objects.values_list("month", "sign"), key=str)


@pytest.fixture
def delivery() -> Delivery:
    delivery: Delivery = DeliveryFactory(received_on=DAY, quantity=10, promised_on=DAY)
    drain(at=NOW)
    return delivery


def test_a_new_delivery_is_noted_and_added(delivery: Delivery) -> None:
    DeliveryFactory(
        supplier=delivery.supplier, plant=delivery.plant, part=delivery.part, received_on=DAY,
        quantity=Decimal("2.5"), promised_on=DAY - timedelta(days=30),
    )  # fmt: skip
    assert marks() == [(DAY.replace(day=1), 1)]
    drain(at=NOW)
    lane = PartMonth.objects.get()
    assert (lane.received_qty, lane.lines_promised, lane.lines_on_time) == (Decimal("12.5"), 2, 1)
    assert verify() == []


def test_a_corrected_delivery_is_noted_as_it_was_and_as_it_is(delivery: Delivery) -> None:
    Delivery.objects.update(quantity=4, kind="sample")
    assert marks() == [(DAY.replace(day=1), -1), (DAY.replace(day=1), 1)]
    drain(at=NOW)
    assert PartMonth.objects.get().received_qty == 0
    assert SupplierMonth.objects.get().parts_in_field == 0
    assert verify() == []


@pytest.mark.parametrize("moved", ["month", "part", "id"])
def test_a_moved_delivery_marks_whole_months(delivery: Delivery, moved: str) -> None:
    if moved == "month":
        Delivery.objects.update(received_on=DAY.replace(month=4))
    elif moved == "id":
        Delivery.objects.update(id=delivery.pk + 1, quantity=11)
    else:
        Delivery.objects.update(part=PartFactory())
    assert {sign for _, sign in marks()} == {None}
    drain(at=NOW)
    assert PartMonth.objects.count() == 1
    assert verify() == []


def test_a_deleted_delivery_takes_its_note_with_it(delivery: Delivery) -> None:
    Delivery.objects.update(quantity=4)
    Delivery.objects.all().delete()
    drain(at=NOW)
    assert not PartMonth.objects.exists()
    assert not SupplierMonth.objects.exists()
    assert not StaleKey.objects.exists()


@pytest.mark.parametrize(("rows", "noted"), [(2_000, True), (2_001, False)])
def test_many_rows_at_once_mark_months(rows: int, noted: bool) -> None:
    supplier, plant, part = SupplierFactory(), PlantFactory(), PartFactory()
    lane = {"supplier": supplier, "plant": plant, "part": part}
    Delivery.objects.bulk_create(
        Delivery(**lane, document=f"D{number}", received_on=DAY, quantity=1)
        for number in range(rows)
    )
    assert len(marks()) == (rows if noted else 1)
    drain(at=NOW)
    assert PartMonth.objects.get().received_qty == rows
    assert verify() == []


def test_parts_in_field_follow_unless_they_are_reported(delivery: Delivery) -> None:
    reported = SupplierMonth.objects.filter(parts_in_field=10).latest("month").month
    FieldPopulationFactory(
        supplier=delivery.supplier, part=delivery.part, month=reported, parts_in_field=700
    )
    drain(at=NOW)
    Delivery.objects.update(quantity=15)
    drain(at=NOW)
    fields = dict(SupplierMonth.objects.values_list("month", "parts_in_field"))
    assert fields.pop(reported) == 700
    assert set(fields.values()) == {Decimal(0), Decimal(15)}
    assert verify() == []


@pytest.mark.django_db(transaction=True)
def test_whoever_empties_the_table_waits_for_a_drain(delivery: Delivery) -> None:
    """A drain holds the deliveries while it adds, though it does not read them."""
    DeliveryFactory(supplier=delivery.supplier, received_on=DAY.replace(month=5))
    with transaction.atomic():
        drain(at=NOW)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT mode FROM pg_locks WHERE pid = pg_backend_pid()"
                " AND relation = 'suppliers_delivery'::regclass"
            )
            assert cursor.fetchall() == [("AccessShareLock",)]


def test_emptied_tables_leave_no_note(delivery: Delivery) -> None:
    DeliveryFactory(supplier=delivery.supplier, received_on=DAY.replace(month=5))
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE suppliers_delivery CASCADE")
    assert {sign for _, sign in marks()} == {None}
    drain(at=NOW)
    assert not PartMonth.objects.exists()
