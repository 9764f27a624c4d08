"""Consecutive numbers of cases, one series and year at a time."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _


class Series(models.TextChoices):
    """What is numbered."""

    EPISODE = "ESC", _("Escalation")
    EIGHT_D = "8D", _("8D")
    CONTROLLED_SHIPPING = "CS", _("Controlled shipping")


class NumberCounter(models.Model):
    """The last number given out; its row lock makes numbers unique and without gaps."""

    series = models.CharField(_("series"), max_length=8, choices=Series)
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last number"))

    class Meta:
        verbose_name = _("number counter")
        verbose_name_plural = _("number counters")
        constraints = [
            UniqueConstraint(fields=["series", "year"], name="number_counter_unique"),
            CheckConstraint(condition=Q(series__in=Series.values), name="number_counter_known"),
        ]

    def __str__(self) -> str:
        return f"{self.series}-{self.year}"
