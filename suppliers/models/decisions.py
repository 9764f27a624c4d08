"""Decisions about facts: appended, never changed; the newest is in force."""

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from suppliers import enums
from suppliers.models.facts import pieces
from suppliers.models.rejects import Reject
from suppliers.models.tenancy import TenantQuerySet
from suppliers.models.users import User
from suppliers.models.warranty import WarrantyReturn


class RejectDecisionQuerySet(TenantQuerySet):
    """Decisions on rejects."""

    supplier_path = "reject__supplier"
    plant_path = "reject__plant"


class ReturnDecisionQuerySet(TenantQuerySet):
    """Decisions on warranty returns."""

    supplier_path = "warranty_return__supplier"


def append_only(name: str) -> list[pgtrigger.Trigger]:
    """Refuse UPDATE, DELETE and TRUNCATE of a table whose rows stay as they were written.

    Args:
        name: of the first of the two triggers, ending in `append_only`.
    """
    return [
        pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete),
        never_emptied(f"{name.removesuffix('append_only')}never_emptied"),
    ]


def never_emptied(name: str) -> pgtrigger.Trigger:
    """Refuse TRUNCATE of a table, which triggers on rows do not see."""
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Truncate,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        func="RAISE EXCEPTION 'Cannot empty table %', TG_TABLE_NAME;",
    )


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
            *append_only("reject_verdict_append_only"),
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
        triggers = append_only("warranty_verdict_append_only")

    def __str__(self) -> str:
        return f"{self.warranty_return} #{self.number}"
