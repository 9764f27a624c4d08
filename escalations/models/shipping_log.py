"""The daily log of a controlled shipping, and the rejects that got past it: rows only added."""

from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from escalations.models.shipping import ControlledShipping, ShippingRowQuerySet
from escalations.shipping_workflow import LOGGED
from suppliers.models import Part, Plant, User
from suppliers.models.lasting import append_only

SORTED = ", ".join(f"'{state.value}'" for state in sorted(LOGGED))


class ShippingLogQuerySet(ShippingRowQuerySet):
    """Rows of daily logs."""

    plant_path = "plant"
    plant_optional = False

    def in_force(self) -> Self:
        """The newest version of each day, part and plant, oldest day first."""
        newest = (
            ShippingLogEntry.objects.filter(
                shipping=models.OuterRef("shipping"),
                day=models.OuterRef("day"),
                part=models.OuterRef("part"),
                plant=models.OuterRef("plant"),
            )
            .order_by("-number")
            .values("pk")[:1]
        )
        return self.filter(pk=models.Subquery(newest)).order_by(
            "day", "part__number", "plant__code", "pk"
        )


class ShippingLogEntry(models.Model):
    """What sorting one part at one plant gave on one day; a correction is a row of its own."""

    shipping = models.ForeignKey(ControlledShipping, on_delete=models.PROTECT, related_name="log")
    day = models.DateField(_("day"))
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="+")
    plant = models.ForeignKey(Plant, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("version"), default=1)
    inspected_qty = models.DecimalField(_("inspected"), max_digits=15, decimal_places=3)
    found_qty = models.DecimalField(_("found"), max_digits=15, decimal_places=3)
    shipments = models.PositiveIntegerField(_("shipments"), default=0)
    defect = models.CharField(_("defect"), max_length=200, blank=True, default="")
    sorted_by = models.CharField(_("sorted by"), max_length=120)
    reason = models.TextField(_("reason of the correction"), blank=True, default="")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"))

    objects: models.Manager[Any] = ShippingLogQuerySet.as_manager()

    class Meta:
        verbose_name = _("day of a log")
        verbose_name_plural = _("days of logs")
        constraints = [
            UniqueConstraint(
                fields=["shipping", "day", "part", "plant", "number"],
                name="shipping_log_version_unique",
            ),
            CheckConstraint(
                condition=Q(inspected_qty__gte=0, found_qty__gte=0),
                name="shipping_log_not_negative",
            ),
            CheckConstraint(
                condition=Q(found_qty__lte=F("inspected_qty")),
                name="shipping_log_found_within_inspected",
            ),
            CheckConstraint(condition=~Q(sorted_by=""), name="shipping_log_says_by_whom"),
            CheckConstraint(
                condition=Q(found_qty=0) | ~Q(defect=""), name="shipping_log_find_names_defect"
            ),
            CheckConstraint(
                condition=Q(number=1) | Q(number__gt=1) & ~Q(reason=""),
                name="shipping_log_correction_says_why",
            ),
        ]
        triggers = [
            *append_only("shipping_log_append_only"),
            pgtrigger.Trigger(
                name="shipping_log_while_sorted",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=(
                    "IF (SELECT state FROM escalations_controlledshipping"  # noqa: S608  # our own table
                    f" WHERE id = NEW.shipping_id) NOT IN ({SORTED}) THEN"
                    " RAISE check_violation USING MESSAGE = 'days are logged once the supplier"
                    " has confirmed and until it ends', CONSTRAINT = 'shipping_log_while_sorted';"
                    " END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.part} {self.plant}"


class ShippingEscapeQuerySet(ShippingRowQuerySet):
    """Rulings on escapes."""

    plant_path = "reject__plant"
    plant_optional = False

    def in_force(self) -> Self:
        """The newest ruling on each reject that is the supplier's; a corrected one may not be."""
        newest = (
            ShippingEscape.objects.filter(
                shipping=models.OuterRef("shipping"), reject=models.OuterRef("reject")
            )
            .order_by("-number")
            .values("pk")[:1]
        )
        own = models.F("shipping__episode__supplier")
        return self.filter(pk=models.Subquery(newest), reject__supplier=own)


class ShippingEscape(models.Model):
    """A reject that got past the sorting, or the ruling that it did not; the newest holds."""

    shipping = models.ForeignKey(
        ControlledShipping, on_delete=models.PROTECT, related_name="escapes"
    )
    reject = models.ForeignKey(
        "suppliers.Reject", on_delete=models.PROTECT, related_name="shipping_escapes"
    )
    number = models.PositiveIntegerField(_("number"), default=1)
    counts = models.BooleanField(_("is an escape"), default=True)
    # None: found by the rule
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("at"))
    reason = models.TextField(_("reason"), blank=True, default="")

    objects: models.Manager[Any] = ShippingEscapeQuerySet.as_manager()

    class Meta:
        verbose_name = _("escape")
        verbose_name_plural = _("escapes")
        constraints = [
            UniqueConstraint(
                fields=["shipping", "reject", "number"], name="shipping_escape_number_unique"
            ),
            CheckConstraint(
                condition=Q(by__isnull=True, counts=True) | Q(by__isnull=False) & ~Q(reason=""),
                name="shipping_escape_ruled_with_reason",
            ),
        ]
        triggers = append_only("shipping_escape_append_only")

    def __str__(self) -> str:
        return f"{self.shipping} {self.reject}"
