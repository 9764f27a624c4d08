"""Decisions about facts: appended, never changed; the newest is in force."""

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from suppliers import enums
from suppliers.models.facts import pieces
from suppliers.models.lasting import append_only
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


# A reason says something: blanks are none.
GIVEN = Q(reason__regex=r"\S")


def next_number(about: str, table: str) -> pgtrigger.Trigger:
    """Refuse a decision that leaves out a number, so that what was decided first can be told.

    Args:
        about: the column that names the record decided on.
        table: of the decisions.
    """
    return pgtrigger.Trigger(
        name="next_number",
        operation=pgtrigger.Insert,
        when=pgtrigger.Before,
        func=(
            f"IF NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM {table}"  # noqa: S608  # our own names
            f" WHERE {about} = NEW.{about}) THEN "
            "RAISE check_violation USING MESSAGE = "
            "'decisions on a record are numbered one after the other', "
            "CONSTRAINT = 'next_number'; END IF; RETURN NEW;"
        ),
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
            CheckConstraint(condition=GIVEN, name="reject_verdict_reason_given"),
        ]
        triggers = [
            *append_only("reject_verdict_append_only"),
            next_number("reject_id", "suppliers_rejectverdict"),
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
            CheckConstraint(condition=GIVEN, name="warranty_verdict_reason_given"),
        ]
        triggers = [
            *append_only("warranty_verdict_append_only"),
            next_number("warranty_return_id", "suppliers_warrantyverdict"),
        ]

    def __str__(self) -> str:
        return f"{self.warranty_return} #{self.number}"
