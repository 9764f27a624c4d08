"""Disputes: a supplier's disagreement with one record, and every move it made."""

from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any, Self

import pghistory
import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from suppliers import access, enums
from suppliers.dispute_workflow import DECIDING, OPEN_STATES, TRANSITIONS
from suppliers.enums import DisputeAction, DisputeState
from suppliers.models.decisions import RejectVerdict, WarrantyVerdict
from suppliers.models.facts import pieces
from suppliers.models.lasting import append_only, never_emptied
from suppliers.models.rejects import Reject
from suppliers.models.tenancy import TenantQuerySet
from suppliers.models.users import User
from suppliers.models.warranty import WarrantyReturn
from suppliers.published_lines import PublishedLine

OPEN_DISPUTES = list(OPEN_STATES)


def counted(name: Any) -> "models.DecimalField[Any, Any]":
    """Make a field of what counted at a moment, a share of a return included."""
    return models.DecimalField(name, max_digits=22, decimal_places=7, null=True, blank=True)


def allowed_moves() -> str:
    """Return the table's moves as SQL rows (from, to)."""
    moves = {
        (before.value, row.to_state.value) for row in TRANSITIONS for before in row.from_states
    }
    return ", ".join(f"('{before}', '{after}')" for before, after in sorted(moves))


class DisputeQuerySet(TenantQuerySet):
    """Disputes, read as prose."""

    def visible_to(self, user: access.AnyUser) -> Self:
        """Disputes about records the user may see."""
        rows = super().visible_to(user)
        if access.standing(user).sees_all:
            return rows
        seen = Reject.objects.visible_to(user).values("pk")
        return rows.filter(Q(reject__isnull=True) | Q(reject__in=seen))

    def unsettled(self) -> Self:
        """Disputes that somebody still has to answer."""
        return self.filter(state__in=OPEN_DISPUTES)


@pghistory.track()
class Dispute(models.Model):
    """A supplier's disagreement with one reject, one return or one published line.

    `claimed_qty` are the pieces that in the supplier's view do not count; what its record or line
    counted is kept as it was when the dispute was opened, appealed and answered, None where that
    has not happened or was not yet kept. Its steps are its
    life; `state` and `outcome` repeat what the last of them said. `due_on` is the last day of
    the answer, None once it is given; `with_manager_at` says since when an overdue answer is
    the quality manager's.
    """

    supplier = models.ForeignKey(
        "suppliers.Supplier", on_delete=models.PROTECT, related_name="disputes"
    )
    reject = models.ForeignKey(
        Reject, on_delete=models.PROTECT, null=True, blank=True, related_name="disputes"
    )
    warranty_return = models.ForeignKey(
        WarrantyReturn, on_delete=models.PROTECT, null=True, blank=True, related_name="disputes"
    )
    published_line = models.CharField(_("published line"), max_length=80, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=24, choices=enums.DisputeReason)
    claimed_qty = pieces(_("claimed quantity"))
    counted_qty = counted(_("counted when it was opened"))
    appealed_qty = counted(_("counted when it was appealed"))
    settled_qty = counted(_("counted after the answer"))
    statement = models.TextField(_("statement"))
    state = models.CharField(
        _("state"), max_length=16, choices=enums.DisputeState, default=enums.DisputeState.OPEN
    )
    outcome = models.CharField(
        _("outcome"), max_length=16, choices=enums.DisputeOutcome, blank=True, default=""
    )
    due_on = models.DateField(_("answer due on"), null=True, blank=True)
    with_manager_at = models.DateTimeField(_("with the quality manager since"), null=True)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened at"), db_default=Now())

    objects: models.Manager[Any] = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        indexes = [
            # the list of what is owed, and the tick that looks for what is overdue
            Index(
                fields=["due_on"], condition=Q(state__in=OPEN_DISPUTES), name="dispute_owed_until"
            ),
        ]
        constraints = [
            CheckConstraint(
                condition=Q(reject__isnull=False, warranty_return__isnull=True, published_line="")
                | Q(reject__isnull=True, warranty_return__isnull=False, published_line="")
                | Q(reject__isnull=True, warranty_return__isnull=True) & ~Q(published_line=""),
                name="dispute_about_one_record",
            ),
            CheckConstraint(condition=Q(claimed_qty__gte=0), name="dispute_claim_not_negative"),
            CheckConstraint(
                condition=Q(state__in=enums.DisputeState.values), name="dispute_state_known"
            ),
            CheckConstraint(
                condition=Q(state__in=[DisputeState.OPEN, DisputeState.UNDER_REVIEW], outcome="")
                | ~Q(state__in=[DisputeState.OPEN, DisputeState.UNDER_REVIEW])
                & Q(outcome__in=enums.DisputeOutcome.values),
                name="dispute_outcome_once_answered",
            ),
            *(
                UniqueConstraint(
                    fields=fields,
                    condition=Q(state__in=OPEN_DISPUTES),
                    name=f"dispute_one_open_per_{fields[-1]}",
                )
                for fields in (["reject"], ["warranty_return"])
            ),
            UniqueConstraint(
                fields=["supplier", "published_line"],
                condition=Q(state__in=OPEN_DISPUTES) & ~Q(published_line=""),
                name="dispute_one_open_per_published_line",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="dispute_never_deleted", operation=pgtrigger.Delete),
            never_emptied("dispute_never_emptied"),
            pgtrigger.Trigger(
                name="dispute_begins_open",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__state__df=DisputeState.OPEN.value),
                func=(
                    "RAISE check_violation USING MESSAGE = 'a dispute begins as open',"
                    " CONSTRAINT = 'dispute_begins_open';"
                ),
            ),
            # generated from the one table in dispute_workflow.py
            pgtrigger.Trigger(
                name="dispute_moves_by_the_table",
                operation=pgtrigger.UpdateOf("state"),  # type: ignore[no-untyped-call]
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
                func=(
                    "IF (OLD.state, NEW.state) NOT IN "  # our own table
                    f"({allowed_moves()}) THEN RAISE check_violation USING MESSAGE ="
                    " 'a dispute may not go from ' || OLD.state || ' to ' || NEW.state,"
                    " CONSTRAINT = 'dispute_moves_by_the_table'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} ({self.get_state_display()})"

    def get_absolute_url(self) -> str:
        """Return the stable address of the dispute's page."""
        return reverse("dispute", args=[self.pk])

    @property
    def record(self) -> Reject | WarrantyReturn:
        """The record it is about."""
        record: Reject | WarrantyReturn | None = self.reject or self.warranty_return
        if record is None:
            raise ValueError("A dispute of a published line has no record.")
        return record

    @property
    def line(self) -> PublishedLine | None:
        """The published line it is about, None where it is about a record."""
        return PublishedLine.of(self.published_line) if self.published_line else None

    @property
    def subject(self) -> Reject | WarrantyReturn | PublishedLine:
        """The record or the published line it is about; its text names it."""
        return self.line or self.record

    @property
    def still_claimed_qty(self) -> Decimal:
        """The claimed pieces, less what the answer that was appealed against took off already."""
        claimed: Decimal = self.claimed_qty
        if self.counted_qty is None or self.appealed_qty is None:
            return claimed
        granted = max(self.counted_qty - self.appealed_qty, Decimal(0))
        left: Decimal = max(claimed - granted, Decimal(0))
        return left

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to answer."""
        return self.state in OPEN_DISPUTES

    @property
    def with_manager(self) -> bool:
        """Whether the answer is the quality manager's."""
        return self.with_manager_at is not None


class DisputeRowQuerySet(TenantQuerySet):
    """Rows that hang on a dispute."""

    supplier_path = "dispute__supplier"


def _in_the_table() -> Q:
    """Rows that repeat a move of the table: action, from, to."""
    rows = [
        Q(
            action=row.action.value,
            from_state__in=sorted(state.value for state in row.from_states) or [""],
            to_state=row.to_state.value,
        )
        for row in TRANSITIONS
    ]
    return reduce(or_, rows)


class DisputeStep(models.Model):
    """One move of a dispute: who, when, why, and the verdict it led to; appended, never changed."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField(_("number"))
    action = models.CharField(_("action"), max_length=16, choices=enums.DisputeAction)
    from_state = models.CharField(
        _("from"), max_length=16, choices=enums.DisputeState, blank=True, default=""
    )
    to_state = models.CharField(_("to"), max_length=16, choices=enums.DisputeState)
    at = models.DateTimeField(_("at"))
    # None: the clock
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(_("reason"), blank=True, default="")
    reject_verdict = models.ForeignKey(
        RejectVerdict, on_delete=models.PROTECT, null=True, blank=True, related_name="settles"
    )
    warranty_verdict = models.ForeignKey(
        WarrantyVerdict, on_delete=models.PROTECT, null=True, blank=True, related_name="settles"
    )

    objects: models.Manager[Any] = DisputeRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a dispute")
        verbose_name_plural = _("steps of disputes")
        constraints = [
            UniqueConstraint(fields=["dispute", "number"], name="dispute_step_number_unique"),
            UniqueConstraint(
                fields=["dispute"],
                condition=Q(action=DisputeAction.APPEAL),
                name="dispute_one_appeal",
            ),
            CheckConstraint(condition=_in_the_table(), name="dispute_step_in_the_table"),
            CheckConstraint(
                condition=Q(by__isnull=True, action=DisputeAction.ESCALATE)
                | Q(by__isnull=False) & ~Q(action=DisputeAction.ESCALATE),
                name="dispute_step_by_somebody_unless_overdue",
            ),
            CheckConstraint(
                condition=~Q(reason="")
                | Q(action__in=[DisputeAction.REVIEW, DisputeAction.ESCALATE]),
                name="dispute_step_says_why",
            ),
            CheckConstraint(
                condition=Q(reject_verdict__isnull=False, warranty_verdict__isnull=True)
                | Q(reject_verdict__isnull=True, warranty_verdict__isnull=False)
                | Q(reject_verdict__isnull=True, warranty_verdict__isnull=True)
                & ~Q(action__in=sorted(DECIDING)),
                name="dispute_step_verdict_where_upheld",
            ),
        ]
        triggers = append_only("dispute_step_append_only")

    def __str__(self) -> str:
        return f"{self.dispute_id} #{self.number}"
