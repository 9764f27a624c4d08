"""A master changed by a transaction that stays open, while others record and drain."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from threading import Event

import pytest
from django.db import connection, transaction

from scorecards.models import CountingPolicy, LateMark, StaleKey, SupplierMonth
from scorecards.rollup import drain, verify
from suppliers.enums import CountingRule, DeliveryKind, PartPhase
from suppliers.models import DefectCode, Delivery, Part, Plant, Supplier
from tests.factories import (
    DefectCodeFactory,
    DeliveryFactory,
    PartFactory,
    PlantFactory,
    RejectFactory,
    SupplierFactory,
    SupplierPartFactory,
)
from tests.scorecards.rollup.test_concurrency import in_threads

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 21, tzinfo=UTC)
DAY = date(2026, 3, 10)


class Place:
    """A supplier, a plant, a part and a defect code without any fact."""

    def __init__(self) -> None:
        self.supplier: Supplier = SupplierFactory()
        self.plant: Plant = PlantFactory()
        self.part: Part = PartFactory()
        self.code: DefectCode = DefectCodeFactory(counts=CountingRule.PIECES)

    def record(self) -> None:
        here = {"supplier": self.supplier, "plant": self.plant, "part": self.part}
        DeliveryFactory(**here, received_on=DAY, quantity=100)
        RejectFactory(
            **here,
            detected_on=DAY,
            suspect_qty=9,
            checked_qty=4,
            confirmed_qty=1,
            defect_code=self.code,
        )


def make_pre_series(place: Place) -> None:
    SupplierPartFactory(supplier=place.supplier, part=place.part, phase=PartPhase.PRE_SERIES)


def give_opportunities(place: Place) -> None:
    Part.objects.filter(pk=place.part.pk).update(component_opportunities=7)


def count_whole_lots(place: Place) -> None:
    DefectCode.objects.filter(pk=place.code.pk).update(counts=CountingRule.WHOLE_LOT)


def change_policy(place: Place) -> None:
    newest = CountingPolicy.objects.in_force()
    CountingPolicy.objects.create(
        version=newest.version + 1, provisional="whole_lot", reason="Tried in a test."
    )


@pytest.mark.parametrize(
    "change", [make_pre_series, give_opportunities, count_whole_lots, change_policy]
)
def test_a_fact_drained_before_the_change_is_committed_is_computed_again(
    change: Callable[[Place], None],
) -> None:
    """When the master's trigger looks, the fact's month is not in the roll-up: it marks nothing."""
    place = Place()
    drain(at=NOW)
    changed, drained = Event(), Event()

    def keep_the_change_open() -> None:
        with transaction.atomic():
            change(place)
            changed.set()
            assert drained.wait(30)

    def record_and_drain() -> None:
        assert changed.wait(30)
        try:
            place.record()
            drain(at=NOW)
        finally:
            drained.set()

    in_threads(keep_the_change_open, record_and_drain)
    drain(at=NOW)
    assert not LateMark.objects.exists()
    assert not StaleKey.objects.exists()
    assert verify() == []


def test_two_who_reject_one_lot_in_two_months_count_it_once() -> None:
    """Neither sees the other's reject, and the later one is drained while the first stays open."""
    place = Place()
    place.code = DefectCodeFactory(counts=CountingRule.WHOLE_LOT)
    here = {"supplier": place.supplier, "plant": place.plant, "part": place.part}
    lot = DeliveryFactory(**here, received_on=DAY, quantity=100)
    fields = {**here, "delivery": lot, "defect_code": place.code, "suspect_qty": 5}
    drain(at=NOW)
    rejected, drained = Event(), Event()

    def reject_and_stay_open() -> None:
        with transaction.atomic():
            RejectFactory(**fields, detected_on=DAY)
            rejected.set()
            assert drained.wait(30)

    def reject_and_drain() -> None:
        assert rejected.wait(30)
        try:
            RejectFactory(**fields, detected_on=DAY + timedelta(days=40))
            drain(at=NOW)
        finally:
            drained.set()

    in_threads(reject_and_stay_open, reject_and_drain)
    drain(at=NOW)
    assert verify() == []
    assert set(SupplierMonth.objects.values_list("counted_qty", flat=True)) == {100, 0}


@pytest.mark.parametrize(
    ("correction", "counts", "counted"),
    [
        ({"kind": DeliveryKind.SAMPLE}, CountingRule.PIECES, 0),
        ({"quantity": 250}, CountingRule.WHOLE_LOT, 250),
    ],
)
def test_a_reject_drained_before_its_delivery_is_corrected_is_judged_again(
    correction: dict[str, object], counts: str, counted: int
) -> None:
    """The correction's triggers do not see the reject, and the drain not the correction."""
    place = Place()
    place.code = DefectCodeFactory(counts=counts)
    here = {"supplier": place.supplier, "plant": place.plant, "part": place.part}
    lot = DeliveryFactory(**here, received_on=DAY, quantity=100)
    drain(at=NOW)
    corrected, drained = Event(), Event()

    def correct_and_stay_open() -> None:
        with transaction.atomic():
            Delivery.objects.filter(pk=lot.pk).update(**correction)
            corrected.set()
            assert drained.wait(30)

    def reject_and_drain() -> None:
        assert corrected.wait(30)
        try:
            later = DAY + timedelta(days=40)
            RejectFactory(
                **here, delivery=lot, defect_code=place.code, suspect_qty=5, detected_on=later
            )
            drain(at=NOW)
        finally:
            drained.set()

    in_threads(correct_and_stay_open, reject_and_drain)
    drain(at=NOW)
    assert verify() == []
    rejected = SupplierMonth.objects.get(month=(DAY + timedelta(days=40)).replace(day=1))
    assert rejected.counted_qty == counted


def test_verify_leaves_out_what_a_late_mark_touches() -> None:
    place = Place()
    place.record()
    drain(at=NOW)
    with connection.cursor() as cursor:  # as if another session had drained by the old master
        cursor.execute("ALTER TABLE suppliers_supplierpart DISABLE TRIGGER mark_stale_insert")
        make_pre_series(place)
        cursor.execute("ALTER TABLE suppliers_supplierpart ENABLE TRIGGER mark_stale_insert")
    assert verify() != []
    LateMark.objects.create(supplier=place.supplier, part=place.part)
    assert verify() == []
    drain(at=NOW)
    assert verify() == []
