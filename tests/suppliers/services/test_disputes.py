from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from suppliers import announcements
from suppliers.dispute_workflow import ForbiddenMoveError
from suppliers.enums import DisputeAction as Action
from suppliers.enums import DisputeState as State
from suppliers.models import Dispute, DisputeStep, Evidence, Reject, Supplier, User
from suppliers.services.dispute_clock import answer_due_on
from suppliers.services.dispute_opening import may_be_disputed
from suppliers.services.disputes import answer, appeal, pass_on_overdue, take_up
from suppliers.services.records import ConflictError
from suppliers.services.verdicts import Analysis, decide_reject
from tests.factories import (
    DeliveryFactory,
    DisputeFactory,
    PlantFactory,
    RejectVerdictFactory,
    WarrantyReturnFactory,
)
from tests.suppliers.services.records import AT, DUE, dispute_of, pdf, reject_of, split

LATER = AT + timedelta(days=1)
OVERDUE = AT + timedelta(days=8)


@pytest.fixture
def reject(supplier_a: Supplier) -> Reject:
    return reject_of(supplier_a)


@pytest.fixture
def dispute(reject: Reject, member_a: User) -> Dispute:
    return dispute_of(reject, member_a)


def steps_of(dispute: Dispute) -> list[tuple[str, str, str]]:
    return list(dispute.steps.order_by("number").values_list("action", "from_state", "to_state"))


def partly(dispute: Dispute, by: User, left: int = 80, **fields: Any) -> Dispute:
    """Uphold partly: `left` pieces stay with the supplier."""
    given = {"reason": "Half of it.", "decided": split(left), "at": LATER, **fields}
    return answer(dispute=dispute, action=Action.UPHOLD_PARTLY, by=by, **given)


# -- opening -----------------------------------------------------------------


def test_dispute_begins_with_clock_step_and_evidence(reject: Reject, member_a: User) -> None:
    opened = dispute_of(reject, member_a, files=[pdf()])
    assert (opened.state, opened.due_on, opened.claimed_qty) == (State.OPEN, DUE, 40)
    assert steps_of(opened) == [("open", "", "open")]
    assert Evidence.objects.get().dispute == opened


def test_the_same_dispute_again_changes_nothing(reject: Reject, member_a: User) -> None:
    assert dispute_of(reject, member_a) == dispute_of(reject, member_a)
    assert DisputeStep.objects.count() == 1


def test_another_dispute_while_one_is_open_is_refused(reject: Reject, member_a: User) -> None:
    dispute_of(reject, member_a)
    with pytest.raises(ConflictError, match="disputed already"):
        dispute_of(reject, member_a, claimed=7)


@pytest.mark.parametrize("claimed", [0, -1, 101])
def test_claim_must_fit_the_record(reject: Reject, member_a: User, claimed: int) -> None:
    with pytest.raises(ValidationError) as refused:
        dispute_of(reject, member_a, claimed=claimed)
    assert list(refused.value.message_dict) == ["claimed_qty"]


def test_claim_must_fit_the_verdict_in_force(reject: Reject, member_a: User) -> None:
    RejectVerdictFactory(reject=reject, supplier_qty=30)
    with pytest.raises(ValidationError, match="At most 30"):
        dispute_of(reject, member_a, claimed=31)


def test_what_counts_nothing_cannot_be_disputed(reject: Reject, member_a: User) -> None:
    RejectVerdictFactory(reject=reject, supplier_qty=0, confirmed_qty=5, own_qty=5)
    assert not may_be_disputed(reject)
    with pytest.raises(ValidationError, match="nothing to dispute"):
        dispute_of(reject, member_a)


def test_a_dispute_says_what_is_wrong(reject: Reject, member_a: User) -> None:
    with pytest.raises(ValidationError) as refused:
        dispute_of(reject, member_a, statement=" ")
    assert list(refused.value.message_dict) == ["statement"]


def test_only_the_suppliers_own_people_dispute(
    reject: Reject, member_b: User, sqe: User, auditor: User
) -> None:
    for outsider in (member_b, sqe, auditor):
        with pytest.raises(ForbiddenMoveError):
            dispute_of(reject, outsider)
    assert not Dispute.objects.exists()


def test_bad_evidence_opens_nothing(reject: Reject, member_a: User) -> None:
    with pytest.raises(ValidationError) as refused:
        dispute_of(reject, member_a, files=[pdf("x.exe")])
    assert list(refused.value.message_dict) == ["attachments"]
    assert not Dispute.objects.exists()


# -- answering -----------------------------------------------------------------


def test_partly_upheld_appends_the_verdict(dispute: Dispute, reject: Reject, sqe: User) -> None:
    answered = partly(dispute, sqe)
    assert (answered.state, answered.outcome, answered.due_on) == (
        State.PARTLY_UPHELD,
        "partly_upheld",
        None,
    )
    verdict = reject.verdicts.get()
    assert (verdict.number, verdict.supplier_qty, verdict.reason) == (1, 80, "Half of it.")
    assert dispute.steps.get(action="uphold_partly").reject_verdict == verdict
    assert steps_of(dispute) == [
        ("open", "", "open"),
        ("review", "open", "under_review"),
        ("uphold_partly", "under_review", "partly_upheld"),
    ]


def test_upheld_means_that_the_claim_no_longer_counts(dispute: Dispute, sqe: User) -> None:
    given: Any = {"dispute": dispute, "action": Action.UPHOLD, "reason": "Yes.", "at": LATER}
    with pytest.raises(ValidationError, match="at most 60 pieces may stay"):
        answer(**given, decided=split(61), by=sqe)
    dispute.refresh_from_db()
    assert (dispute.state, dispute.steps.count()) == (State.OPEN, 1)
    assert answer(**given, decided=split(60, third=40), by=sqe).state == State.UPHELD


def test_partly_means_fewer_than_before(dispute: Dispute, sqe: User) -> None:
    with pytest.raises(ValidationError, match="less stays with the supplier than 100"):
        partly(dispute, sqe, left=100)


def test_rejected_leaves_what_was_decided(dispute: Dispute, reject: Reject, sqe: User) -> None:
    answered = answer(
        dispute=dispute, action=Action.REJECT, reason="No.", decided=None, by=sqe, at=LATER
    )
    assert answered.state == State.REJECTED
    assert not reject.verdicts.exists()


def test_answer_needs_reason_verdict_and_right(
    dispute: Dispute, sqe: User, buyer: User, member_a: User
) -> None:
    with pytest.raises(ValidationError, match="Say why"):
        partly(dispute, sqe, reason=" ")
    with pytest.raises(ValidationError, match="needs the verdict"):
        partly(dispute, sqe, decided=None)
    for other in (buyer, member_a):
        with pytest.raises(ForbiddenMoveError):
            partly(dispute, other)


def test_an_answer_is_given_once(dispute: Dispute, reject: Reject, sqe: User) -> None:
    partly(dispute, sqe)
    with pytest.raises(ForbiddenMoveError):
        partly(dispute, sqe, left=70)
    assert reject.verdicts.count() == 1


def test_taken_up_shows_that_somebody_looks(dispute: Dispute, sqe: User) -> None:
    assert take_up(dispute=dispute, by=sqe, at=LATER).state == State.UNDER_REVIEW
    with pytest.raises(ForbiddenMoveError):
        take_up(dispute=dispute, by=sqe, at=LATER)


def test_return_is_answered_with_a_share(supplier_a: Supplier, member_a: User, sqe: User) -> None:
    returned = WarrantyReturnFactory(supplier=supplier_a, quantity=4)
    dispute = dispute_of(returned, member_a, claimed=2, reason="no_trouble_found")
    share = Analysis(outcome="confirmed", accepted_pct=Decimal(75))
    with pytest.raises(ValidationError, match="at most 2 pieces may stay"):
        answer(dispute=dispute, action=Action.UPHOLD, reason="x", decided=share, by=sqe, at=LATER)
    partly(dispute, sqe, decided=share)
    assert returned.verdicts.get().accepted_pct == 75
    assert dispute.steps.get(action="uphold_partly").warranty_verdict is not None


# -- appeal ---------------------------------------------------------------------


def test_one_appeal_answered_by_the_quality_manager(
    dispute: Dispute, reject: Reject, sqe: User, quality_manager: User, member_a: User
) -> None:
    partly(dispute, sqe)
    appealed = appeal(dispute=dispute, reason="Look again.", by=member_a, at=LATER)
    assert (appealed.state, appealed.due_on) == (State.APPEALED, date(2026, 3, 18))
    with pytest.raises(ForbiddenMoveError):
        partly(appealed, sqe, left=70)
    final = partly(appealed, quality_manager, left=70)
    assert (final.state, final.outcome) == (State.FINAL, "partly_upheld")
    assert [verdict.supplier_qty for verdict in reject.verdicts.order_by("number")] == [80, 70]
    with pytest.raises(ForbiddenMoveError):
        appeal(dispute=final, reason="And again.", by=member_a, at=LATER)


def test_nothing_to_appeal_against_before_an_answer(dispute: Dispute, member_a: User) -> None:
    with pytest.raises(ForbiddenMoveError):
        appeal(dispute=dispute, reason="Hurry.", by=member_a, at=LATER)


def test_settled_record_is_disputed_again_only_after_a_new_decision(
    dispute: Dispute, reject: Reject, sqe: User, member_a: User
) -> None:
    partly(dispute, sqe)
    assert not may_be_disputed(reject)
    with pytest.raises(ConflictError, match="Appeal against"):
        dispute_of(reject, member_a, claimed=5)
    decide_reject(
        reject=reject, split=split(90), reason="More found.", by=sqe, at=LATER + timedelta(hours=1)
    )
    assert may_be_disputed(reject)
    assert dispute_of(reject, member_a, claimed=5).state == State.OPEN


# -- clock ------------------------------------------------------------------------


def test_overdue_goes_to_the_quality_manager_once(
    dispute: Dispute, sqe: User, quality_manager: User
) -> None:
    on_the_last_day = datetime(2026, 3, 17, 20, tzinfo=UTC)
    assert pass_on_overdue(at=on_the_last_day) == 0
    assert pass_on_overdue(at=OVERDUE) == 1
    assert pass_on_overdue(at=OVERDUE) == 0
    dispute.refresh_from_db()
    assert (dispute.state, dispute.with_manager_at) == (State.UNDER_REVIEW, OVERDUE)
    step = dispute.steps.get(action="escalate")
    assert (step.by, step.from_state) == (None, "open")
    with pytest.raises(ForbiddenMoveError):
        partly(dispute, sqe)
    assert partly(dispute, quality_manager).state == State.PARTLY_UPHELD


def test_answered_in_time_is_never_overdue(dispute: Dispute, sqe: User) -> None:
    partly(dispute, sqe)
    assert pass_on_overdue(at=OVERDUE) == 0


def test_the_calendar_is_the_plants(supplier_a: Supplier) -> None:
    mexico = reject_of(
        supplier_a, plant=PlantFactory(country="MX", time_zone="America/Mexico_City")
    )
    assert answer_due_on(mexico, at=AT) == date(2026, 3, 18)  # the 16th: Juárez
    returned = WarrantyReturnFactory(supplier=supplier_a)
    assert answer_due_on(returned, at=AT) == DUE  # no plant known: the supplier's calendar
    DeliveryFactory(supplier=supplier_a, part=returned.part, plant=mexico.plant)
    assert answer_due_on(returned, at=AT) == date(2026, 3, 18)


# -- what the database itself refuses ------------------------------------------------


def test_database_refuses_forbidden_states(dispute: Dispute) -> None:
    with pytest.raises(IntegrityError, match="may not go from open to final"), transaction.atomic():
        Dispute.objects.filter(pk=dispute.pk).update(state=State.FINAL, outcome="upheld")
    with pytest.raises(IntegrityError, match="begins as open"), transaction.atomic():
        DisputeFactory(state=State.REJECTED, outcome="rejected")
    with pytest.raises(Exception, match="Cannot delete"), transaction.atomic():
        dispute.delete()


def test_database_refuses_a_second_open_dispute(dispute: Dispute, reject: Reject) -> None:
    with pytest.raises(IntegrityError, match="dispute_one_open_per_reject"), transaction.atomic():
        DisputeFactory(reject=reject)


def test_steps_are_append_only_and_by_the_table(dispute: Dispute, member_a: User) -> None:
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        dispute.steps.update(reason="Never said that.")
    delete = "DELETE FROM suppliers_disputestep WHERE dispute_id = %s"
    with (
        pytest.raises(Exception, match="Cannot update or delete"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(delete, [dispute.pk])
    for wrong in (
        {"action": "reject", "from_state": "open", "to_state": "rejected", "reason": "x"},
        {"action": "uphold", "from_state": "under_review", "to_state": "upheld", "reason": "x"},
        {"action": "review", "from_state": "open", "to_state": "under_review", "by": None},
    ):
        given: Any = {"by": member_a, **wrong}
        with pytest.raises(IntegrityError), transaction.atomic():
            DisputeStep.objects.create(dispute=dispute, number=2, at=AT, **given)


# -- listeners -------------------------------------------------------------------------


def test_listeners_hear_every_step_in_its_transaction(
    monkeypatch: pytest.MonkeyPatch, reject: Reject, member_a: User, sqe: User
) -> None:
    heard: list[tuple[str, bool]] = []

    def listen(step: DisputeStep) -> None:
        heard.append((step.action, transaction.get_connection().in_atomic_block))

    monkeypatch.setattr(announcements, "_dispute_listeners", [listen])
    partly(dispute_of(reject, member_a), sqe)
    assert heard == [("open", True), ("review", True), ("uphold_partly", True)]
