"""What describes a known reject: filled in, corrected, never lost, and never counted."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from escalations.models import Episode, Message, RecordJudgement
from escalations.services.records import judge_rejects
from scorecards.models import PartMonth, SupplierMonth
from suppliers.models import Reject, Supplier, User
from suppliers.queries.audit import changes_of
from suppliers.services.records import ConflictError, version_of
from suppliers.services.reject_details import complete_reject
from suppliers.services.rejects import NewReject, Sorting, record_reject, record_sorting
from tests.factories import DeliveryFactory
from tests.scorecards.facts import roll_up
from tests.suppliers.services.records import AT, new_reject, reject_of

KNOWN: dict[str, Any] = {
    "machine": "Press 1",
    "shift": "night",
    "cost": Decimal("250.50"),
    "cost_currency": "EUR",
    "lot": "L-7",
}
WHY = "The supplier's report names another press."


@pytest.fixture
def reject(supplier_a: Supplier) -> Reject:
    return reject_of(supplier_a, lot="")


def complete(reject: Reject, by: User, *, reason: str = "", **details: Any) -> Any:
    seen = details.pop("seen", None)
    return complete_reject(reject=reject, details=details, reason=reason, by=by, at=AT, seen=seen)


def test_empty_details_are_filled_in_without_a_reason(reject: Reject, sqe: User) -> None:
    assert complete(reject, sqe, **KNOWN).changed
    reject.refresh_from_db()
    assert {name: getattr(reject, name) for name in KNOWN} == KNOWN
    [change] = changes_of(reject)
    assert (change.by, change.reason) == (str(sqe), "")
    assert {field.name for field in change.fields} == set(KNOWN)


def test_what_is_not_named_stays_as_it_is(reject: Reject, sqe: User) -> None:
    complete(reject, sqe, **KNOWN)
    complete(reject, sqe, machine="Press 2", reason=WHY)
    reject.refresh_from_db()
    assert (reject.machine, reject.shift, reject.cost) == ("Press 2", "night", Decimal("250.50"))
    newest = changes_of(reject)[0]
    [field] = newest.fields
    assert (field.name, field.before, field.after) == ("machine", "Press 1", "Press 2")
    assert newest.reason == WHY


@pytest.mark.parametrize(
    ("details", "named"),
    [
        ({"machine": "Press 2"}, "Machine"),
        ({"machine": ""}, "Machine"),
        ({"cost": None}, "Cost, Currency"),
        ({"cost_currency": "USD"}, "Currency"),
        ({"detection_point": "line"}, "Detection point"),
    ],
)
@pytest.mark.parametrize("reason", ["", "   too few "])
def test_replacing_needs_a_reason_that_names_what(
    reject: Reject, sqe: User, details: dict[str, Any], named: str, reason: str
) -> None:
    complete(reject, sqe, **KNOWN)
    with pytest.raises(ValidationError) as refused:
        complete(reject, sqe, **details, reason=reason)
    assert list(refused.value.message_dict) == ["reason"]
    assert named in refused.value.message_dict["reason"][0]
    assert version_of(reject) == 1


def test_a_cost_taken_away_takes_its_currency_along(reject: Reject, sqe: User) -> None:
    complete(reject, sqe, **KNOWN)
    complete(reject, sqe, cost=None, cost_currency="EUR", reason=WHY)
    reject.refresh_from_db()
    assert (reject.cost, reject.cost_currency) == (None, "")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"cost": Decimal(5)}, "cost_currency"),
        ({"cost": Decimal(5), "cost_currency": "euro"}, "cost_currency"),
        ({"cost": Decimal(-5), "cost_currency": "EUR"}, "cost"),
        ({"cost_currency": "EUR"}, "cost"),
        ({"detection_point": "roof", "reason": WHY}, "detection_point"),
    ],
)
def test_impossible_details_are_refused_by_field(
    reject: Reject, sqe: User, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        complete(reject, sqe, **wrong)
    assert list(refused.value.message_dict) == [field]
    assert version_of(reject) == 0


def test_the_same_details_again_change_nothing_whatever_was_seen(reject: Reject, sqe: User) -> None:
    complete(reject, sqe, **KNOWN, seen=0)
    again = complete(reject, sqe, **KNOWN, seen=0)
    assert (again.changed, version_of(reject)) == (False, 1)


def test_who_has_not_seen_the_newest_change_is_told(
    reject: Reject, sqe: User, quality_manager: User
) -> None:
    complete(reject, sqe, machine="Press 1", seen=0)
    with pytest.raises(ConflictError, match="changed this record meanwhile"):
        complete(reject, quality_manager, shift="night", seen=0)
    assert complete(reject, quality_manager, shift="night", seen=1).changed


def test_no_count_and_no_judgement_follows_from_details(sqe: User, supplier_a: Supplier) -> None:
    reject = reject_of(supplier_a, lot="", severity="line_stop", detected_on=AT.date())
    DeliveryFactory(supplier=supplier_a, plant=reject.plant, part=reject.part)
    roll_up()
    judge_rejects(at=AT)

    def kept() -> Any:
        return (
            list(SupplierMonth.objects.order_by("pk").values()),
            list(PartMonth.objects.order_by("pk").values()),
            RecordJudgement.objects.count(),
            list(Episode.objects.values()),
            Message.objects.count(),
        )

    before = kept()
    complete(reject, sqe, **KNOWN)
    roll_up()
    judge_rejects(at=AT)
    assert kept() == before
    assert Episode.objects.count() == 1


@pytest.fixture
def recorded(supplier_a: Supplier, sqe: User) -> tuple[NewReject, Reject]:
    new = new_reject(supplier_a)
    return new, record_reject(new=replace(new, machine="Press 1"), by=sqe, at=AT).reject


def test_saying_less_than_is_recorded_is_the_same_reject(
    recorded: tuple[NewReject, Reject], sqe: User
) -> None:
    new, reject = recorded
    complete(reject, sqe, shift="night", cost=Decimal(5), cost_currency="EUR")
    again = record_reject(new=new, by=sqe, at=AT)
    assert (again.is_new, again.reject) == (False, reject)
    reject.refresh_from_db()
    assert (reject.machine, reject.shift, reject.cost) == ("Press 1", "night", Decimal(5))


def test_quantities_nobody_sent_are_not_compared(
    recorded: tuple[NewReject, Reject], sqe: User
) -> None:
    new, reject = recorded
    found = Sorting(checked_qty=Decimal(50), confirmed_qty=Decimal(2), released_qty=Decimal(48))
    record_sorting(reject=reject, found=found, reason="By hand.", by=sqe, at=AT)
    assert not record_reject(new=new, by=sqe, at=AT, said={"suspect_qty"}).is_new
    with pytest.raises(ConflictError, match="another checked"):
        record_reject(new=new, by=sqe, at=AT, said={"suspect_qty", "checked_qty"})


def test_saying_more_or_other_than_is_recorded_is_a_conflict(
    recorded: tuple[NewReject, Reject], sqe: User
) -> None:
    new, _reject = recorded
    for other in (replace(new, machine="Press 2"), replace(new, shift="night")):
        with pytest.raises(ConflictError, match="complete or correct it"):
            record_reject(new=other, by=sqe, at=AT)
