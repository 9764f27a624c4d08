"""Masters of the receiving side: plants, tiers and defect codes."""

import zoneinfo

import pghistory
import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from suppliers import enums


def validate_time_zone(value: str) -> None:
    """Refuse a name the time-zone database does not have."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(value)s” is no time zone; write for example Europe/Berlin."),
            params={"value": value},
        )


@pghistory.track()
class Tier(models.Model):
    """A place in the supply chain: level 1 delivers to the OEM, level 2 to a level 1."""

    level = models.PositiveSmallIntegerField(_("level"), unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("tier")
        verbose_name_plural = _("tiers")
        constraints = [CheckConstraint(condition=Q(level__gte=1), name="tier_level_from_1")]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Plant(models.Model):
    """A receiving customer plant; its time zone decides to which month a fact belongs."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    country = models.CharField(_("country"), max_length=2, blank=True)

    class Meta:
        verbose_name = _("plant")
        verbose_name_plural = _("plants")
        constraints = [CheckConstraint(condition=~Q(code=""), name="plant_code_not_empty")]

    def __str__(self) -> str:
        return self.code


@pghistory.track()
class DefectCode(models.Model):
    """What can be wrong with a part, and how a reject for it is counted."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=160, blank=True)
    category = models.CharField(
        _("category"),
        max_length=20,
        choices=enums.DefectCategory,
        default=enums.DefectCategory.OTHER,
    )
    counts = models.CharField(
        _("counts"), max_length=12, choices=enums.CountingRule, default=enums.CountingRule.PIECES
    )

    class Meta:
        verbose_name = _("defect code")
        verbose_name_plural = _("defect codes")
        constraints = [
            CheckConstraint(condition=~Q(code=""), name="defect_code_not_empty"),
            CheckConstraint(
                condition=Q(category__in=enums.DefectCategory.values),
                name="defect_code_category_known",
            ),
            CheckConstraint(
                condition=Q(counts__in=enums.CountingRule.values), name="defect_code_counts_known"
            ),
        ]

    def __str__(self) -> str:
        return self.code


# Numbers that supersede each other in a circle would have no newest.
NO_CIRCLE = """
IF EXISTS (
    WITH RECURSIVE earlier AS (
        SELECT NEW.supersedes_id AS id
        UNION
        SELECT p.supersedes_id FROM earlier e JOIN suppliers_part p ON p.id = e.id
    )
    SELECT 1 FROM earlier WHERE id = NEW.id
) THEN
    RAISE check_violation USING MESSAGE = 'part numbers supersede each other in a circle',
        CONSTRAINT = 'part_no_circle';
END IF;
RETURN NEW;
"""


@pghistory.track()
class Part(models.Model):
    """A part number; assemblies carry their opportunities per unit for DPMO."""

    number = models.CharField(_("number"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=160, blank=True)
    commodity = models.CharField(_("commodity"), max_length=80, blank=True)
    component_opportunities = models.PositiveIntegerField(_("component opportunities"), default=0)
    placement_opportunities = models.PositiveIntegerField(_("placement opportunities"), default=0)
    termination_opportunities = models.PositiveIntegerField(
        _("termination opportunities"), default=0
    )
    safety_relevant = models.BooleanField(_("safety relevant"), default=False)
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )

    class Meta:
        verbose_name = _("part")
        verbose_name_plural = _("parts")
        constraints = [
            CheckConstraint(condition=~Q(number=""), name="part_number_not_empty"),
            CheckConstraint(
                condition=~Q(supersedes=models.F("id")), name="part_not_its_own_predecessor"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="part_no_circle",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                # the many parts that follow none are not looked at
                condition=pgtrigger.Q(new__supersedes__isnull=False),
                func=NO_CIRCLE,
            )
        ]

    def __str__(self) -> str:
        return self.number

    def clean(self) -> None:
        """Refuse a predecessor that this part already precedes."""
        super().clean()
        part: Part | None = self.supersedes
        while part is not None and self.pk is not None:
            if part.pk == self.pk:
                message = _("“%(number)s” already follows this part; choose another predecessor.")
                raise ValidationError(
                    {"supersedes": message % {"number": self.supersedes}}, code="circle"
                )
            part = part.supersedes


@pghistory.track()
class PartUnit(models.Model):
    """How many pieces of a part one unit of measure holds (a carton of 12: factor 12)."""

    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="units")
    unit = models.CharField(_("unit"), max_length=16)
    factor = models.DecimalField(_("pieces per unit"), max_digits=14, decimal_places=6)

    class Meta:
        verbose_name = _("unit of a part")
        verbose_name_plural = _("units of parts")
        constraints = [
            UniqueConstraint(fields=["part", "unit"], name="part_unit_unique"),
            CheckConstraint(condition=Q(factor__gt=0), name="part_unit_factor_positive"),
            CheckConstraint(condition=~Q(unit=""), name="part_unit_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.part}: 1 {self.unit} = {self.factor}"
