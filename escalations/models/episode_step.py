"""Steps: the append-only life of a case, each a move of the one table."""

from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from escalations import enums
from escalations.models.episode import Episode, EpisodeRowQuerySet
from escalations.models.judgement import Judgement
from escalations.workflow import TRANSITIONS, Action
from suppliers.models import User
from suppliers.models.lasting import append_only


def _in_the_table() -> Q:
    """Rows that repeat a move of workflow.py: action, from, to."""
    rows = [
        Q(
            action=row.action.value,
            from_state__in=sorted(state.value for state in row.from_states) or [""],
            to_state=row.to_state.value,
        )
        for row in TRANSITIONS
    ]
    return reduce(or_, rows)


class EpisodeStep(models.Model):
    """One move of an episode: who, when, why; messages hang on it."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField(_("number"))
    action = models.CharField(_("action"), max_length=16, choices=enums.ACTIONS)
    from_state = models.CharField(_("from"), max_length=16, choices=enums.STATES, blank=True)
    to_state = models.CharField(_("to"), max_length=16, choices=enums.STATES)
    at = models.DateTimeField(_("at"))
    # None: the engine
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(_("reason"), blank=True)
    # The facts of a reason of the engine's own (`reasons.py`); empty for what a person wrote.
    because = models.JSONField(_("facts of the reason"), default=dict, blank=True)
    # What the engine moved it for; its words are made in the reader's language.
    judgement = models.ForeignKey(
        Judgement, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: models.Manager[Any] = EpisodeRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [
            UniqueConstraint(fields=["episode", "number"], name="episode_step_number_unique"),
            CheckConstraint(condition=_in_the_table(), name="episode_step_in_the_table"),
            CheckConstraint(
                condition=Q(by__isnull=False)
                | Q(
                    action__in=[
                        Action.RAISE.value,
                        Action.APPROVE.value,
                        Action.BREACH_AGAIN.value,
                    ]
                )
                | ~Q(reason=""),
                name="episode_step_engine_says_why",
            ),
        ]
        triggers = append_only("episode_step_append_only")

    def __str__(self) -> str:
        return f"{self.episode} #{self.number}"
