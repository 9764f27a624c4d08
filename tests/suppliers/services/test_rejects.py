from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from suppliers.models import Evidence, Plant, Reject, Supplier, User
from suppliers.queries.audit import changes_of
from suppliers.services.records import ConflictError
from suppliers.services.rejects import NewReject, Sorting, record_reject, record_sorting
from tests.factories import (
    DeliveryFactory,
    MembershipLimitFactory,
    PlantFactory,
)
from tests.suppliers.services.records import AT, new_reject, pdf, reject_of


@pytest.fixture
def new(supplier_a: Supplier) -> NewReject:
    return new_reject(supplier_a)


def test_reject_is_recorded_with_who_and_evidence(new: NewReject, sqe: User) -> None:
    recorded = record_reject(new=new, by=sqe, at=AT, files=[pdf()])
    assert recorded.is_new
    kept = Reject.objects.get()
    assert (kept.recorded_by, kept.recorded_at, kept.suspect_qty) == (sqe, AT, 50)
    assert Evidence.objects.get().reject == kept


def test_the_same_reject_again_changes_nothing(new: NewReject, sqe: User) -> None:
    first = record_reject(new=new, by=sqe, at=AT, files=[pdf()])
    again = record_reject(new=new, by=sqe, at=AT, files=[pdf()])
    assert (again.is_new, again.reject) == (False, first.reject)
    assert Evidence.objects.count() == 1


def test_the_same_key_with_other_values_is_a_conflict(new: NewReject, sqe: User) -> None:
    record_reject(new=new, by=sqe, at=AT)
    with pytest.raises(ConflictError, match="another suspect"):
        record_reject(new=replace(new, suspect_qty=Decimal(51)), by=sqe, at=AT)
    assert Reject.objects.get().suspect_qty == 50


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"complaint": " "}, "complaint"),
        ({"suspect_qty": Decimal(0)}, "suspect_qty"),
        ({"detected_on": date(2026, 3, 11)}, "detected_on"),
        ({"checked_qty": Decimal(51)}, "checked_qty"),
        ({"confirmed_qty": Decimal(11)}, "confirmed_qty"),
        ({"released_qty": Decimal(49)}, "released_qty"),
        ({"released_qty": Decimal(-1)}, "released_qty"),
        ({"defects": 1}, "defects"),
        ({"cost": Decimal(5)}, "cost_currency"),
        ({"cost": Decimal(5), "cost_currency": "eur"}, "cost_currency"),
        ({"cost_currency": "12"}, "cost_currency"),
        ({"cost": Decimal(-1), "cost_currency": "EUR"}, "cost"),
    ],
)
def test_impossible_values_are_refused_by_field(
    new: NewReject, sqe: User, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        record_reject(new=replace(new, **wrong), by=sqe, at=AT)
    assert list(refused.value.message_dict) == [field]
    assert not Reject.objects.exists()


def test_the_day_is_the_plants(new: NewReject, sqe: User) -> None:
    ningbo = PlantFactory(time_zone="Asia/Shanghai")
    evening = datetime(2026, 3, 10, 18, tzinfo=UTC)
    tomorrow = replace(new, plant=ningbo, detected_on=date(2026, 3, 11))
    assert record_reject(new=tomorrow, by=sqe, at=evening).is_new


def test_delivery_of_another_part_is_refused(new: NewReject, sqe: User) -> None:
    elsewhere = DeliveryFactory(supplier=new.supplier, plant=new.plant)
    with pytest.raises(ValidationError) as refused:
        record_reject(new=replace(new, delivery=elsewhere), by=sqe, at=AT)
    assert list(refused.value.message_dict) == ["delivery"]


def test_somebody_limited_to_another_plant_records_nothing(new: NewReject, sqe: User) -> None:
    other: Plant = PlantFactory()
    MembershipLimitFactory(membership=sqe.memberships.get(), plant=other)
    with pytest.raises(ValidationError) as refused:
        record_reject(new=new, by=sqe, at=AT)
    assert list(refused.value.message_dict) == ["plant"]
    assert not Reject.objects.exists()


def test_sorting_writes_quantities_and_keeps_the_earlier_ones(
    supplier_a: Supplier, sqe: User
) -> None:
    reject = reject_of(supplier_a, 100, checked_qty=Decimal(10), confirmed_qty=Decimal(3))
    found = Sorting(checked_qty=Decimal(100), confirmed_qty=Decimal(7), released_qty=Decimal(93))
    record_sorting(reject=reject, found=found, reason="Sorted by hand.", by=sqe, at=AT)
    reject.refresh_from_db()
    assert (reject.checked_qty, reject.confirmed_qty, reject.released_qty) == (100, 7, 93)
    [change] = changes_of(reject)
    assert (change.by, change.reason) == (str(sqe), "Sorted by hand.")
    assert {field.name for field in change.fields} == {
        "checked_qty",
        "confirmed_qty",
        "released_qty",
    }


def test_sorting_more_than_there_was_is_refused(supplier_a: Supplier, sqe: User) -> None:
    reject = reject_of(supplier_a, 100)
    found = Sorting(checked_qty=Decimal(100), confirmed_qty=Decimal(8), released_qty=Decimal(93))
    with pytest.raises(ValidationError) as refused:
        record_sorting(reject=reject, found=found, reason="x", by=sqe, at=AT)
    assert list(refused.value.message_dict) == ["released_qty"]
