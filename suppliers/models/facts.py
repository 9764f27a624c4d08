"""Facts: what arrived, what was produced, and what all facts have in common.

Their references carry no row-level foreign keys: those cost five times everything else
in a bulk load. One statement-level trigger per table checks each statement's rows at
once (migration `references_by_statement`), so that COPY, admin and SQL are all held to it.
"""

from typing import Any

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import (
    CheckConstraint,
    F,
    Index,
    Q,
    UniqueConstraint,
)
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from suppliers import enums
from suppliers.models.corrections import track_corrections
from suppliers.models.imports import ImportBatch
from suppliers.models.masters import Part, Plant
from suppliers.models.suppliers import Supplier
from suppliers.models.tenancy import PlantTenantQuerySet, TenantQuerySet


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
