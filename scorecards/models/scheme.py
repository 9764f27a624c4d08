"""Versions of the scoring scheme; a change is a new version, never an edit."""

from django.db import models
from django.db.models import CheckConstraint, Q
from django.db.models.functions import Length, Now, Trim
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext_lazy as _

from scorecards.models.scorecard import SHORTEST_REASON
from suppliers.models import User
from suppliers.models.lasting import append_only


class ScoringScheme(models.Model):
    """One version of the rules that turn figures into a score.

    It holds for months from `first_month` on, until a later version does. `definition` is a
    `scorecards.scoring.Scheme` as JSON (see `scorecards.queries.schemes`).
    """

    version = models.PositiveIntegerField(_("version"), unique=True)
    first_month = models.DateField(_("holds from month"))
    definition = models.JSONField(_("definition"))
    reason = models.TextField(_("reason"))
    created_at = models.DateTimeField(_("created at"), db_default=Now())
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("scoring scheme")
        verbose_name_plural = _("scoring schemes")
        constraints = [
            CheckConstraint(condition=Q(first_month__day=1), name="scoring_scheme_first_day"),
            CheckConstraint(
                condition=Q(GreaterThanOrEqual(Length(Trim("reason")), SHORTEST_REASON)),
                name="scoring_scheme_with_reason",
            ),
        ]
        triggers = [
            *append_only("scoring_scheme_append_only"),
        ]

    def __str__(self) -> str:
        return f"{self.version}"
