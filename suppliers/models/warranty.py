"""What came back from the field, and how many parts are exposed to warranty there."""

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from suppliers.models.corrections import track_corrections
from suppliers.models.facts import Fact, of_batch, pieces, reference
from suppliers.models.masters import Part
from suppliers.models.suppliers import Supplier
from suppliers.models.tenancy import TenantQuerySet


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
