"""An 8D report: the problem, its clocks, and whether it is closed."""

from datetime import datetime
from typing import Any, ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from escalations.deadlines import STANDARD, Allowance
from escalations.eight_d_enums import REPORT_STATES, Standing
from escalations.eight_d_workflow import ReportState, Subject, moves
from escalations.models.episode import FINAL, EpisodeRowQuerySet
from escalations.models.measure import Measure
from escalations.workflow import State
from suppliers.enums import Severity
from suppliers.models.corrections import track_corrections


def rows_of(subject: Subject) -> str:
    """Return the table's moves of a subject as SQL rows (from, to)."""
    return ", ".join(f"('{before}', '{after}')" for before, after in sorted(moves(subject)))


class EightDQuerySet(EpisodeRowQuerySet):
    """8Ds, read as prose."""

    def unfinished(self) -> Self:
        """Reports that somebody is still asked for: not closed, nor ended with their case."""
        return self.filter(state=ReportState.OPEN.value).exclude(episode__state__in=FINAL)

    def standing(self, standing: Standing) -> Self:
        """Reports that stand like this (`EightD.standing`)."""
        if standing is Standing.OPEN:
            return self.unfinished()
        if standing is Standing.CLOSED:
            return self.filter(state=ReportState.CLOSED.value)
        ended = self.filter(state=ReportState.OPEN.value, episode__state__in=FINAL)
        if standing is Standing.TAKEN_BACK:
            return ended.filter(episode__state=State.WITHDRAWN.value)
        return ended.exclude(episode__state=State.WITHDRAWN.value)


@track_corrections
class EightD(Measure):
    """An 8D request: the problem as known, and until when which steps are due.

    The dates are those of the request; `deadlines.clocks` says how they stand since. The days
    are the working days it was raised with, by the severity of the worst incident.
    """

    problem = models.TextField(_("problem description"))
    requested_on = models.DateField(_("requested on"))
    calendar_country = models.CharField(_("calendar of"), max_length=2, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    severity = models.CharField(_("severity"), max_length=24, choices=Severity, blank=True)
    d3_days = models.PositiveSmallIntegerField(_("working days for D3"), default=STANDARD.d3)
    d5_days = models.PositiveSmallIntegerField(_("working days for D4–D5"), default=STANDARD.d5)
    d6_days = models.PositiveSmallIntegerField(_("working days for D6"), default=STANDARD.d6)
    d8_days = models.PositiveSmallIntegerField(_("working days for D8"), default=STANDARD.d8)
    d3_due_on = models.DateField(_("D3 due on"))
    d5_due_on = models.DateField(_("D4–D5 due on"))
    d6_due_on = models.DateField(_("D6 due on"))
    d8_due_on = models.DateField(_("D8 due on"))
    state = models.CharField(
        _("state"), max_length=8, choices=REPORT_STATES, default=ReportState.OPEN.value
    )
    verified_at = models.DateTimeField(_("actions verified at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects: ClassVar[models.Manager[Any]] = EightDQuerySet.as_manager()

    class Meta:
        verbose_name = _("8D")
        verbose_name_plural = _("8Ds")
        indexes = [Index(fields=["closed_at"], name="eight_d_closed_at")]
        constraints = [
            CheckConstraint(
                condition=Q(
                    requested_on__lt=F("d3_due_on"),
                    d3_due_on__lte=F("d5_due_on"),
                    d5_due_on__lte=F("d6_due_on"),
                    d6_due_on__lte=F("d8_due_on"),
                ),
                name="eight_d_due_in_order",
            ),
            CheckConstraint(
                condition=Q(
                    d3_days__gte=1,
                    d5_days__gte=F("d3_days"),
                    d6_days__gte=F("d5_days"),
                    d8_days__gte=F("d6_days"),
                ),
                name="eight_d_days_in_order",
            ),
            CheckConstraint(
                condition=Q(state=ReportState.CLOSED.value, closed_at__isnull=False)
                | Q(state=ReportState.OPEN.value, closed_at__isnull=True),
                name="eight_d_closed_iff_at",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="eight_d_never_deleted", operation=pgtrigger.Delete),
            # generated from the one table in eight_d_workflow.py
            pgtrigger.Trigger(
                name="eight_d_moves_by_the_table",
                operation=pgtrigger.UpdateOf("state"),  # type: ignore[no-untyped-call]
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
                func=(
                    f"IF (OLD.state, NEW.state) NOT IN ({rows_of(Subject.REPORT)}) THEN"  # noqa: S608  # our own table
                    " RAISE check_violation USING MESSAGE = 'an 8D may not go from ' || OLD.state"
                    " || ' to ' || NEW.state, CONSTRAINT = 'eight_d_moves_by_the_table'; END IF;"
                    " IF NEW.state = 'closed' AND NOT EXISTS (SELECT 1 FROM"
                    " escalations_eightdstep WHERE eight_d_id = NEW.id AND state = 'accepted'"
                    " AND discipline IN ('d8', 'short')) THEN RAISE check_violation USING"
                    " MESSAGE = 'an 8D closes once D8 or a short statement is accepted',"
                    " CONSTRAINT = 'eight_d_closes_when_accepted'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def get_absolute_url(self) -> str:
        """Return the stable address of the report."""
        return reverse("eight_d", args=[self.number])

    @property
    def allowance(self) -> Allowance:
        """The working days it was raised with."""
        return Allowance(d3=self.d3_days, d5=self.d5_days, d6=self.d6_days, d8=self.d8_days)

    @property
    def is_open(self) -> bool:
        """Whether it goes on: it is worked on, and owed, until it or its case has ended."""
        return self.state == ReportState.OPEN and self.episode.is_open

    @property
    def ended_at(self) -> datetime | None:
        """When it was closed, or ended with its case; None while it goes on."""
        return self.closed_at or self.episode.ended_at

    @property
    def standing(self) -> Standing:
        """Where it stands as a whole: as its own state says, or ended with its case."""
        if self.state == ReportState.OPEN and not self.is_open:
            return Standing.TAKEN_BACK if self.is_taken_back else Standing.ENDED
        return Standing(self.state)

    @property
    def is_taken_back(self) -> bool:
        """Whether it was taken back with its case: it was never owed."""
        return bool(self.episode.state == State.WITHDRAWN)
