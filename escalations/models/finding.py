"""What somebody found, where a person and not the engine began the case."""

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from escalations.models.episode import Episode, EpisodeRowQuerySet
from suppliers.enums import Severity
from suppliers.models.lasting import append_only


class Finding(models.Model):
    """What a case that a person began is about, in that person's words.

    `facts` lists the parts and plants as `Measure.facts` does, without quantities: nothing was
    counted. `terms` are those a controlled shipping was asked for with, by the names they have
    there. It waits with a proposal until the level is approved.
    """

    episode = models.OneToOneField(
        Episode, on_delete=models.PROTECT, related_name="finding", verbose_name=_("escalation")
    )
    text = models.TextField(_("what was found"))
    severity = models.CharField(_("severity"), max_length=24, choices=Severity, blank=True)
    facts = models.JSONField(_("facts"), default=list)
    terms = models.JSONField(_("terms"), default=dict, blank=True)

    objects: models.Manager[Any] = EpisodeRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = [
            CheckConstraint(condition=~Q(text=""), name="finding_says_something"),
            CheckConstraint(
                condition=Q(severity="") | Q(severity__in=Severity.values),
                name="finding_severity_known",
            ),
        ]
        triggers = append_only("finding_append_only")

    def __str__(self) -> str:
        return str(self.episode)
