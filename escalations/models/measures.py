"""Controlled shipping, as an episode demands it."""

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from escalations import enums
from escalations.models.measure import Measure
from escalations.workflow import Level
from suppliers.models.corrections import track_corrections

SHIPPING_LEVELS = [Level.CS1.value, Level.CS2.value]
EXIT_PRODUCTION_DAYS = 20
EXIT_SHIPMENTS = 5


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
