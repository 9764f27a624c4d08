"""Episodes: one open case per scope, metric and level, with its hits and steps."""

from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import Case, CheckConstraint, Index, Q, UniqueConstraint, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from escalations import enums
from escalations.models.judgement import Judgement
from escalations.workflow import (
    APPROVERS,
    FINAL_STATES,
    NOT_IN_FORCE,
    TRANSITIONS,
    UNDECIDED_STATES,
    Level,
    State,
)
from scorecards.periods import Month
from suppliers import access
from suppliers.enums import Role
from suppliers.models import Part, Plant, Supplier
from suppliers.models.corrections import track_corrections
from suppliers.models.tenancy import TenantQuerySet

FINAL = sorted(state.value for state in FINAL_STATES)
UNDECIDED = sorted(state.value for state in UNDECIDED_STATES)
NOT_HELD = sorted(state.value for state in NOT_IN_FORCE)
BEGINNINGS = sorted({row.to_state.value for row in TRANSITIONS if not row.from_states})


class EpisodeQuerySet(TenantQuerySet):
    """Episodes, read as prose."""

    plant_path = "plant"
    plant_optional = True

    def visible_to(self, user: access.AnyUser) -> Self:
        """Rows the user may see; what was not decided, or decided against, is internal."""
        rows = super().visible_to(user)
        if access.is_internal(user):
            return rows
        return rows.exclude(state__in=UNDECIDED)

    def in_force(self) -> Self:
        """Episodes whose level holds: not merely proposed, and not ended."""
        return self.exclude(state__in=NOT_HELD)

    def unfinished(self) -> Self:
        """Episodes that have not ended."""
        return self.exclude(state__in=FINAL)

    def hardest_first(self) -> Self:
        """Unfinished before ended, then by level from the hardest, then the newest."""
        ended = Case(When(state__in=FINAL, then=1), default=0)
        rank = Case(*(When(level=level.value, then=level.rank) for level in Level))
        return self.annotate(ended=ended, rank=rank).order_by(
            "ended", "-rank", "-last_month", "-number"
        )


def allowed_moves() -> str:
    """Return the table's moves as SQL rows (level, from, to), one per level."""
    moves = sorted(
        {
            (level.value, before.value, row.to_state.value)
            for row in TRANSITIONS
            for before in row.from_states - {row.to_state}
            for level in row.levels
        }
    )
    return ", ".join(f"('{level}', '{before}', '{after}')" for level, before, after in moves)


@track_corrections
class Episode(models.Model):
    """A level that a supplier (at a plant, with a part) is held at until it ends.

    Its steps are its life; `state` repeats the last step's, so that it can be queried and
    guarded. `judgement` is what raised it, None when a person did. `approver` is the role that
    a proposed level waits, or waited, for.
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="episodes")
    plant = models.ForeignKey(
        Plant, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    part = models.ForeignKey(
        Part, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    metric = models.CharField(_("metric"), max_length=16, choices=enums.CASE_METRICS)
    level = models.CharField(_("level"), max_length=20, choices=enums.LEVELS)
    state = models.CharField(
        _("state"), max_length=16, choices=enums.STATES, default=State.OPEN.value
    )
    approver = models.CharField(
        _("approved by"), max_length=20, choices=Role, blank=True, db_default=""
    )
    judgement = models.ForeignKey(
        Judgement, on_delete=models.PROTECT, null=True, blank=True, related_name="raised"
    )
    raised_on = models.DateField(_("raised on"))
    raised_at = models.DateTimeField(_("raised at"))
    first_month = models.DateField(_("first month"))
    last_month = models.DateField(_("newest month"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects: models.Manager[Any] = EpisodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        indexes = [
            Index(fields=["supplier", "state"], name="episode_supplier_state"),
            Index(fields=["-last_month", "-number"], name="episode_newest"),
        ]
        constraints = [
            UniqueConstraint(
                fields=["supplier", "plant", "part", "metric", "level"],
                condition=~Q(state__in=FINAL),
                nulls_distinct=False,
                name="episode_one_open_per_scope_metric_level",
            ),
            CheckConstraint(
                condition=Q(state__in=[state.value for state in State]), name="episode_state_known"
            ),
            CheckConstraint(
                condition=Q(level__in=[level.value for level in Level]), name="episode_level_known"
            ),
            CheckConstraint(
                condition=~Q(level=Level.STOP_SHIP.value) | Q(part__isnull=False),
                name="episode_stop_is_of_a_part",
            ),
            CheckConstraint(
                condition=Q(metric__in=sorted(enums.SUBJECTS)), name="episode_metric_known"
            ),
            CheckConstraint(
                condition=Q(first_month__day=1, last_month__day=1)
                & Q(first_month__lte=models.F("last_month")),
                name="episode_months_in_order",
            ),
            CheckConstraint(
                condition=Q(ended_at__isnull=False, state__in=FINAL)
                | Q(ended_at__isnull=True) & ~Q(state__in=FINAL),
                name="episode_ended_iff_final",
            ),
            CheckConstraint(
                condition=Q(approver__in=["", *sorted(actor.value for actor in APPROVERS)])
                & (~Q(approver="") | ~Q(state__in=UNDECIDED)),
                name="episode_proposal_names_approver",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="episode_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="episode_begins_open",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                condition=~pgtrigger.Q(new__state__in=BEGINNINGS),
                func=(
                    "RAISE check_violation USING MESSAGE ="
                    " 'an escalation begins as open or proposed',"
                    " CONSTRAINT = 'episode_begins_open';"
                ),
            ),
            # generated from the one table in workflow.py
            pgtrigger.Trigger(
                name="episode_moves_by_the_table",
                operation=pgtrigger.UpdateOf("state"),  # type: ignore[no-untyped-call]
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
                func=(
                    "IF (NEW.level, OLD.state, NEW.state) NOT IN "  # our own table
                    f"({allowed_moves()}) THEN RAISE check_violation USING MESSAGE ="
                    " 'an escalation may not go from ' || OLD.state || ' to ' || NEW.state,"
                    " CONSTRAINT = 'episode_moves_by_the_table'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Return the stable address of the episode's page."""
        return reverse("episode", args=[self.number])

    @property
    def is_open(self) -> bool:
        """Whether the episode has not ended."""
        return not State(self.state).is_final

    @property
    def is_in_force(self) -> bool:
        """Whether its level holds."""
        return State(self.state).is_in_force

    @property
    def is_figure(self) -> bool:
        """Whether it is about a figure, and not about single rejects."""
        return self.metric in enums.METRIC_VALUES

    @property
    def is_proposed(self) -> bool:
        """Whether it waits for approval."""
        return State(self.state) is State.PROPOSED

    @property
    def newest_month(self) -> Month:
        """The newest month that hit."""
        return Month.of(self.last_month)


class EpisodeRowQuerySet(TenantQuerySet):
    """Rows that hang on an episode."""

    supplier_path = "episode__supplier"
    plant_path = "episode__plant"
    plant_optional = True
