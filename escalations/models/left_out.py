"""Plants that supplier quality has said need no inspection."""

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from escalations.models.shipping import ControlledShipping, ShippingRowQuerySet
from suppliers.models import Part, Plant, User
from suppliers.models.lasting import append_only


class PlantLeftOutQuerySet(ShippingRowQuerySet):
    """Decisions, to whoever sees their plant."""

    plant_path = "plant"
    plant_optional = False


class PlantLeftOut(models.Model):
    """A plant that first received a part after the entry, and needs no inspection: who says so.

    Of this part alone: another one that goes there is asked about again.
    """

    shipping = models.ForeignKey(
        ControlledShipping, on_delete=models.PROTECT, related_name="plants_left_out"
    )
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="+")
    plant = models.ForeignKey(Plant, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    reason = models.TextField(_("reason"))

    objects: models.Manager[Any] = PlantLeftOutQuerySet.as_manager()

    class Meta:
        verbose_name = _("plant left out")
        verbose_name_plural = _("plants left out")
        constraints = [
            UniqueConstraint(fields=["shipping", "part", "plant"], name="plant_left_out_once"),
            CheckConstraint(condition=~Q(reason=""), name="plant_left_out_with_reason"),
        ]
        triggers = append_only("plant_left_out_append_only")

    def __str__(self) -> str:
        return f"{self.shipping} {self.part} {self.plant}"
