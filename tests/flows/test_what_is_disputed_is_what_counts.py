"""What can be disputed, what upheld means and the figure without it are measured by what counts."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scorecards.metrics import Metric
from scorecards.models import CountedReject
from scorecards.periods import Month, Window
from scorecards.queries.dispute_effect import dispute_effect
from scorecards.queries.disputed import Disputed, disputed
from scorecards.queries.figures import supplier_series, window_figure
from scorecards.queries.scopes import of_supplier
from scorecards.rollup import drain, verify
from suppliers.dispute_workflow import ForbiddenMoveError
from suppliers.enums import DisputeAction as Action
from suppliers.models import Reject, Supplier, User
from suppliers.services.dispute_opening import may_be_disputed
from suppliers.services.disputes import answer, appeal
from suppliers.services.records import ConflictError
from suppliers.services.verdicts import decide_reject
from tests.factories import DefectCodeFactory, DeliveryFactory
from tests.suppliers.services.records import AT, dispute_of, reject_of, split

pytestmark = pytest.mark.django_db
MARCH = Month(2026, 3)


def later(hours: int) -> Any:
    return AT + timedelta(hours=hours)


def counted(reject: Reject) -> Decimal:
    return Decimal(CountedReject.objects.get(pk=reject.pk).counted_qty)


def whole(supplier: Supplier, counts: str, **fields: Any) -> Reject:
    return reject_of(supplier, defect_code=DefectCodeFactory(counts=counts), **fields)


def without(supplier: Supplier) -> Disputed | None:
    """Return what a page says of March, with the roll-up brought up to the facts."""
    drain(at=AT)
    series = supplier_series(supplier_id=supplier.pk, metric=Metric.EXTERNAL_PPM)
    figure = window_figure(series, metric=Metric.EXTERNAL_PPM, window=Window.MONTH, end=MARCH)
    return disputed(figure, scope=of_supplier(supplier), first=MARCH)


def test_provisional_counting_bounds_the_claim_and_its_answer(
    supplier_a: Supplier, member_a: User, sqe: User
) -> None:
    """2 of 10 checked of 100: 20 count. Upholding 5 may not leave 90 to the supplier."""
    reject = reject_of(supplier_a, checked_qty=Decimal(10), confirmed_qty=Decimal(2))
    assert counted(reject) == 20
    with pytest.raises(ValidationError, match="At most 20"):
        dispute_of(reject, member_a, claimed=21)
    dispute = dispute_of(reject, member_a, claimed=5)
    upheld: Any = {"dispute": dispute, "reason": "Yes.", "by": sqe, "at": later(1)}
    with pytest.raises(ValidationError, match="at most 15 pieces may stay"):
        answer(**upheld, action=Action.UPHOLD, decided=split(90))
    with pytest.raises(ValidationError, match="less stays with the supplier than 20"):
        answer(**upheld, action=Action.UPHOLD_PARTLY, decided=split(20))
    assert not reject.verdicts.exists()
    answer(**upheld, action=Action.UPHOLD, decided=split(15))
    assert counted(reject) == 15


@pytest.mark.parametrize(("counts", "counted_qty"), [("incident", 1), ("whole_lot", 500)])
def test_what_counts_as_a_whole_is_disputed_as_a_whole(
    supplier_a: Supplier, member_a: User, sqe: User, counts: str, counted_qty: int
) -> None:
    delivery = DeliveryFactory(supplier=supplier_a, quantity=500)
    reject = whole(supplier_a, counts, delivery=delivery)
    assert counted(reject) == counted_qty
    with pytest.raises(ValidationError, match=f"At most {counted_qty} "):
        dispute_of(reject, member_a, claimed=counted_qty + 1)
    if counts == "incident":
        with pytest.raises(ValidationError, match="as a whole"):
            dispute_of(reject, member_a, claimed=Decimal("0.5"))
    dispute = dispute_of(reject, member_a, claimed=counted_qty)
    shown = without(supplier_a)
    assert shown is not None
    assert [shown.quantity, shown.without.counted] == [counted_qty, 0]
    upheld: Any = {"dispute": dispute, "reason": "Yes.", "by": sqe, "at": later(1)}
    with pytest.raises(ValidationError):
        answer(**upheld, action=Action.UPHOLD, decided=split(1))
    answer(**upheld, action=Action.UPHOLD, decided=split(0, third=100))
    assert counted(reject) == 0


def test_a_claim_of_half_a_lot_is_upheld_by_the_split(
    supplier_a: Supplier, member_a: User, sqe: User
) -> None:
    """A lot of 500 counts by the share that the verdict puts on the supplier."""
    delivery = DeliveryFactory(supplier=supplier_a, quantity=500)
    reject = whole(supplier_a, "whole_lot", delivery=delivery)
    dispute = dispute_of(reject, member_a, claimed=250)
    shown = without(supplier_a)
    assert shown is not None
    assert shown.without.counted == 250
    assert dispute_effect(dispute).disputed == 250
    upheld: Any = {"dispute": dispute, "reason": "Yes.", "by": sqe, "at": later(1)}
    with pytest.raises(ValidationError, match="at most 250 pieces may stay"):
        answer(**upheld, action=Action.UPHOLD, decided=split(60, own=40))
    answer(**upheld, action=Action.UPHOLD, decided=split(50, own=50))
    assert counted(reject) == 250


def test_an_incident_without_one_report_is_counted_by_the_next(
    supplier_a: Supplier, member_a: User
) -> None:
    code = DefectCodeFactory(counts="incident")
    first = reject_of(supplier_a, complaint="Q-7", severity="line_stop", defect_code=code)
    second = reject_of(
        supplier_a,
        complaint="Q-7",
        severity="sorting",
        line="2",
        defect_code=code,
        plant=first.plant,
        part=first.part,
    )
    assert [counted(first), counted(second)] == [1, 0]
    dispute = dispute_of(first, member_a, claimed=1)
    assert without(supplier_a) is None
    assert dispute_effect(dispute).windows[0].without.counted == 1


def test_samples_count_nothing_and_are_not_disputed(supplier_a: Supplier, member_a: User) -> None:
    delivery = DeliveryFactory(supplier=supplier_a, kind="sample")
    reject = reject_of(supplier_a, delivery=delivery)
    assert not may_be_disputed(reject)
    with pytest.raises(ValidationError, match="nothing to dispute"):
        dispute_of(reject, member_a)


def test_an_appeal_claims_what_the_answer_left_of_the_claim(
    supplier_a: Supplier, member_a: User, sqe: User, quality_manager: User
) -> None:
    """40 of 100 claimed, 20 granted: the appeal is about the other 20, not about 40 again."""
    reject = reject_of(supplier_a)
    dispute = dispute_of(reject, member_a, claimed=40)
    given: Any = {"dispute": dispute, "reason": "So be it."}
    answer(**given, action=Action.UPHOLD_PARTLY, decided=split(80, own=20), by=sqe, at=later(1))
    appealed = appeal(dispute=dispute, reason="All 40.", by=member_a, at=later(2))
    shown = without(supplier_a)
    assert shown is not None
    assert [shown.quantity, shown.without.counted] == [20, 60]
    effect = dispute_effect(appealed)
    assert [effect.disputed, effect.windows[0].without.counted] == [20, 60]
    final: Any = {**given, "by": quality_manager, "at": later(3)}
    with pytest.raises(ValidationError, match="less stays with the supplier than 80"):
        answer(**final, action=Action.UPHOLD_PARTLY, decided=split(80, own=20))
    with pytest.raises(ValidationError, match="at most 60 pieces may stay"):
        answer(**final, action=Action.UPHOLD, decided=split(61, own=39))
    assert answer(**final, action=Action.UPHOLD, decided=split(60, own=40)).state == "final"


def test_what_got_worse_after_the_answer_is_disputed_again(
    supplier_a: Supplier, member_a: User, sqe: User
) -> None:
    """20 counted when the dispute was rejected; sorting then confirms more: 50 count."""
    reject = reject_of(supplier_a, checked_qty=Decimal(10), confirmed_qty=Decimal(2))
    first = dispute_of(reject, member_a, claimed=5)
    answer(dispute=first, action=Action.REJECT, reason="No.", decided=None, by=sqe, at=later(1))
    assert not may_be_disputed(reject)
    Reject.objects.filter(pk=reject.pk).update(confirmed_qty=5)
    reject.refresh_from_db()
    assert counted(reject) == 50
    assert may_be_disputed(reject)
    with pytest.raises(ValidationError, match="At most 30"):
        dispute_of(reject, member_a, claimed=31)
    again = dispute_of(reject, member_a, claimed=30)
    assert again != first
    answer(
        dispute=again, action=Action.UPHOLD, reason="Yes.", decided=split(20), by=sqe, at=later(2)
    )
    with pytest.raises(ConflictError):
        dispute_of(reject, member_a, claimed=1)


moves = st.lists(
    st.tuples(
        st.sampled_from(["decide", "dispute", "appeal", "uphold", "uphold_partly", "reject"]),
        st.integers(0, 2),
        st.integers(0, 100),
    ),
    max_size=14,
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(moves=moves)
def test_no_upheld_dispute_raises_a_figure_and_without_is_never_more(
    supplier_a: Supplier, member_a: User, sqe: User, quality_manager: User, moves: Any
) -> None:
    with transaction.atomic():
        play(supplier_a, member_a, sqe, quality_manager, moves)
        transaction.set_rollback(True)


def play(
    supplier_a: Supplier, member_a: User, sqe: User, quality_manager: User, moves: Any
) -> None:
    """Make the moves that are allowed, and look at the figure after each of them."""
    delivery = DeliveryFactory(supplier=supplier_a, quantity=500)
    rejects = [
        reject_of(supplier_a, checked_qty=Decimal(10), confirmed_qty=Decimal(3)),
        whole(supplier_a, "incident"),
        whole(supplier_a, "whole_lot", delivery=delivery),
    ]
    for hours, (move, which, pieces) in enumerate(moves, start=1):
        reject, at = rejects[which], later(hours)
        newest = reject.disputes.order_by("-pk").first()
        before = counted(reject)
        try:
            if move == "decide":
                decide_reject(reject=reject, split=split(pieces), reason=move, by=sqe, at=at)
            elif move == "dispute":
                dispute_of(reject, member_a, claimed=pieces, at=at)
            elif newest is None:
                continue
            elif move == "appeal":
                appeal(dispute=newest, reason="Again.", by=member_a, at=at)
            else:
                action = Action(move)
                by = quality_manager if newest.state == "appealed" else sqe
                decided = None if action is Action.REJECT else split(pieces)
                answer(dispute=newest, action=action, reason=move, decided=decided, by=by, at=at)
                assert counted(reject) <= before
        except (ValidationError, ConflictError, ForbiddenMoveError):
            assert counted(reject) == before
        drain(at=AT)
        shown = without(supplier_a)
        if shown is not None:
            assert 0 <= shown.without.counted <= sum(counted(each) for each in rejects)
    assert verify() == []
