"""Runs of the evaluation: asked for by somebody, or begun because a month was published."""

from datetime import datetime
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, Index, Q
from django.utils.translation import gettext_lazy as _

from escalations.summary import summary
from scorecards.models import RollupRun
from suppliers.models import User

RUN_ATTEMPTS = 8


class EvaluationRunQuerySet(models.QuerySet["EvaluationRun"]):
    """Runs by how far they are."""

    def unfinished(self) -> Self:
        """Asked for, and not done."""
        return self.filter(finished_at__isnull=True)

    def newest(self) -> "EvaluationRun | None":
        """The run people want to see: the last one asked for or begun."""
        return self.order_by("-requested_at", "-pk").first()


class EvaluationRun(models.Model):
    """One evaluation, and what came of it; unfinished rows are the work to be done.

    `requested_by` is None for the console and for published months. `error` is why it was
    given up.
    """

    requested_at = models.DateTimeField(_("asked for at"))
    requested_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    months = models.PositiveIntegerField(_("months"), default=0)
    judged_by_metric = models.JSONField(_("supplier-months judged by metric"), default=dict)
    archived = models.PositiveIntegerField(_("of archived suppliers"), default=0)
    raised_by_level = models.JSONField(_("raised by level"), default=dict)
    proposed_count = models.PositiveIntegerField(_("proposed"), default=0)
    joined_count = models.PositiveIntegerField(_("hits joined"), default=0)
    reviewed_count = models.PositiveIntegerField(_("put under review"), default=0)
    error = models.TextField(_("error"), blank=True)

    objects = EvaluationRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        indexes = [
            Index(
                fields=["requested_at"],
                condition=Q(finished_at__isnull=True),
                name="evaluation_run_unfinished",
            )
        ]
        constraints = [
            CheckConstraint(
                condition=Q(attempts__lte=RUN_ATTEMPTS), name="evaluation_run_attempts_bounded"
            )
        ]
        triggers = [
            pgtrigger.Protect(name="evaluation_run_never_deleted", operation=pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.requested_at:%Y-%m-%d %H:%M}"

    @property
    def summary(self) -> str:
        """What it did, in words."""
        return summary(self)

    def finish(self, *, at: datetime, error: str = "") -> None:
        """Mark it done, or given up with a reason."""
        self.finished_at, self.error = at, error
        self.save()


class WatchedDrain(models.Model):
    """A roll-up run after which the running month was looked at; those without are the work."""

    run = models.OneToOneField(
        RollupRun, on_delete=models.CASCADE, related_name="watched", primary_key=True
    )
    watched_at = models.DateTimeField(_("watched at"))

    class Meta:
        verbose_name = _("watched roll-up run")
        verbose_name_plural = _("watched roll-up runs")

    def __str__(self) -> str:
        return str(self.run_id)
