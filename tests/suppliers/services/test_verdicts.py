from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from suppliers.models import Reject, Supplier, User
from suppliers.services.records import ConflictError
from suppliers.services.verdicts import Analysis, Split, decide_reject, decide_return
from tests.factories import RejectVerdictFactory, WarrantyReturnFactory
from tests.suppliers.services.records import AT, dispute_of, reject_of, split


@pytest.fixture
def reject(supplier_a: Supplier) -> Reject:
    return reject_of(supplier_a)


def test_verdicts_are_numbered_and_the_newest_is_in_force(reject: Reject, sqe: User) -> None:
    first = decide_reject(reject=reject, split=split(100), reason="All bad.", by=sqe, at=AT)
    second = decide_reject(
        reject=reject, split=split(60, released=30, own=10), reason="Sorted.", by=sqe, at=AT
    )
    assert (first.number, second.number) == (1, 2)
    assert second.confirmed_qty == 70
    assert second.decided_by == sqe
    assert second.decided_at == AT


def test_the_same_verdict_again_changes_nothing(reject: Reject, sqe: User) -> None:
    for _again in range(2):
        decide_reject(reject=reject, split=split(100), reason="All bad.", by=sqe, at=AT, seen=0)
    assert reject.verdicts.count() == 1


@pytest.mark.parametrize(
    ("quantities", "field", "says"),
    [
        (split(101), "supplier_qty", "add up to 101; suspect are 100 pieces"),
        (split(60, released=41), "supplier_qty", "add up to 101"),
        (split(-1), "supplier_qty", "0 or more"),
        (split(1, own=-1), "own_qty", "0 or more"),
    ],
)
def test_impossible_quantities_are_refused_by_field(
    reject: Reject, sqe: User, quantities: Split, field: str, says: str
) -> None:
    with pytest.raises(ValidationError, match=says) as refused:
        decide_reject(reject=reject, split=quantities, reason="x", by=sqe, at=AT)
    assert list(refused.value.message_dict) == [field]
    assert not reject.verdicts.exists()


def test_a_verdict_needs_a_reason(reject: Reject, sqe: User) -> None:
    with pytest.raises(ValidationError) as refused:
        decide_reject(reject=reject, split=split(1), reason="  ", by=sqe, at=AT)
    assert "reason" in refused.value.message_dict


def test_deciding_on_what_has_changed_meanwhile_is_refused(
    reject: Reject, sqe: User, quality_manager: User
) -> None:
    decide_reject(reject=reject, split=split(9), reason="First.", by=quality_manager, at=AT, seen=0)
    with pytest.raises(ConflictError, match=r"no\. 1"):
        decide_reject(reject=reject, split=split(8), reason="Late.", by=sqe, at=AT, seen=0)
    assert reject.verdicts.count() == 1


def test_a_disputed_reject_is_decided_by_the_answer(
    reject: Reject, sqe: User, member_a: User
) -> None:
    dispute_of(reject, member_a)
    with pytest.raises(ConflictError, match="Answer the dispute"):
        decide_reject(reject=reject, split=split(8), reason="x", by=sqe, at=AT)


def test_the_database_refuses_changed_and_doubled_verdicts(reject: Reject, sqe: User) -> None:
    verdict = decide_reject(reject=reject, split=split(5), reason="x", by=sqe, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        RejectVerdictFactory(reject=reject, number=verdict.number)
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        reject.verdicts.update(supplier_qty=4)


def test_return_is_decided_with_an_accepted_share(supplier_a: Supplier, sqe: User) -> None:
    returned = WarrantyReturnFactory(supplier=supplier_a, quantity=4)
    shared = Analysis(outcome="confirmed", accepted_pct=Decimal(50))
    ntf = Analysis(outcome="no_trouble_found", accepted_pct=Decimal(0))
    decide_return(returned=returned, analysis=shared, reason="Shared.", by=sqe, at=AT, seen=0)
    newest = decide_return(returned=returned, analysis=ntf, reason="Retested.", by=sqe, at=AT)
    assert (newest.number, newest.outcome) == (2, "no_trouble_found")


@pytest.mark.parametrize(
    "analysis",
    [
        Analysis(outcome="no_trouble_found", accepted_pct=Decimal(10)),
        Analysis(outcome="confirmed", accepted_pct=Decimal(101)),
    ],
)
def test_impossible_shares_are_refused(supplier_a: Supplier, sqe: User, analysis: Analysis) -> None:
    returned = WarrantyReturnFactory(supplier=supplier_a)
    with pytest.raises(ValidationError) as refused:
        decide_return(returned=returned, analysis=analysis, reason="x", by=sqe, at=AT)
    assert list(refused.value.message_dict) == ["accepted_pct"]
