"""Work that waits in PostgreSQL: claimed with SKIP LOCKED, counted before it is begun."""

import random
from datetime import datetime, timedelta
from typing import Any, Final, Self

from django.db import models
from django.db.models import CheckConstraint, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

MOST_ATTEMPTS: Final = 8
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(minutes=30)


class WorkState(models.TextChoices):
    """Where a piece of work stands."""

    WAITING = "waiting", _("Waiting")
    WORKING = "working", _("Being worked on")
    READY = "ready", _("Ready")
    DEAD = "dead", _("Given up")


class WorkQuerySet(models.QuerySet[Any]):
    """Work items by state."""

    def due(self, *, at: datetime) -> Self:
        """What may be begun or, after a failed or killed attempt, begun again."""
        unfinished = self.filter(state__in=[WorkState.WAITING, WorkState.WORKING])
        return unfinished.filter(next_attempt_at__lte=at)

    def unfinished(self) -> Self:
        """What still has to be done."""
        return self.filter(state__in=[WorkState.WAITING, WorkState.WORKING])


class WorkItem(models.Model):
    """State and attempts of one piece of work.

    `next_attempt_at` is also when an attempt that died without a word is repeated; while one
    runs it holds the row's lock, so that nobody else begins whatever the time.
    """

    state = models.CharField(_("state"), max_length=8, choices=WorkState, default=WorkState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"), db_default=Now())
    error = models.TextField(_("error"), blank=True, default="")
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects: models.Manager[Any] = WorkQuerySet.as_manager()

    class Meta:
        abstract = True

    def count_attempt(self, *, at: datetime) -> bool:
        """Count the attempt that now begins; False (and dead) when all were used up."""
        if self.attempts >= MOST_ATTEMPTS:
            self.state = WorkState.DEAD
            self.error = self.error or str(_("Interrupted in every attempt."))
            self.save(update_fields=["state", "error"])
            return False
        self.state = WorkState.WORKING
        self.attempts += 1
        self.next_attempt_at = at + pause_after(self.attempts)
        self.save(update_fields=["state", "attempts", "next_attempt_at"])
        return True

    def finish(self, *, at: datetime) -> None:
        """Keep the result: the work is done."""
        self.state, self.error, self.finished_at = WorkState.READY, "", at
        self.save()

    def go_on(self, *, at: datetime) -> None:
        """Keep what is done so far; the rest is due at once and has all its attempts."""
        self.state, self.error, self.attempts = WorkState.WAITING, "", 0
        self.next_attempt_at = at
        self.save()

    def give_back(self) -> None:
        """Undo the count of an attempt that never really began."""
        self.state, self.attempts = WorkState.WAITING, self.attempts - 1
        self.save(update_fields=["state", "attempts"])

    def note_failure(self, error: Exception) -> None:
        """Keep why the attempt failed; the work waits for the next one, or is given up."""
        self.state = WorkState.DEAD if self.attempts >= MOST_ATTEMPTS else WorkState.WAITING
        self.error = f"{type(error).__name__}: {error}"
        self.save(update_fields=["state", "error"])


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after that many attempts: doubling, with jitter, bounded."""
    pause: timedelta = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    return pause * random.uniform(0.8, 1.2)  # noqa: S311  spreads load, guards nothing


def work_state_known(name: str) -> CheckConstraint:
    """Return the constraint that a work table's states are the known ones."""
    return CheckConstraint(condition=Q(state__in=WorkState.values), name=name)
