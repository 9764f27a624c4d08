"""A supplier's part makes months stale where it changes what counts, and nowhere else."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from scorecards.models import LateMark, StaleKey
from scorecards.rollup import drain, verify
from suppliers.enums import PartPhase
from suppliers.models import Delivery, SupplierPart
from tests.factories import DeliveryFactory, RejectFactory, SupplierPartFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def delivery() -> Delivery:
    """A received lot with a reject, rolled up."""
    found: Delivery = DeliveryFactory(received_on=date(2026, 3, 5), quantity=100)
    where = {"supplier": found.supplier, "plant": found.plant, "part": found.part}
    RejectFactory(**where, detected_on=date(2026, 4, 6), suspect_qty=2)
    drain(at=NOW)
    return found


def record(delivery: Delivery, **values: object) -> None:
    SupplierPartFactory(supplier=delivery.supplier, part=delivery.part, **values)
    drain(at=NOW)


def marked() -> list[date]:
    assert LateMark.objects.exists() == StaleKey.objects.exists()
    return sorted(StaleKey.objects.values_list("month", flat=True))


@pytest.mark.parametrize(
    "values",
    [
        {"phase": PartPhase.PRE_SERIES},
        {"phase": PartPhase.PRE_SERIES, "counts_in_ppm": True},
        {"counts_in_ppm": False},
        {"counts_in_ppm": True},
    ],
)
def test_a_part_that_counts_otherwise_marks_its_months(
    delivery: Delivery, values: dict[str, object]
) -> None:
    months = [date(2026, 3, 1), date(2026, 4, 1)]
    part = SupplierPartFactory(supplier=delivery.supplier, part=delivery.part, **values)
    assert marked() == months
    drain(at=NOW)
    assert verify() == []
    part.delete()
    assert marked() == months
    drain(at=NOW)
    assert verify() == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"phase": PartPhase.PRE_SERIES}),
        ({"phase": PartPhase.PRE_SERIES}, {"phase": PartPhase.SERIAL}),
        ({"counts_in_ppm": False}, {"counts_in_ppm": None}),
        ({"counts_in_ppm": False}, {"counts_in_ppm": True}),
    ],
)
def test_a_part_that_is_changed_marks_its_months(
    delivery: Delivery, before: dict[str, object], after: dict[str, object]
) -> None:
    record(delivery, **before)
    SupplierPart.objects.update(**after)
    assert marked() == [date(2026, 3, 1), date(2026, 4, 1)]
    drain(at=NOW)
    assert verify() == []


def remove(parts: "type[SupplierPart]") -> None:
    parts.objects.all().delete()


def rename(parts: "type[SupplierPart]") -> None:
    parts.objects.update(supplier_number="B-4711")


@pytest.mark.parametrize("change", [remove, rename])
def test_a_part_that_is_as_it_is_taken_to_be_marks_nothing(
    delivery: Delivery, change: Callable[[type[SupplierPart]], None]
) -> None:
    record(delivery)
    assert marked() == []
    change(SupplierPart)
    assert marked() == []
    assert verify() == []


def test_a_new_name_of_a_part_kept_out_marks_nothing(delivery: Delivery) -> None:
    record(delivery, counts_in_ppm=False)
    rename(SupplierPart)
    assert marked() == []
