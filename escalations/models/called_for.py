"""The parts and plants that a level was proposed for, where no person named them."""

from typing import Any

from django.db import models
from django.db.models import UniqueConstraint
from django.utils.translation import gettext_lazy as _

from escalations.models.episode import Episode, EpisodeRowQuerySet
from suppliers.models import Part, Plant
from suppliers.models.lasting import append_only


class CalledFor(models.Model):
    """A part at a plant that escaped beside a case of named parts, and waits to be covered.

    As long as nothing has been decided, escapes of the same part at other plants are added.
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="called_for")
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="+")
    plant = models.ForeignKey(
        Plant, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: models.Manager[Any] = EpisodeRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("part called for")
        verbose_name_plural = _("parts called for")
        constraints = [
            UniqueConstraint(
                fields=["episode", "part", "plant"],
                nulls_distinct=False,
                name="called_for_once",
            ),
        ]
        triggers = append_only("called_for_append_only")

    def __str__(self) -> str:
        return f"{self.episode} {self.part} {self.plant or ''}".rstrip()
