"""Disputes of a published line: opened against what was published, settled by verdicts."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from scorecards.metrics import Metric
from scorecards.models import Scorecard
from scorecards.periods import Month, Window
from scorecards.queries.arithmetic import arithmetic
from scorecards.queries.dispute_effect import dispute_effect
from scorecards.queries.lines import line_of
from scorecards.queries.scopes import of_all, of_supplier
from scorecards.rollup import drain
from scorecards.services.publication import publish_month, restate
from suppliers.dispute_workflow import ForbiddenMoveError
from suppliers.enums import DisputeAction as Action
from suppliers.enums import DisputeState as State
from suppliers.models import Dispute, Reject, Supplier, User
from suppliers.services.dispute_opening import open_line_dispute
from suppliers.services.disputes import answer, appeal
from suppliers.services.records import ConflictError
from suppliers.services.verdicts import decide_reject
from tests.factories import DeliveryFactory, PlantFactory
from tests.suppliers.services.records import AT, pdf, reject_of, split

MARCH = Month(2026, 3)
PUBLISHED = AT + timedelta(days=35)
OPENED = PUBLISHED + timedelta(days=1)
DECIDED = OPENED + timedelta(hours=1)
LINE = line_of(Metric.EXTERNAL_PPM, MARCH)


@pytest.fixture
def rejects(supplier_a: Supplier) -> list[Reject]:
    """Two lots of 100 suspect pieces in a published month of 50,000."""
    plant = PlantFactory(code="BER")
    DeliveryFactory(supplier=supplier_a, plant=plant, quantity=50_000, received_on=AT.date())
    found = [reject_of(supplier_a, complaint=f"C-{n}", plant=plant) for n in range(2)]
    Reject.objects.update(recorded_at=AT)
    drain(at=AT)
    publish_month(month=MARCH, by=None, at=PUBLISHED)
    return found


def dispute(supplier: Supplier, by: User, claimed: int = 100, **fields: Any) -> Dispute:
    given = {"reason": "quantity", "statement": "Counted twice.", "at": OPENED, **fields}
    return open_line_dispute(
        supplier=supplier, line=LINE, claimed_qty=Decimal(claimed), by=by, **given
    )


def decide(reject: Reject, left: int, by: User, **fields: Any) -> None:
    given = {"reason": "Sorted.", "by": by, "at": DECIDED, **fields}
    decide_reject(reject=reject, split=split(left, released=100 - left), **given)


def settle(found: Dispute, action: Action, by: User, **fields: Any) -> Dispute:
    given = {"reason": "See the verdicts.", "decided": None, "at": DECIDED, **fields}
    return answer(dispute=found, action=action, by=by, **given)


def test_line_is_disputed_once(rejects: list[Reject], supplier_a: Supplier, member_a: User) -> None:
    opened = dispute(supplier_a, member_a, files=[pdf()])
    assert dispute(supplier_a, member_a) == opened
    assert str(opened.subject) == "external PPM of March 2026"
    assert opened.due_on == (OPENED + timedelta(days=7)).date()
    assert opened.evidence.count() == 1
    with pytest.raises(ConflictError, match="disputed already"):
        dispute(supplier_a, member_a, claimed=7)


@pytest.mark.parametrize("claimed", [0, -1, 201])
def test_claim_fits_what_was_published(
    rejects: list[Reject], supplier_a: Supplier, member_a: User, claimed: int
) -> None:
    with pytest.raises(ValidationError) as refused:
        dispute(supplier_a, member_a, claimed=claimed)
    assert list(refused.value.message_dict) == ["claimed_qty"]


def test_unpublished_month_has_no_line(supplier_a: Supplier, member_a: User) -> None:
    with pytest.raises(ConflictError, match="not published"):
        dispute(supplier_a, member_a)


def test_only_its_supplier_disputes_it(
    rejects: list[Reject], supplier_a: Supplier, member_b: User, sqe: User
) -> None:
    for other in (member_b, sqe):
        with pytest.raises(ForbiddenMoveError):
            dispute(supplier_a, other)


def test_upholding_needs_a_verdict_since(
    rejects: list[Reject], supplier_a: Supplier, member_a: User, sqe: User
) -> None:
    decide(rejects[0], 100, sqe, at=OPENED - timedelta(minutes=1))
    opened = dispute(supplier_a, member_a)
    with pytest.raises(ValidationError, match="nothing of this line was decided"):
        settle(opened, Action.UPHOLD, sqe)
    opened.refresh_from_db()
    assert opened.state == State.OPEN


def test_upholding_wholly_needs_the_claimed_pieces_gone(
    rejects: list[Reject], supplier_a: Supplier, member_a: User, sqe: User
) -> None:
    opened = dispute(supplier_a, member_a)
    decide(rejects[0], 30, sqe)
    with pytest.raises(ValidationError, match="at most 100 pieces may still count, of the 200"):
        settle(opened, Action.UPHOLD, sqe)
    decide(rejects[0], 0, sqe, reason="All good.")
    settled = settle(opened, Action.UPHOLD, sqe)
    assert (settled.state, settled.due_on) == (State.UPHELD, None)
    newest = settled.steps.latest("number")
    assert newest.reject_verdict == rejects[0].verdicts.get(number=2)


def test_partly_upheld_needs_fewer_than_published(
    rejects: list[Reject], supplier_a: Supplier, member_a: User, sqe: User
) -> None:
    opened = dispute(supplier_a, member_a)
    decide(rejects[0], 100, sqe)
    with pytest.raises(ValidationError, match="less counts than the 200 pieces"):
        settle(opened, Action.UPHOLD_PARTLY, sqe)
    decide(rejects[1], 70, sqe)
    assert settle(opened, Action.UPHOLD_PARTLY, sqe).state == State.PARTLY_UPHELD


def test_rows_recorded_after_publication_do_not_hinder(
    rejects: list[Reject], supplier_a: Supplier, member_a: User, sqe: User
) -> None:
    late = reject_of(supplier_a, complaint="LATE", plant=rejects[0].plant)
    Reject.objects.filter(pk=late.pk).update(recorded_at=OPENED)
    opened = dispute(supplier_a, member_a)
    decide(rejects[0], 0, sqe)
    assert settle(opened, Action.UPHOLD, sqe).state == State.UPHELD


def test_appeal_needs_a_verdict_of_its_own(
    rejects: list[Reject],
    supplier_a: Supplier,
    member_a: User,
    sqe: User,
    quality_manager: User,
) -> None:
    opened = dispute(supplier_a, member_a)
    decide(rejects[0], 70, sqe)
    partly = settle(opened, Action.UPHOLD_PARTLY, sqe)
    later = DECIDED + timedelta(hours=1)
    appealed = appeal(dispute=partly, reason="All of it.", by=member_a, at=later)
    with pytest.raises(ValidationError, match="nothing of this line was decided"):
        settle(appealed, Action.UPHOLD, quality_manager, at=later)
    decide(rejects[0], 0, quality_manager, at=later)
    assert settle(appealed, Action.UPHOLD, quality_manager, at=later).state == State.FINAL


def test_an_appeal_is_partly_upheld_by_less_than_counted_when_it_was_made(
    rejects: list[Reject], supplier_a: Supplier, member_a: User, sqe: User, quality_manager: User
) -> None:
    """Of 200 published 170 count at the appeal: 180 afterwards is less than 200, and more."""
    partly_of_line(rejects, supplier_a, member_a, sqe)
    appealed = Dispute.objects.get()
    later = DECIDED + timedelta(hours=1)
    decide(rejects[0], 80, quality_manager, at=later)
    with pytest.raises(ValidationError, match="less counts than the 170 pieces"):
        settle(appealed, Action.UPHOLD_PARTLY, quality_manager, at=later)
    decide(rejects[0], 60, quality_manager, at=later)
    final = settle(appealed, Action.UPHOLD_PARTLY, quality_manager, at=later)
    assert [final.counted_qty, final.appealed_qty, final.settled_qty] == [200, 170, 160]


def test_an_appealed_line_is_without_what_the_answer_left_of_the_claim_everywhere(
    rejects: list[Reject], supplier_a: Supplier, member_a: User, sqe: User
) -> None:
    """30 of 100 claimed are granted: without the other 70 it is 100; a later reject counts."""
    partly_of_line(rejects, supplier_a, member_a, sqe, recorded_before_the_appeal=7)
    appealed = Dispute.objects.get()
    assert appealed.still_claimed_qty == 70
    drain(at=DECIDED)
    assert dispute_effect(appealed).windows[0].without.counted == 107
    shown = arithmetic(
        scope=of_supplier(supplier_a),
        metric=Metric.EXTERNAL_PPM,
        window=Window.MONTH,
        end=MARCH,
    )
    assert shown.disputed is not None
    assert shown.disputed.without.counted == 107


def partly_of_line(
    rejects: list[Reject],
    supplier: Supplier,
    member: User,
    sqe: User,
    *,
    recorded_before_the_appeal: int = 0,
) -> None:
    """Claim 100 of 200, be granted 30 of them, and appeal."""
    opened = dispute(supplier, member)
    decide(rejects[0], 70, sqe)
    partly = settle(opened, Action.UPHOLD_PARTLY, sqe)
    if recorded_before_the_appeal:
        late = reject_of(supplier, recorded_before_the_appeal, complaint="C-9")
        Reject.objects.filter(pk=late.pk).update(recorded_at=DECIDED)
    appeal(dispute=partly, reason="All of it.", by=member, at=DECIDED)


def test_what_was_published_stays_and_a_new_version_can_be_disputed_again(
    rejects: list[Reject], supplier_a: Supplier, member_a: User, sqe: User
) -> None:
    opened = dispute(supplier_a, member_a)
    before = Scorecard.objects.get().sha256
    decide(rejects[0], 0, sqe)
    settled = settle(opened, Action.UPHOLD, sqe)
    with pytest.raises(ConflictError, match="Appeal"):
        dispute(supplier_a, member_a, at=DECIDED)

    drain(at=DECIDED)
    effect = dispute_effect(settled)
    assert effect.published is not None
    assert effect.published.figure.counted == 200
    assert effect.windows[0].figure.counted == 100
    assert effect.restatement_due
    assert Scorecard.objects.get().sha256 == before

    at = DECIDED + timedelta(days=1)
    restate(supplier=supplier_a, month=MARCH, reason="A lot was counted twice.", by=sqe, at=at)
    assert not dispute_effect(settled).restatement_due
    again = dispute(supplier_a, member_a, at=at + timedelta(hours=1))
    assert again != opened


def test_disputed_line_counts_and_stands_beside(
    rejects: list[Reject], supplier_a: Supplier, member_a: User
) -> None:
    dispute(supplier_a, member_a)
    for scope in (of_supplier(supplier_a), of_all(suppliers=None)):
        for window in (Window.MONTH, Window.ROLLING_12):
            shown = arithmetic(scope=scope, metric=Metric.EXTERNAL_PPM, window=window, end=MARCH)
            assert shown.disputed is not None
            assert shown.figure.counted == 200
            assert shown.disputed.without.counted == 100
    plant = of_supplier(supplier_a, plant=rejects[0].plant)
    shown = arithmetic(scope=plant, metric=Metric.EXTERNAL_PPM, window=Window.MONTH, end=MARCH)
    assert shown.disputed is None
