"""What every numbered demand of an episode shares."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from escalations.models.episode import Episode, EpisodeRowQuerySet


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
