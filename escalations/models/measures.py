"""What an episode demands: an 8D report, or controlled shipping."""

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

from escalations import enums
from escalations.models.episode import Episode, EpisodeRowQuerySet
from escalations.workflow import Level
from suppliers.models.corrections import track_corrections

SHIPPING_LEVELS = [Level.CS1.value, Level.CS2.value]
EXIT_PRODUCTION_DAYS = 20
EXIT_SHIPMENTS = 5


class Measure(models.Model):
    """A numbered demand with the facts it was raised on.

    `facts` lists parts and plants, worst first: part, part_name, plant, counted, received,
    defects (a list of code, name, quantity). Quantities are written as text, exact.
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    episode = models.OneToOneField(
        Episode, on_delete=models.PROTECT, related_name="%(class)s", verbose_name=_("escalation")
    )
    facts = models.JSONField(_("facts"), default=list)

    objects: models.Manager[Any] = EpisodeRowQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number


@track_corrections
class EightD(Measure):
    """An 8D request: the problem as known, and until when which steps are due."""

    problem = models.TextField(_("problem description"))
    requested_on = models.DateField(_("requested on"))
    calendar_country = models.CharField(_("calendar of"), max_length=2, blank=True)
    d3_due_on = models.DateField(_("D3 due on"))
    d5_due_on = models.DateField(_("D4–D5 due on"))
    d6_due_on = models.DateField(_("D6 due on"))
    d8_due_on = models.DateField(_("D8 due on"))

    class Meta:
        verbose_name = _("8D")
        verbose_name_plural = _("8Ds")
        constraints = [
            CheckConstraint(
                condition=Q(
                    requested_on__lt=F("d3_due_on"),
                    d3_due_on__lte=F("d5_due_on"),
                    d5_due_on__lte=F("d6_due_on"),
                    d6_due_on__lte=F("d8_due_on"),
                ),
                name="eight_d_due_in_order",
            )
        ]


@track_corrections
class ControlledShipping(Measure):
    """100 % redundant inspection, by the supplier (CS1) or a third party (CS2)."""

    level = models.CharField(_("level"), max_length=20, choices=enums.LEVELS)
    entered_on = models.DateField(_("entered on"))
    exit_production_days = models.PositiveSmallIntegerField(
        _("production days without a find to exit"), default=EXIT_PRODUCTION_DAYS
    )
    exit_shipments = models.PositiveSmallIntegerField(
        _("shipments without a find to exit"), default=EXIT_SHIPMENTS
    )
    exit_action_verified = models.BooleanField(
        _("corrective action verified to exit"), default=True
    )

    class Meta:
        verbose_name = _("controlled shipping")
        verbose_name_plural = _("controlled shippings")
        constraints = [
            CheckConstraint(
                condition=Q(level__in=SHIPPING_LEVELS), name="controlled_shipping_level_known"
            ),
            CheckConstraint(
                condition=Q(exit_production_days__gte=1, exit_shipments__gte=1),
                name="controlled_shipping_exit_positive",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="controlled_shipping_exit_fixed_at_entry",
                fields=["level", "exit_production_days", "exit_shipments", "exit_action_verified"],
            )
        ]
