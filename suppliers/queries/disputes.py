"""Disputes as lists and pages show them: what is owed, until when, and by whom."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Prefetch, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from suppliers import access
from suppliers.dispute_workflow import ANSWERS, allowed_actions
from suppliers.enums import DisputeAction, DisputeState
from suppliers.models import Dispute, DisputeStep, Evidence
from suppliers.models.disputes import DisputeQuerySet
from suppliers.queries.dispute_days import day_in, is_overdue, zones_of

STEPS: dict[DisputeAction, Promise] = {
    DisputeAction.OPEN: gettext_lazy("Disputed"),
    DisputeAction.REVIEW: gettext_lazy("Taken into review"),
    DisputeAction.ESCALATE: gettext_lazy("Not answered in time; passed to the quality manager"),
    DisputeAction.UPHOLD: gettext_lazy("Upheld"),
    DisputeAction.UPHOLD_PARTLY: gettext_lazy("Partly upheld"),
    DisputeAction.REJECT: gettext_lazy("Rejected"),
    DisputeAction.APPEAL: gettext_lazy("Appealed"),
}


@dataclass(frozen=True, kw_only=True)
class NextAction:
    """The one thing to do next; without `url` it is somebody else's turn."""

    label: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class DisputeRow:
    """A line of the list."""

    dispute: Dispute
    next: NextAction
    overdue: bool


def by_urgency(disputes: DisputeQuerySet) -> QuerySet[Dispute]:
    """Order what is owed before what is settled, the earliest date first, then the newest."""
    return disputes.select_related("supplier", "reject__plant", "warranty_return").order_by(
        F("due_on").asc(nulls_last=True), "-opened_at", "-pk"
    )


def rows(
    disputes: Sequence[Dispute], *, user: access.AnyUser, at: datetime
) -> Iterator[DisputeRow]:
    """Yield the lines of a list for its reader."""
    zones = zones_of(disputes)
    for dispute in disputes:
        yield DisputeRow(
            dispute=dispute,
            next=next_action(dispute, user=user),
            overdue=is_overdue(dispute, today=day_in(zones[dispute.pk], at=at)),
        )


def actions_for(dispute: Dispute, *, user: access.AnyUser) -> tuple[DisputeAction, ...]:
    """Return what the user may do; an open dispute may be answered without taking it up first."""
    roles = access.roles_at(user, dispute.supplier_id)
    state = DisputeState(dispute.state)
    allowed = allowed_actions(state=state, roles=roles, with_manager=dispute.with_manager)
    if DisputeAction.REVIEW in allowed:
        allowed += allowed_actions(state=DisputeState.UNDER_REVIEW, roles=roles)
    return allowed


def answers_for(dispute: Dispute, *, user: access.AnyUser) -> list[DisputeAction]:
    """Return the answers the user may give."""
    return [action for action in actions_for(dispute, user=user) if action in ANSWERS]


def next_action(dispute: Dispute, *, user: access.AnyUser) -> NextAction:
    """Return what the reader does next, or whose turn it is."""
    actions = actions_for(dispute, user=user)
    if any(action in ANSWERS for action in actions):
        appealed = dispute.state == DisputeState.APPEALED
        label = _("Answer the appeal") if appealed else _("Answer")
        return NextAction(label=label, url=reverse("dispute_answer", args=[dispute.pk]))
    if DisputeAction.APPEAL in actions:
        return NextAction(label=_("Appeal"), url=reverse("dispute_appeal", args=[dispute.pk]))
    if not dispute.is_open:
        return NextAction(label=_("None"))
    if dispute.with_manager:
        return NextAction(label=_("The quality manager answers"))
    return NextAction(label=_("Supplier quality answers"))


def history(dispute: Dispute) -> list[dict[str, Any]]:
    """Return the steps, newest first, as history.html shows them, with their verdicts."""
    steps = DisputeStep.objects.filter(dispute=dispute).select_related(
        "by", "reject_verdict", "warranty_verdict"
    )
    return [
        {
            "at": step.at,
            "by": step.by or "",
            "what": STEPS[DisputeAction(step.action)],
            "reason": step.reason,
            "reject_verdict": step.reject_verdict,
            "warranty_verdict": step.warranty_verdict,
        }
        for step in steps.order_by("-number")
    ]


def with_evidence(disputes: DisputeQuerySet) -> QuerySet[Dispute]:
    """Return disputes with their files and records, for one page."""
    files = Evidence.objects.select_related("uploaded_by").order_by("uploaded_at", "pk")
    return disputes.select_related(
        "supplier",
        "opened_by",
        "reject__plant",
        "reject__part",
        "reject__supplier",
        "warranty_return__part",
        "warranty_return__supplier",
    ).prefetch_related(Prefetch("evidence", files))
