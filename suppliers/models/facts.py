"""Facts: what arrived, what was wrong, what came back from the field.

Their references carry no row-level foreign keys: those cost five times everything else
in a bulk load. One statement-level trigger per table checks each statement's rows at
once (migration `references_by_statement`), so that COPY, admin and SQL are all held to it.
"""

from typing import Any, Self

from django.apps import apps
from django.contrib.postgres.indexes import BrinIndex
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
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from suppliers import enums
from suppliers.models.corrections import track_corrections
from suppliers.models.imports import ImportBatch
from suppliers.models.masters import DefectCode, Part, Plant
from suppliers.models.suppliers import Supplier
from suppliers.models.tenancy import PlantTenantQuerySet, TenantQuerySet
from suppliers.models.users import User


def reference(to: Any, **options: Any) -> Any:
    """A foreign key whose check is the table's statement-level trigger, not one per row."""
    return models.ForeignKey(
        to, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, **options
    )


def of_batch(table: str) -> BrinIndex:
    """Index that finds the rows of an import: they lie together, so it stays tiny.

    Deliveries, the many, do without (imports.brought).
    """
    return BrinIndex(fields=["batch"], name=f"{table}_batch", autosummarize=True)


def pieces(label: Any, **options: Any) -> Any:
    """Pieces, with three decimals because some parts are measured, not counted."""
    return models.DecimalField(label, max_digits=15, decimal_places=3, **options)


class Fact(models.Model):
    """When the product learnt of it, and from which import."""

    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)
    batch = reference(ImportBatch, null=True, blank=True, editable=False, related_name="+")

    class Meta:
        abstract = True


@track_corrections
class Delivery(Fact):
    """A goods-receipt line; a reversal is a row of its own that points at what it reverses."""

    supplier = reference(Supplier, related_name="deliveries")
    plant = reference(Plant, related_name="deliveries")
    part = reference(Part, related_name="deliveries")
    document = models.CharField(_("document"), max_length=60)
    line = models.CharField(_("line"), max_length=20, blank=True, default="")
    lot = models.CharField(_("lot"), max_length=60, blank=True, default="")
    received_on = models.DateField(_("received on"))
    quantity = pieces(_("quantity (pieces)"))
    unit = models.CharField(_("unit of the document"), max_length=16, blank=True, default="")
    unit_quantity = pieces(_("quantity of the document"), null=True, blank=True)
    kind = models.CharField(
        _("kind"), max_length=12, choices=enums.DeliveryKind, default=enums.DeliveryKind.SERIAL
    )
    promised_on = models.DateField(_("promised on"), null=True, blank=True)
    ordered_quantity = pieces(_("ordered quantity (pieces)"), null=True, blank=True)
    reverses = reference("self", null=True, blank=True, related_name="reversals")

    objects: models.Manager[Any] = PlantTenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            UniqueConstraint(
                fields=["plant", "document", "line", "lot"], name="delivery_source_key_unique"
            ),
            CheckConstraint(condition=Q(quantity__gt=0), name="delivery_quantity_positive"),
            CheckConstraint(condition=~Q(document=""), name="delivery_document_not_empty"),
            CheckConstraint(
                condition=Q(kind__in=enums.DeliveryKind.values), name="delivery_kind_known"
            ),
            CheckConstraint(
                condition=Q(ordered_quantity__isnull=True) | Q(ordered_quantity__gt=0),
                name="delivery_ordered_positive",
            ),
        ]
        # keyed recompute of a supplier's month, and the rows behind a figure
        indexes = [
            Index(fields=["supplier", "received_on"], name="delivery_supplier_day"),
            # what was taken back of a receipt; reversals are few
            Index(
                fields=["reverses"],
                name="delivery_reverses",
                condition=Q(reverses__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return "/".join(filter(None, (self.document, self.line, self.lot)))


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


@track_corrections
class WarrantyReturn(Fact):
    """A part that failed in the field; dated by the day the return was received."""

    supplier = reference(Supplier, related_name="warranty_returns")
    part = reference(Part, related_name="warranty_returns")
    claim = models.CharField(_("claim number"), max_length=60)
    line = models.CharField(_("line"), max_length=20, blank=True, default="")
    received_on = models.DateField(_("received on"))
    failed_on = models.DateField(_("failed on"), null=True, blank=True)
    built_on = models.DateField(_("built on"), null=True, blank=True)
    mileage_km = models.PositiveIntegerField(_("mileage (km)"), null=True, blank=True)
    months_in_service = models.PositiveSmallIntegerField(
        _("months in service"), null=True, blank=True
    )
    quantity = pieces(_("quantity (pieces)"))
    accepted_pct = models.DecimalField(
        _("share accepted by the supplier (%)"), max_digits=5, decimal_places=2, default=100
    )

    objects: models.Manager[Any] = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("warranty return")
        verbose_name_plural = _("warranty returns")
        constraints = [
            UniqueConstraint(fields=["claim", "line"], name="warranty_return_source_key_unique"),
            CheckConstraint(condition=~Q(claim=""), name="warranty_return_claim_not_empty"),
            CheckConstraint(condition=Q(quantity__gt=0), name="warranty_return_quantity_positive"),
            CheckConstraint(
                condition=Q(accepted_pct__range=(0, 100)), name="warranty_return_accepted_0_to_100"
            ),
            CheckConstraint(
                condition=Q(failed_on__isnull=True) | Q(failed_on__lte=F("received_on")),
                name="warranty_return_failed_before_received",
            ),
            CheckConstraint(
                condition=Q(built_on__isnull=True) | Q(built_on__lte=F("received_on")),
                name="warranty_return_built_before_received",
            ),
        ]
        indexes = [
            Index(fields=["supplier", "received_on"], name="warranty_supplier_day"),
            of_batch("warranty_return"),
        ]

    def __str__(self) -> str:
        return "/".join(filter(None, (self.claim, self.line)))


@track_corrections
class FieldPopulation(Fact):
    """Parts exposed to warranty at the end of a month; absent → derived from deliveries."""

    supplier = reference(Supplier, related_name="field_populations")
    part = reference(Part, related_name="field_populations")
    month = models.DateField(_("month"))
    parts_in_field = pieces(_("parts in field"))

    objects: models.Manager[Any] = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("parts in field")
        verbose_name_plural = _("parts in field")
        constraints = [
            UniqueConstraint(
                fields=["supplier", "part", "month"], name="field_population_key_unique"
            ),
            CheckConstraint(
                condition=Q(parts_in_field__gte=0), name="field_population_not_negative"
            ),
            CheckConstraint(condition=Q(month__day=1), name="field_population_month_first_day"),
        ]
        indexes = [of_batch("field_population")]

    def __str__(self) -> str:
        return f"{self.supplier_id}/{self.part_id} {self.month:%Y-%m}"


@track_corrections
class ProductionCount(Fact):
    """What the supplier's own plant reports of a part: produced, rejected, reworked."""

    supplier = reference(Supplier, related_name="production_counts")
    part = reference(Part, related_name="production_counts")
    report = models.CharField(_("report number"), max_length=60)
    machine = models.CharField(_("machine"), max_length=60, blank=True, default="")
    shift = models.CharField(_("shift"), max_length=20, blank=True, default="")
    order = models.CharField(_("order"), max_length=60, blank=True, default="")
    produced_on = models.DateField(_("produced on"))
    produced_qty = pieces(_("produced"))
    rejected_qty = pieces(_("rejected"), default=0)
    reworked_qty = pieces(_("reworked"), default=0)
    defects_by_code = models.JSONField(_("defects by code"), default=dict, blank=True)

    objects: models.Manager[Any] = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("production count")
        verbose_name_plural = _("production counts")
        constraints = [
            UniqueConstraint(
                fields=["supplier", "report", "part"], name="production_count_key_unique"
            ),
            CheckConstraint(
                condition=Q(produced_qty__gte=0, rejected_qty__gte=0, reworked_qty__gte=0),
                name="production_count_not_negative",
            ),
            CheckConstraint(
                condition=Q(produced_qty__gte=F("rejected_qty") + F("reworked_qty")),
                name="production_count_bad_within_produced",
            ),
        ]
        indexes = [Index(fields=["supplier", "produced_on"], name="production_supplier_day")]

    def __str__(self) -> str:
        return self.report
