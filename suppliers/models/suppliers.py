"""The supplier: a supplying site, its groups, tiers, parts and certificates through time."""

from datetime import date
from typing import Any, Self

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from suppliers import enums
from suppliers.models.masters import Part, Tier, validate_time_zone
from suppliers.models.tenancy import TenantQuerySet


class SupplierQuerySet(TenantQuerySet):
    """Suppliers, read as prose."""

    supplier_path = "pk"

    def active(self) -> Self:
        """Suppliers that are not archived."""
        return self.filter(archived_at__isnull=True)

    def in_tier(self, tier: Tier, *, on: date) -> Self:
        """Suppliers that were in `tier` on that day."""
        return self.filter(tiers__tier=tier, tiers__during__contains=on)


@pghistory.track()
class SupplierGroup(models.Model):
    """A corporate group that owns several supplying sites."""

    name = models.CharField(_("name"), max_length=160, unique=True)

    class Meta:
        verbose_name = _("supplier group")
        verbose_name_plural = _("supplier groups")

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Supplier(models.Model):
    """A supplying site with its own code; archived, never deleted."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=160)
    country = models.CharField(_("country"), max_length=2, blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)

    objects = SupplierQuerySet.as_manager()

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        constraints = [
            # The code stands in addresses and mails: no slash, no blank, no control character.
            CheckConstraint(
                condition=Q(code__regex=r"^[^/\s?#%\\]+$"),
                name="supplier_code_fit_for_addresses",
                violation_error_message=_("A code has no blanks and none of / ? # %% \\."),
            ),
            CheckConstraint(condition=~Q(name=""), name="supplier_name_not_empty"),
        ]
        triggers = [pgtrigger.Protect(name="supplier_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        """Return the stable address of the supplier's page."""
        return reverse("supplier", args=[self.code])


def _no_overlap(name: str) -> ExclusionConstraint:
    return ExclusionConstraint(
        name=name,
        expressions=[
            ("supplier", RangeOperators.EQUAL),
            ("during", RangeOperators.OVERLAPS),
        ],
        violation_error_message=_("The dates overlap an existing entry of this supplier."),
    )


@pghistory.track()
class SupplierTier(models.Model):
    """In which tier a supplier was, from when until (excluding) when."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="tiers")
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="suppliers")
    during = DateRangeField(_("during"))

    objects: models.Manager[Any] = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("tier of a supplier")
        verbose_name_plural = _("tiers of suppliers")
        constraints = [_no_overlap("supplier_tier_no_overlap")]

    def __str__(self) -> str:
        return f"{self.supplier}: {self.tier} {self.during}"


@pghistory.track()
class SupplierGroupMembership(models.Model):
    """To which group a supplier belonged, from when until (excluding) when."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="groups")
    group = models.ForeignKey(SupplierGroup, on_delete=models.PROTECT, related_name="members")
    during = DateRangeField(_("during"))

    class Meta:
        verbose_name = _("group of a supplier")
        verbose_name_plural = _("groups of suppliers")
        constraints = [_no_overlap("supplier_group_no_overlap")]

    def __str__(self) -> str:
        return f"{self.supplier}: {self.group} {self.during}"


@pghistory.track()
class Certificate(models.Model):
    """A management-system certificate and the day it ends."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="certificates")
    standard = models.CharField(_("standard"), max_length=60)
    number = models.CharField(_("number"), max_length=80, blank=True)
    # empty: it holds from the day it was entered
    valid_from = models.DateField(
        _("valid from"),
        null=True,
        blank=True,
        help_text=_(
            "Of a renewed certificate: the day it began. Left empty, it holds from the day it was "
            "entered here, and no month that ended before is graded by it."
        ),
    )
    expires_on = models.DateField(_("expires on"))
    mandatory = models.BooleanField(_("mandatory"), default=False)

    objects: models.Manager[Any] = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            UniqueConstraint(fields=["supplier", "standard", "number"], name="certificate_unique"),
            CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_from__lte=models.F("expires_on")),
                name="certificate_begins_before_it_ends",
                violation_error_message=_("A certificate begins before it expires."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier}: {self.standard}"


@pghistory.track()
class SupplierPart(models.Model):
    """A part as one supplier delivers it: its own number, phase, and whether it counts."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="parts")
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="suppliers")
    supplier_number = models.CharField(_("supplier's number"), max_length=60, blank=True)
    phase = models.CharField(
        _("phase"), max_length=12, choices=enums.PartPhase, default=enums.PartPhase.SERIAL
    )
    # null: by phase (serial counts, pre-series does not); true or false overrule it
    counts_in_ppm = models.BooleanField(_("counts in PPM"), null=True, blank=True)

    objects: models.Manager[Any] = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("part of a supplier")
        verbose_name_plural = _("parts of suppliers")
        constraints = [
            UniqueConstraint(fields=["supplier", "part"], name="supplier_part_unique"),
            CheckConstraint(
                condition=Q(phase__in=enums.PartPhase.values), name="supplier_part_phase_known"
            ),
        ]
        indexes = [
            # the few that do not count as all others do, asked for each lane of a roll-up
            Index(
                fields=["supplier", "part"],
                condition=Q(counts_in_ppm__isnull=False) | ~Q(phase=enums.PartPhase.SERIAL),
                name="supplier_part_exceptional",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier} {self.part}"
