"""Database views: one row per fact with what it contributes, and months by other scopes.

The roll-up sums these very rows, so the rows behind a figure add up to it by construction.
"""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from scorecards.models.rollup import ExternalCounts, FieldCounts, WarrantyCounts
from suppliers.models import (
    Delivery,
    Part,
    Plant,
    Reject,
    Supplier,
    SupplierGroup,
    Tier,
    WarrantyReturn,
)
from suppliers.models.facts import pieces, reference
from suppliers.models.tenancy import PlantTenantQuerySet, TenantQuerySet


class CountedDelivery(models.Model):
    """A delivery with what it adds to *received* (reversals subtract, samples add nothing)."""

    delivery = models.OneToOneField(
        Delivery, on_delete=models.DO_NOTHING, primary_key=True, db_column="id", related_name="+"
    )
    supplier = reference(Supplier, related_name="+")
    plant = reference(Plant, related_name="+")
    part = reference(Part, related_name="+")
    received_on = models.DateField()
    month = models.DateField()
    received_qty = pieces(_("counts as received"))
    promised = models.IntegerField()
    on_time = models.IntegerField()

    objects: models.Manager[Any] = PlantTenantQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "scorecards_counteddelivery"

    def __str__(self) -> str:
        return str(self.delivery)


# Rejects that add to numerator or incidents: of two complaints of one whole lot one counts it.
ADDS = Q(counted_qty__gt=0) | Q(incidents__gt=0)


class CountedReject(models.Model):
    """A reject with what it adds to the numerator, and whether anybody has decided it."""

    reject = models.OneToOneField(
        Reject, on_delete=models.DO_NOTHING, primary_key=True, db_column="id", related_name="+"
    )
    supplier = reference(Supplier, related_name="+")
    plant = reference(Plant, related_name="+")
    part = reference(Part, related_name="+")
    detected_on = models.DateField()
    month = models.DateField()
    decided = models.BooleanField()
    counted_qty = pieces(_("counts"))
    provisional_qty = pieces(_("of which provisional"))
    suspect_qty = pieces(_("suspect"))
    defects = pieces(_("defects"))
    incidents = models.IntegerField()
    weighted_incidents = models.IntegerField()

    objects: models.Manager[Any] = PlantTenantQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "scorecards_countedreject"

    def __str__(self) -> str:
        return str(self.reject)


class CountedReturn(models.Model):
    """A warranty return with the accepted share that counts."""

    warranty_return = models.OneToOneField(
        WarrantyReturn,
        on_delete=models.DO_NOTHING,
        primary_key=True,
        db_column="id",
        related_name="+",
    )
    supplier = reference(Supplier, related_name="+")
    part = reference(Part, related_name="+")
    received_on = models.DateField()
    month = models.DateField()
    decided = models.BooleanField()
    returned_qty = models.DecimalField(max_digits=22, decimal_places=7)
    returned_provisional_qty = models.DecimalField(max_digits=22, decimal_places=7)

    objects: models.Manager[Any] = TenantQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "scorecards_countedreturn"

    def __str__(self) -> str:
        return str(self.warranty_return)


class TierMonth(ExternalCounts, WarrantyCounts, FieldCounts):
    """Sums over the suppliers that were in the tier at the end of that month."""

    pk = models.CompositePrimaryKey("tier", "month")
    tier = reference(Tier, related_name="+")
    month = models.DateField()

    class Meta:
        managed = False
        db_table = "scorecards_tiermonth"

    def __str__(self) -> str:
        return f"{self.tier_id} {self.month:%Y-%m}"


class GroupMonth(ExternalCounts, WarrantyCounts, FieldCounts):
    """Sums over the suppliers that belonged to the group at the end of that month."""

    pk = models.CompositePrimaryKey("group", "month")
    group = reference(SupplierGroup, related_name="+")
    month = models.DateField()

    class Meta:
        managed = False
        db_table = "scorecards_groupmonth"

    def __str__(self) -> str:
        return f"{self.group_id} {self.month:%Y-%m}"


class FieldMonth(FieldCounts):
    """Supplier × part × month of parts in field: reported, else derived from deliveries."""

    pk = models.CompositePrimaryKey("supplier", "part", "month")
    supplier = reference(Supplier, related_name="+")
    part = reference(Part, related_name="+")
    month = models.DateField()

    objects: models.Manager[Any] = TenantQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "scorecards_fieldmonth"

    def __str__(self) -> str:
        return f"{self.supplier_id}/{self.part_id} {self.month:%Y-%m}"
