"""Hits: the months that breached and belong to one case."""

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from escalations.models.episode import Episode, EpisodeRowQuerySet
from escalations.models.judgement import Judgement
from suppliers.models.corrections import track_corrections


@track_corrections
class EpisodeHit(models.Model):
    """A month that breached; `judgement` is its newest evidence, older ones stay beside it."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="hits")
    month = models.DateField(_("month"))
    judgement = models.ForeignKey(Judgement, on_delete=models.PROTECT, related_name="hits")
    breaching = models.BooleanField(_("still breaches"), default=True)
    joined_at = models.DateTimeField(_("joined at"))

    objects: models.Manager[Any] = EpisodeRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("hit")
        verbose_name_plural = _("hits")
        indexes = [Index(fields=["month"], name="episode_hit_month")]
        constraints = [
            UniqueConstraint(fields=["episode", "month"], name="episode_hit_one_per_month"),
            CheckConstraint(condition=Q(month__day=1), name="episode_hit_month_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.episode} {self.month:%Y-%m}"
