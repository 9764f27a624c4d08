"""In any order of verdicts, disputes and answers an upheld dispute lowers the figure, or leaves it.

The moves are weighted so that most are allowed: quantities are shares of what may be said, and
disputes are answered more often than opened.
"""

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scorecards.metrics import Metric
from scorecards.models import CountedReject
from scorecards.periods import Month, Window
from scorecards.queries.dispute_effect import dispute_effect
from scorecards.queries.disputed import disputed
from scorecards.queries.figures import supplier_series, window_figure
from scorecards.queries.scopes import of_supplier
from scorecards.rollup import drain, verify
from suppliers.dispute_workflow import ForbiddenMoveError
from suppliers.enums import DisputeAction as Action
from suppliers.models import Dispute, Reject, Supplier, User
from suppliers.models.disputes import OPEN_DISPUTES
from suppliers.services.dispute_opening import claimable_or_none
from suppliers.services.disputes import answer, appeal
from suppliers.services.records import ConflictError
from suppliers.services.verdicts import decide_reject
from tests.factories import DefectCodeFactory, DeliveryFactory, PartFactory, PlantFactory
from tests.suppliers.services.records import AT, dispute_of, reject_of, split

pytestmark = pytest.mark.django_db
MARCH = Month(2026, 3)
REFUSED = (ValidationError, ConflictError, ForbiddenMoveError)
WEIGHTS = {"dispute": 4, "answer": 5, "appeal": 2, "decide": 2}
ANSWERS = {Action.UPHOLD: 3, Action.UPHOLD_PARTLY: 3, Action.REJECT: 1}


def weighted(weights: Any) -> Any:
    return st.sampled_from([each for each, weight in weights.items() for _one in range(weight)])


moves = st.lists(
    st.tuples(weighted(WEIGHTS), weighted(ANSWERS), st.integers(0, 6), st.integers(1, 4)),
    min_size=4,
    max_size=12,
)


@dataclass(frozen=True, kw_only=True)
class People:
    """Who moves."""

    supplier: Supplier
    member: User
    sqe: User
    manager: User


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(moves=moves)
def test_upheld_never_raises_a_figure_and_without_is_what_would_count(
    supplier_a: Supplier, member_a: User, sqe: User, quality_manager: User, moves: Any
) -> None:
    people = People(supplier=supplier_a, member=member_a, sqe=sqe, manager=quality_manager)
    with transaction.atomic():
        rejects = records(supplier_a)
        for which, (move, action, index, quarters) in enumerate(moves):
            before = total(supplier_a)
            try:
                with transaction.atomic():
                    play(people, rejects[(which + index) % len(rejects)], move, action, quarters)
                upheld = move == "answer" and action is not Action.REJECT
            except REFUSED:
                upheld = False
            assert not upheld or total(supplier_a) <= before
            look(supplier_a)
        assert verify() == []
        transaction.set_rollback(True)


def records(supplier: Supplier) -> list[Reject]:
    """Return two rejects of a lot, three reports of one issue of a family, and one of pieces."""
    delivery = DeliveryFactory(supplier=supplier, quantity=500)
    lots = DefectCodeFactory(counts="whole_lot")
    of_lot: Any = {"delivery": delivery, "part": delivery.part, "defect_code": lots}
    found = [reject_of(supplier, **of_lot), reject_of(supplier, line="2", **of_lot)]
    part, incidents = None, DefectCodeFactory(counts="incident")
    for _plant in range(3):
        part = PartFactory(supersedes=part)
        about: Any = {"plant": PlantFactory(), "part": part, "defect_code": incidents}
        found.append(reject_of(supplier, complaint="Q-7", **about))
    return [*found, reject_of(supplier, checked_qty=Decimal(10), confirmed_qty=Decimal(3))]


def play(people: People, reject: Reject, move: str, action: Action, quarters: int) -> None:
    """Make one move: `quarters` of what may be claimed, or of the pieces for the supplier."""
    share = Decimal(quarters) / 4
    if move == "dispute":
        claimed = claimable_or_none(reject) * share
        if reject.defect_code.counts == "incident":
            claimed = claimable_or_none(reject)
        dispute_of(reject, people.member, claimed=claimed.quantize(Decimal(1), ROUND_FLOOR))
        return
    if move == "decide":
        left = int(100 * share)
        decided = split(left, own=100 - left)
        decide_reject(reject=reject, split=decided, reason=move, by=people.sqe, at=AT)
        return
    newest = reject.disputes.order_by("-pk").first()
    if newest is None:
        return
    if move == "appeal":
        appeal(dispute=newest, reason="Again.", by=people.member, at=AT)
        return
    by = people.manager if newest.state == "appealed" else people.sqe
    left = int(25 * (quarters - 1))
    decided_by = None if action is Action.REJECT else split(left, own=100 - left)
    answer(dispute=newest, action=action, reason="So.", decided=decided_by, by=by, at=AT)


def total(supplier: Supplier) -> Decimal:
    rows = CountedReject.objects.filter(supplier=supplier)
    return Decimal(rows.aggregate(total=Sum("counted_qty"))["total"] or 0)


def look(supplier: Supplier) -> None:
    """Compare the figure without the disputed with what counts once the disputed rejects do not."""
    drain(at=AT)
    series = supplier_series(supplier_id=supplier.pk, metric=Metric.EXTERNAL_PPM)
    figure = window_figure(series, metric=Metric.EXTERNAL_PPM, window=Window.MONTH, end=MARCH)
    assert figure.counted == total(supplier)
    shown = disputed(figure, scope=of_supplier(supplier), first=MARCH)
    without = figure.counted if shown is None else shown.without.counted
    assert 0 <= without <= figure.counted
    opened = list(Dispute.objects.filter(supplier=supplier, state__in=OPEN_DISPUTES))
    if len(opened) == 1:
        assert dispute_effect(opened[0]).windows[0].without.counted == without
    if all(each.reject and claims_all(each) for each in opened):
        assert without == left_by_deletion(supplier, opened)


def claims_all(dispute: Dispute) -> bool:
    """Whether nothing of its record would be left; of what counts elsewhere, all is claimed."""
    counted = CountedReject.objects.get(pk=dispute.reject_id).counted_qty
    return bool(0 < counted <= dispute.still_claimed_qty)


def left_by_deletion(supplier: Supplier, opened: list[Dispute]) -> Decimal:
    """Return what would count had nothing of the disputed rejects been found, and undo it."""
    with transaction.atomic():
        for each in opened:
            clear(each)
        left = total(supplier)
        transaction.set_rollback(True)
    return left


def clear(dispute: Dispute) -> None:
    """Add the verdict that puts nothing of a reject on the supplier, past the workflow."""
    reject: Any = dispute.reject
    newest = reject.verdicts.order_by("-number").first()
    reject.verdicts.create(
        number=1 if newest is None else newest.number + 1,
        released_qty=0,
        confirmed_qty=100,
        supplier_qty=0,
        own_qty=100,
        third_party_qty=0,
        reason="Cleared.",
        decided_by=dispute.opened_by,
        decided_at=AT,
    )
