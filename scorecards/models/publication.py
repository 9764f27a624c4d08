"""Somebody's wish to publish a month; a worker fulfils it, supplier by supplier."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from scorecards.models.work import WorkItem, WorkState, work_state_known
from scorecards.periods import Month
from suppliers.models import User


class PublicationRequest(WorkItem):
    """A month to be published for every supplier that `requested_by` may see.

    `requested_by` is None where nobody asked: the month is published by itself, for all.
    """

    month = models.DateField(_("month"))
    requested_at = models.DateTimeField(_("requested at"))
    requested_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published = models.PositiveIntegerField(_("scorecards published"), default=0)

    class Meta:
        verbose_name = _("publication request")
        verbose_name_plural = _("publication requests")
        constraints = [
            work_state_known("publication_request_state_known"),
            CheckConstraint(condition=Q(month__day=1), name="publication_request_month_first_day"),
            UniqueConstraint(
                fields=["month", "requested_by"],
                condition=Q(state__in=[WorkState.WAITING, WorkState.WORKING]),
                nulls_distinct=False,
                name="publication_request_one_open_per_month",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} ({self.state})"

    @property
    def period(self) -> Month:
        """The month as a calendar month."""
        return Month.of(self.month)
