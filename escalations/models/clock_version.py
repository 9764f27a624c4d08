"""The working days that an 8D gives to its steps, by severity: versions, only ever added."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from suppliers.models import User
from suppliers.models.lasting import append_only


class ClockVersion(models.Model):
    """One version; the newest holds for 8Ds that are raised from then on.

    `days` has for every severity, and for "" where none is known, the working days of D3, D5,
    D6 and D8 (`deadlines.Allowance`).
    """

    number = models.PositiveIntegerField(_("version"), unique=True)
    days = models.JSONField(_("working days by severity"))
    reason = models.TextField(_("reason"))
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects: models.Manager[Any] = models.Manager()

    class Meta:
        verbose_name = _("version of the 8D's working days")
        verbose_name_plural = _("versions of the 8D's working days")
        triggers = append_only("clock_version_append_only")

    def __str__(self) -> str:
        return str(self.number)
