"""A supplier's agreement to a target: by name, once, never changed."""

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from scorecards.models.target import Target
from suppliers.models import User
from suppliers.models.lasting import append_only


class TargetAgreement(models.Model):
    """Who of the supplier has acknowledged a target, when, and which value it had then."""

    target = models.OneToOneField(Target, on_delete=models.PROTECT, related_name="agreement")
    target_ppm = models.DecimalField(_("target (PPM)"), max_digits=12, decimal_places=3)
    name = models.CharField(_("name"), max_length=120)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    objects: models.Manager[Any] = models.Manager()

    class Meta:
        verbose_name = _("agreement to a target")
        verbose_name_plural = _("agreements to targets")
        constraints = [CheckConstraint(condition=~Q(name=""), name="target_agreed_by_name")]
        triggers = append_only("target_agreement_append_only")

    def __str__(self) -> str:
        return f"{self.target_id}: {self.name}"
