"""An 8D report: the problem, its clocks, and how far it has come."""

from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

from escalations.models.measure import Measure
from suppliers.models.corrections import track_corrections


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
