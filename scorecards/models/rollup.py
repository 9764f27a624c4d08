"""The roll-up: counts per month, never ratios, always derivable from the facts again.

`PartMonth`, `WarrantyMonth` and `SupplierMonth` are parents of partitions by month, which a
rebuild computes beside the kept ones and swaps (`scorecards/rollup/fresh.py`).
"""

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, CompositePrimaryKey, Index, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from suppliers.models import DefectCode, Delivery, Part, Plant, Supplier
from suppliers.models.facts import pieces, reference
from suppliers.models.tenancy import PlantTenantQuerySet, TenantQuerySet


class StaleKey(models.Model):
    """A supplier's month whose facts changed; written by triggers, removed by the drain.

    Without a part the month is recomputed. With one it is a note of a delivery that was added to
    the month (`sign` 1) or is no longer as it was (-1): the drain adds what it counts.

    Deliberately without a unique constraint: two transactions that mark the same key must
    not wait for each other. The drain takes equal keys together.
    """

    supplier = reference(Supplier, related_name="+")
    month = models.DateField()
    marked_at = models.DateTimeField(db_default=Now())
    plant = reference(Plant, null=True, related_name="+")
    part = reference(Part, null=True, related_name="+")
    sign = models.SmallIntegerField(null=True)
    received_on = models.DateField(null=True)
    quantity = pieces("", null=True)
    kind = models.CharField(max_length=12, null=True)  # noqa: DJ001  absent where there is no delivery
    reverses = models.BooleanField(null=True)
    promised_on = models.DateField(null=True)
    ordered_quantity = pieces("", null=True)

    class Meta:
        verbose_name = _("stale key")
        verbose_name_plural = _("stale keys")
        constraints = [
            CheckConstraint(
                condition=Q(part=None, plant=None, sign=None, quantity=None, kind=None)
                | Q(part__isnull=False, plant__isnull=False, sign__in=[-1, 1])
                & Q(quantity__isnull=False, kind__isnull=False, reverses__isnull=False),
                name="stale_key_month_or_delivery",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier_id} {self.month:%Y-%m}"


class LateMark(models.Model):
    """A master that changed; the months it touches are looked up after the change is committed.

    A supplier's part, a part or a defect code; or the delivery of a lot that its rejects share. A
    mark that names none of them touches everything.
    """

    supplier = reference(Supplier, null=True, related_name="+")
    part = reference(Part, null=True, related_name="+")
    defect_code = reference(DefectCode, null=True, related_name="+")
    delivery = reference(Delivery, null=True, related_name="+")

    class Meta:
        verbose_name = _("late mark")
        verbose_name_plural = _("late marks")

    def __str__(self) -> str:
        return f"{self.supplier_id}/{self.part_id}/{self.defect_code_id}/{self.delivery_id}"


class RollupRun(models.Model):
    """One drain or rebuild: when, how many keys, how many rows."""

    kind = models.CharField(_("kind"), max_length=8)  # drain or rebuild
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"))
    keys = models.PositiveIntegerField(_("supplier-months"))
    rows = models.PositiveIntegerField(_("rows written"))

    class Meta:
        verbose_name = _("roll-up run")
        verbose_name_plural = _("roll-up runs")

    def __str__(self) -> str:
        return f"{self.kind} {self.started_at:%Y-%m-%d %H:%M}"


class ExternalCounts(models.Model):
    """Counts of what was delivered and what was wrong with it; what nobody counted is 0."""

    received_qty = pieces(_("received"), db_default=0)
    counted_qty = pieces(_("counted"), db_default=0)
    provisional_qty = pieces(_("of which provisional"), db_default=0)
    suspect_qty = pieces(_("suspect"), db_default=0)
    defects = pieces(_("defects"), db_default=0)
    opportunities = models.DecimalField(
        _("opportunities"), max_digits=24, decimal_places=3, db_default=0
    )
    incidents = models.IntegerField(_("incidents"), db_default=0)
    weighted_incidents = models.IntegerField(_("weighted incidents"), db_default=0)
    lines_promised = models.IntegerField(_("lines promised"), db_default=0)
    lines_on_time = models.IntegerField(_("lines on time"), db_default=0)

    class Meta:
        abstract = True


class WarrantyCounts(models.Model):
    """Counts of what came back from the field."""

    returned_qty = models.DecimalField(_("returned"), max_digits=22, decimal_places=7, default=0)
    returned_provisional_qty = models.DecimalField(
        _("of which provisional"), max_digits=22, decimal_places=7, default=0
    )

    class Meta:
        abstract = True


class FieldCounts(models.Model):
    """Parts exposed to warranty at the end of the month, and how many of them were reported."""

    parts_in_field = pieces(_("parts in field"), default=0)
    parts_in_field_given = pieces(_("of which reported"), default=0)

    class Meta:
        abstract = True


class PartMonth(ExternalCounts):
    """Supplier × plant × part × month: the grain everything external is summed from."""

    pk = CompositePrimaryKey("supplier", "month", "plant", "part")
    supplier = reference(Supplier, related_name="+")
    month = models.DateField()
    plant = reference(Plant, related_name="+")
    part = reference(Part, related_name="+")

    objects: models.Manager[Any] = PlantTenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("month of a part")
        verbose_name_plural = _("months of parts")
        # figures of one part over all suppliers; it has few rows, whatever the month
        indexes = [Index(fields=["part"], name="part_month_part")]

    def __str__(self) -> str:
        return f"{self.supplier_id}/{self.plant_id}/{self.part_id} {self.month:%Y-%m}"


class WarrantyMonth(WarrantyCounts):
    """Supplier × part × month of returns; months without a return have no row."""

    pk = CompositePrimaryKey("supplier", "month", "part")
    supplier = reference(Supplier, related_name="+")
    month = models.DateField()
    part = reference(Part, related_name="+")

    objects: models.Manager[Any] = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("warranty month of a part")
        verbose_name_plural = _("warranty months of parts")
        indexes = [Index(fields=["part", "month"], name="warranty_month_part")]

    def __str__(self) -> str:
        return f"{self.supplier_id}/{self.part_id} {self.month:%Y-%m}"


class SupplierMonth(ExternalCounts, WarrantyCounts, FieldCounts):
    """Supplier × month, for the questions asked most; derived from the grains."""

    pk = CompositePrimaryKey("supplier", "month")
    supplier = reference(Supplier, related_name="months")
    month = models.DateField()

    objects: models.Manager[Any] = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("month of a supplier")
        verbose_name_plural = _("months of suppliers")
        # one month over all suppliers: lists, tiers
        indexes = [Index(fields=["month"], name="supplier_month_month")]

    def __str__(self) -> str:
        return f"{self.supplier_id} {self.month:%Y-%m}"
