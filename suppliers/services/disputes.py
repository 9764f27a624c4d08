"""Disputes: every move is the table's and a row, and every answer that helps is a verdict."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from suppliers import access
from suppliers.announcements import dispute_moved, facts_changed
from suppliers.counted import counter
from suppliers.dispute_workflow import (
    ANSWERS,
    DECIDING,
    ENGINE,
    MissingReasonError,
    transition,
)
from suppliers.enums import DisputeAction, DisputeState
from suppliers.models import (
    Dispute,
    DisputeStep,
    Reject,
    RejectVerdict,
    User,
    WarrantyReturn,
    WarrantyVerdict,
)
from suppliers.published_lines import publisher
from suppliers.queries.dispute_days import is_overdue, today_of
from suppliers.services.claims import check_upheld, counted_of
from suppliers.services.dispute_clock import answer_due_on, concern_of
from suppliers.services.evidence import attach
from suppliers.services.records import locked
from suppliers.services.verdicts import (
    Analysis,
    Split,
    append_reject_verdict,
    append_warranty_verdict,
)

Decided = Split | Analysis
Verdict = RejectVerdict | WarrantyVerdict
Files = Sequence["File[bytes]"]

# what a move may change
MOVED = ["state", "outcome", "due_on", "with_manager_at", "appealed_qty", "settled_qty"]


@transaction.atomic
def take_up(*, dispute: Dispute, by: User, at: datetime) -> Dispute:
    """Show the supplier that somebody looks at it.

    Raises:
        ForbiddenMoveError: it has moved on, or it is not this user's to answer.
    """
    found = _locked(dispute)
    _move(found, DisputeAction.REVIEW, by=by, at=at)
    return found


@transaction.atomic
def answer(
    *,
    dispute: Dispute,
    action: DisputeAction,
    reason: str,
    decided: Decided | None,
    by: User,
    at: datetime,
    files: Files = (),
) -> Dispute:
    """Uphold, uphold partly or reject a dispute or its appeal.

    `decided` is the verdict that upholding appends; a rejection leaves what is in force. A
    published line is upheld by verdicts on its records that were appended since it was disputed.

    Raises:
        ValidationError: by field, what is wrong and how to mend it.
        ForbiddenMoveError: it has moved on, or it is not this user's to answer.
    """
    found = _locked(dispute)
    if found.state == DisputeState.OPEN:
        _move(found, DisputeAction.REVIEW, by=by, at=at)
    _may(found, action, by=by, reason=reason)
    verdict = None
    if action in DECIDING:
        verdict = _decide(found, action, decided, reason=reason, by=by, at=at)
    found.outcome, found.due_on = ANSWERS[action].value, None
    found.settled_qty = counted_of(found)
    attach(files=files, to=found, by=by, at=at)
    _move(found, action, by=by, at=at, reason=reason, verdict=verdict)
    return found


@transaction.atomic
def appeal(*, dispute: Dispute, reason: str, by: User, at: datetime, files: Files = ()) -> Dispute:
    """Ask the quality manager, once, to look at an answer again.

    Raises:
        ValidationError: without a reason, or where nothing counts any more.
        ForbiddenMoveError: there is nothing to appeal against, or it was appealed before.
    """
    found = _locked(dispute)
    found.due_on = answer_due_on(concern_of(found), at=at)
    found.with_manager_at = at
    found.appealed_qty = counted_of(found)
    # before files are stored, which a refusal would leave behind
    _may(found, DisputeAction.APPEAL, by=by, reason=reason)
    if found.appealed_qty <= 0:
        raise ValidationError(
            _("Nothing of it counts against you any more, so there is nothing to appeal against.")
        )
    attach(files=files, to=found, by=by, at=at)
    _move(found, DisputeAction.APPEAL, by=by, at=at, reason=reason)
    return found


def pass_on_overdue(*, at: datetime) -> int:
    """Give disputes whose answer is overdue to the quality manager; return how many."""
    passed = 0
    for pk in _perhaps_overdue(at).values_list("pk", flat=True):
        passed += _pass_on(pk, at=at)
    return passed


@transaction.atomic
def _pass_on(pk: int, *, at: datetime) -> bool:
    found = (
        _perhaps_overdue(at).filter(pk=pk).select_for_update(of=("self",), skip_locked=True).first()
    )
    if found is None or not is_overdue(found, today=today_of(found, at=at)):
        return False
    found.with_manager_at = at
    found.due_on = answer_due_on(concern_of(found), at=at)
    _move(found, DisputeAction.ESCALATE, by=None, at=at)
    return True


def _perhaps_overdue(at: datetime) -> Any:
    """Disputes due before the day that has begun somewhere; their plant's day decides."""
    return Dispute.objects.filter(
        state__in=[DisputeState.OPEN, DisputeState.UNDER_REVIEW],
        with_manager_at__isnull=True,
        due_on__lte=at.date(),
    ).order_by("due_on", "pk")


def _decide(
    dispute: Dispute,
    action: DisputeAction,
    decided: Decided | None,
    *,
    reason: str,
    by: User,
    at: datetime,
) -> Verdict:
    if dispute.published_line:
        wholly = action is DisputeAction.UPHOLD
        return publisher().settling_verdict(dispute, wholly=wholly)
    record = dispute.record
    before = counter().counted(record)
    if isinstance(record, Reject) and isinstance(decided, Split):
        verdict: Verdict = append_reject_verdict(record, split=decided, reason=reason, by=by, at=at)
        field = "supplier_qty"
    elif isinstance(record, WarrantyReturn) and isinstance(decided, Analysis):
        verdict = append_warranty_verdict(record, analysis=decided, reason=reason, by=by, at=at)
        field = "accepted_pct"
    else:
        raise ValidationError(_("Upholding a dispute needs the verdict it leads to."))
    after = counter().counted(record)
    check_upheld(dispute, action, before=before, after=after, field=field)
    return verdict


def _locked(dispute: Dispute) -> Dispute:
    """Lock the record, then the dispute: the order in which every decision locks."""
    if not dispute.published_line:
        locked(dispute.record)
    found: Dispute = Dispute.objects.select_for_update(of=("self",)).get(pk=dispute.pk)
    return found


def _may(dispute: Dispute, action: DisputeAction, *, by: User | None, reason: str) -> DisputeState:
    try:
        return transition(
            action=action,
            state=DisputeState(dispute.state),
            roles=ENGINE if by is None else access.roles_at(by, dispute.supplier_id),
            reason=reason,
            with_manager=dispute.with_manager,
        ).to_state
    except MissingReasonError as error:
        raise ValidationError(
            {"reason": _("Say why; both sides will read it, and it stays for ever.")}
        ) from error


def _move(
    dispute: Dispute,
    action: DisputeAction,
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
    verdict: Verdict | None = None,
) -> DisputeStep:
    before = dispute.state
    after = _may(dispute, action, by=by, reason=reason)
    dispute.state = after.value
    dispute.save(update_fields=MOVED)
    if verdict is not None:
        facts_changed()
    return add_step(dispute, action, before, after, by=by, at=at, reason=reason, verdict=verdict)


def add_step(
    dispute: Dispute,
    action: DisputeAction,
    before: str,
    after: DisputeState,
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
    verdict: Verdict | None = None,
) -> DisputeStep:
    """Write the next step of a dispute whose state was written, and tell of it."""
    last = dispute.steps.order_by("-number").values_list("number", flat=True).first()
    step: DisputeStep = DisputeStep.objects.create(
        dispute=dispute,
        number=(last or 0) + 1,
        action=action.value,
        from_state=before,
        to_state=after.value,
        at=at,
        by=by,
        reason=reason.strip(),
        reject_verdict=verdict if isinstance(verdict, RejectVerdict) else None,
        warranty_verdict=verdict if isinstance(verdict, WarrantyVerdict) else None,
    )
    dispute_moved(step)
    return step
