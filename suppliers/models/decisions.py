"""Decisions about facts: appended, never changed; the newest is in force."""

from typing import Any

import pghistory
import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from suppliers import enums
from suppliers.models.facts import Reject, WarrantyReturn, pieces
from suppliers.models.tenancy import TenantQuerySet
from suppliers.models.users import User


class RejectDecisionQuerySet(TenantQuerySet):
    """Decisions on rejects."""

    supplier_path = "reject__supplier"
    plant_path = "reject__plant"


class ReturnDecisionQuerySet(TenantQuerySet):
    """Decisions on warranty returns."""

    supplier_path = "warranty_return__supplier"


def append_only(name: str) -> pgtrigger.Protect:
    """Refuse UPDATE and DELETE on a table of decisions."""
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)


class Decision(models.Model):
    """Who decided, when, why; `number` counts the decisions on one record from 1."""

    number = models.PositiveIntegerField(_("number"))
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), db_default=Now())
    reason = models.TextField(_("reason"))

    class Meta:
        abstract = True


class RejectVerdict(Decision):
    """How much of a reject is confirmed or released, and who answers for the confirmed part."""

    reject = models.ForeignKey(Reject, on_delete=models.PROTECT, related_name="verdicts")
    confirmed_qty = pieces(_("confirmed"))
    released_qty = pieces(_("released"), default=0)
    supplier_qty = pieces(_("supplier"))
    own_qty = pieces(_("own"), default=0)
    third_party_qty = pieces(_("third party"), default=0)

    objects: models.Manager[Any] = RejectDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("verdict on a reject")
        verbose_name_plural = _("verdicts on rejects")
        constraints = [
            UniqueConstraint(fields=["reject", "number"], name="reject_verdict_number_unique"),
            CheckConstraint(
                condition=Q(
                    confirmed_qty__gte=0,
                    released_qty__gte=0,
                    supplier_qty__gte=0,
                    own_qty__gte=0,
                    third_party_qty__gte=0,
                ),
                name="reject_verdict_not_negative",
            ),
            CheckConstraint(
                condition=Q(confirmed_qty=F("supplier_qty") + F("own_qty") + F("third_party_qty")),
                name="reject_verdict_split_sums_to_confirmed",
            ),
            CheckConstraint(condition=~Q(reason=""), name="reject_verdict_reason_given"),
        ]
        triggers = [
            append_only("reject_verdict_append_only"),
            pgtrigger.Trigger(
                name="reject_verdict_within_suspect",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=(
                    "IF NEW.confirmed_qty + NEW.released_qty > "
                    "(SELECT suspect_qty FROM suppliers_reject WHERE id = NEW.reject_id) THEN "
                    "RAISE check_violation USING MESSAGE = "
                    "'confirmed + released exceed the suspect quantity of the reject', "
                    "CONSTRAINT = 'reject_verdict_within_suspect'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reject} #{self.number}"


class WarrantyVerdict(Decision):
    """What the analysis of a warranty return said, and which share the supplier accepts."""

    warranty_return = models.ForeignKey(
        WarrantyReturn, on_delete=models.PROTECT, related_name="verdicts"
    )
    outcome = models.CharField(_("outcome"), max_length=20, choices=enums.WarrantyOutcome)
    accepted_pct = models.DecimalField(_("accepted share (%)"), max_digits=5, decimal_places=2)

    objects: models.Manager[Any] = ReturnDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("verdict on a warranty return")
        verbose_name_plural = _("verdicts on warranty returns")
        constraints = [
            UniqueConstraint(
                fields=["warranty_return", "number"], name="warranty_verdict_number_unique"
            ),
            CheckConstraint(
                condition=Q(outcome__in=enums.WarrantyOutcome.values),
                name="warranty_verdict_outcome_known",
            ),
            CheckConstraint(
                condition=Q(outcome=enums.WarrantyOutcome.CONFIRMED, accepted_pct__range=(0, 100))
                | Q(accepted_pct=0),
                name="warranty_verdict_share_only_if_confirmed",
            ),
            CheckConstraint(condition=~Q(reason=""), name="warranty_verdict_reason_given"),
        ]
        triggers = [append_only("warranty_verdict_append_only")]

    def __str__(self) -> str:
        return f"{self.warranty_return} #{self.number}"


OPEN_DISPUTES = [
    enums.DisputeState.OPEN,
    enums.DisputeState.UNDER_REVIEW,
    enums.DisputeState.APPEALED,
]


@pghistory.track()
class Dispute(models.Model):
    """A supplier's disagreement with one reject, one return or one published line."""

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
    statement = models.TextField(_("statement"))
    state = models.CharField(
        _("state"), max_length=16, choices=enums.DisputeState, default=enums.DisputeState.OPEN
    )
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened at"), db_default=Now())

    objects: models.Manager[Any] = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
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

    def __str__(self) -> str:
        return f"{self.get_reason_display()} ({self.get_state_display()})"


@pghistory.track()
class Evidence(models.Model):
    """A file that proves something about a reject, a return, or a dispute of either."""

    supplier = models.ForeignKey(
        "suppliers.Supplier", on_delete=models.PROTECT, related_name="evidence"
    )
    reject = models.ForeignKey(
        Reject, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    warranty_return = models.ForeignKey(
        WarrantyReturn, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    dispute = models.ForeignKey(
        Dispute, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    file = models.FileField(_("file"), upload_to="evidence/%Y/%m/")
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("content type"), max_length=100)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded at"), db_default=Now())

    objects: models.Manager[Any] = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        indexes = [Index(fields=["sha256"], name="evidence_sha256")]
        constraints = [
            CheckConstraint(
                condition=Q(reject__isnull=False)
                | Q(warranty_return__isnull=False)
                | Q(dispute__isnull=False),
                name="evidence_about_something",
            )
        ]

    def __str__(self) -> str:
        return self.name
