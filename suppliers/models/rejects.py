"""Complaints about delivered parts."""

from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import (
    CheckConstraint,
    Count,
    F,
    Index,
    OuterRef,
    Q,
    Subquery,
    UniqueConstraint,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from suppliers import enums
from suppliers.models.corrections import track_corrections
from suppliers.models.facts import Delivery, Fact, of_batch, pieces, reference
from suppliers.models.masters import DefectCode, Part, Plant
from suppliers.models.suppliers import Supplier
from suppliers.models.tenancy import PlantTenantQuerySet
from suppliers.models.users import User


class RejectQuerySet(PlantTenantQuerySet):
    """Rejects."""

    def with_version(self) -> Self:
        """Add `version`: how often each was changed since it was recorded."""
        events = apps.get_model("suppliers", "RejectEvent").objects
        counted = events.filter(pgh_obj=OuterRef("pk")).order_by().values("pgh_obj")
        changes = Subquery(counted.annotate(changes=Count("pk")).values("changes"))
        return self.annotate(version=Coalesce(changes, 0))


@track_corrections
class Reject(Fact):
    """A complaint about delivered parts, found before the car reached its buyer."""

    supplier = reference(Supplier, related_name="rejects")
    plant = reference(Plant, related_name="rejects")
    part = reference(Part, related_name="rejects")
    delivery = reference(Delivery, null=True, blank=True, related_name="rejects")
    complaint = models.CharField(_("complaint number"), max_length=60)
    line = models.CharField(_("line"), max_length=40, blank=True, default="")
    lot = models.CharField(_("lot"), max_length=60, blank=True, default="")
    detected_on = models.DateField(_("detected on"))
    detection_point = models.CharField(
        _("detection point"),
        max_length=12,
        choices=enums.DetectionPoint,
        default=enums.DetectionPoint.INCOMING,
    )
    defect_code = reference(DefectCode, related_name="rejects")
    severity = models.CharField(
        _("severity"), max_length=20, choices=enums.Severity, default=enums.Severity.SORTING
    )
    suspect_qty = pieces(_("suspect"))
    checked_qty = pieces(_("checked"), default=0)
    confirmed_qty = pieces(_("confirmed defective"), default=0)
    released_qty = pieces(_("released"), default=0)
    defects = models.PositiveIntegerField(_("defects"), null=True, blank=True)
    # where and when the supplier made the parts, as far as somebody found out
    machine = models.CharField(_("machine"), max_length=60, blank=True, default="", db_default="")
    shift = models.CharField(_("shift"), max_length=20, blank=True, default="", db_default="")
    cost = models.DecimalField(
        _("cost"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("What the reject cost the customer, as reported."),
    )
    cost_currency = models.CharField(
        _("currency of the cost"),
        max_length=3,
        blank=True,
        default="",
        db_default="",
        help_text=_("Three letters, like EUR."),
    )
    # who entered it by hand or through the API; None for what an import brought
    recorded_by = reference(User, null=True, blank=True, editable=False, related_name="+")

    objects: models.Manager[Any] = RejectQuerySet.as_manager()

    class Meta:
        verbose_name = _("reject")
        verbose_name_plural = _("rejects")
        constraints = [
            UniqueConstraint(
                fields=["plant", "complaint", "line"], name="reject_source_key_unique"
            ),
            CheckConstraint(condition=~Q(complaint=""), name="reject_complaint_not_empty"),
            CheckConstraint(
                condition=Q(
                    suspect_qty__gte=0,
                    checked_qty__gte=0,
                    confirmed_qty__gte=0,
                    released_qty__gte=0,
                ),
                name="reject_quantities_not_negative",
            ),
            CheckConstraint(
                condition=Q(checked_qty__lte=F("suspect_qty")),
                name="reject_checked_within_suspect",
            ),
            CheckConstraint(
                condition=Q(confirmed_qty__lte=F("checked_qty")),
                name="reject_confirmed_within_checked",
            ),
            CheckConstraint(
                condition=Q(suspect_qty__gte=F("confirmed_qty") + F("released_qty")),
                name="reject_confirmed_and_released_within_suspect",
            ),
            CheckConstraint(
                condition=Q(defects__isnull=True) | Q(defects__gte=F("confirmed_qty")),
                name="reject_defects_cover_confirmed",
            ),
            CheckConstraint(
                condition=Q(severity__in=enums.Severity.values), name="reject_severity_known"
            ),
            CheckConstraint(
                condition=Q(cost__isnull=True) | Q(cost__gte=0), name="reject_cost_not_negative"
            ),
            CheckConstraint(
                condition=Q(cost__isnull=True) | Q(cost_currency__regex="^[A-Z]{3}$"),
                name="reject_cost_has_a_currency",
                violation_error_message=_("A cost has a currency of three letters, like EUR."),
            ),
            CheckConstraint(
                condition=Q(detection_point__in=enums.DetectionPoint.values),
                name="reject_detection_point_known",
            ),
        ]
        indexes = [
            Index(fields=["supplier", "detected_on"], name="reject_supplier_day"),
            # one issue is one incident, however many plants and lines report it
            Index(fields=["supplier", "complaint"], name="reject_supplier_complaint"),
            Index(fields=["delivery"], name="reject_delivery", condition=Q(delivery__isnull=False)),
            of_batch("reject"),
        ]

    def __str__(self) -> str:
        return "/".join(filter(None, (self.complaint, self.line)))
