"""What a trigger called for that another case covers already."""

from typing import Any

from django.db import models
from django.db.models import UniqueConstraint
from django.utils.translation import gettext_lazy as _

from escalations.models.episode import Episode, EpisodeRowQuerySet
from escalations.models.judgement import Judgement
from suppliers.models.lasting import append_only


class Covering(models.Model):
    """A judgement that fired and began nothing: the case covers what it called for.

    The evidence of the case's own hit of that month is another judgement.
    """

    judgement = models.ForeignKey(Judgement, on_delete=models.PROTECT, related_name="coverings")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="coverings")

    objects: models.Manager[Any] = EpisodeRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("trigger covered")
        verbose_name_plural = _("triggers covered")
        constraints = [
            UniqueConstraint(fields=["judgement", "episode"], name="covering_once"),
        ]
        triggers = append_only("covering_append_only")

    def __str__(self) -> str:
        return f"{self.judgement} {self.episode}"
