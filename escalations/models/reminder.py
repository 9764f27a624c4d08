"""Reminders of what is owed: each step of the ladder once for each due date."""

from typing import Any

from django.db import models
from django.db.models import Index, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from escalations import enums
from suppliers.models import Supplier
from suppliers.models.lasting import append_only
from suppliers.models.tenancy import TenantQuerySet


class Reminder(models.Model):
    """One reminder; `key` names what is owed (`owed.py`), messages hang on the row."""

    key = models.CharField(_("what is owed"), max_length=80)
    due_on = models.DateField(_("due on"))
    rung = models.CharField(_("step"), max_length=12, choices=enums.reminder_rungs)
    owner = models.CharField(_("owed by"), max_length=12, choices=enums.Audience)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="reminders")
    at = models.DateTimeField(_("at"))

    objects: models.Manager[Any] = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        indexes = [Index(fields=["supplier"], name="reminder_supplier")]
        constraints = [
            UniqueConstraint(fields=["key", "due_on", "rung"], name="reminder_once_per_due_date")
        ]
        triggers = append_only("reminder_append_only")

    def __str__(self) -> str:
        return f"{self.key} {self.rung}"
