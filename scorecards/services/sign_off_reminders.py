"""Who is reminded of a sign-off, and who is asked for it once somebody can log in."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from scorecards.models import Scorecard, SignOffStep
from scorecards.queries.sign_off import can_sign, is_waited_for, waited_since
from scorecards.services.sign_off import add_step, has_step, oldest_asked
from scorecards.services.work import Clock
from scorecards.sign_off_steps import REMINDERS, SignOff
from suppliers.working_days import public_holidays, working_days_between

# Reminders end where a scorecard is this old.
FORGOTTEN_AFTER: Final = timedelta(days=90)
# No calendar reaches the first reminder's working day sooner.
FIRST_REMINDER: Final = timedelta(days=REMINDERS[0][0] - 1)


def ask_late(*, clock: Clock) -> int:
    """Ask suppliers whose people could not log in at the publication, and now can; count them.

    Each is asked for its newest published month alone. Doing it again changes nothing.
    """
    at = clock()
    steps = SignOffStep.objects.filter(scorecard=OuterRef("pk"), action=SignOff.ASKED.value)
    later = Scorecard.objects.filter(supplier=OuterRef("supplier"), month__gt=OuterRef("month"))
    rows = (
        Scorecard.objects.newest()
        .filter(~Exists(later), ~Exists(steps), can_sign(), is_waited_for())
        .filter(published_at__range=(at - FORGOTTEN_AFTER, at))
        .filter(Q(version__gt=1) | Q(month__gte=oldest_asked(at=at).first_day))
        .defer("snapshot")
        .order_by("pk")
    )
    return sum(_write(scorecard, SignOff.ASKED, at=at) for scorecard in list(rows))


def remind_due(*, clock: Clock) -> int:
    """Write the reminders that are due; return how many. Doing it again changes nothing."""
    at = clock()
    return sum(_write(scorecard, action, at=at) for scorecard, action in list(_due(at)))


def _due(at: datetime) -> Iterator[tuple[Scorecard, SignOff]]:
    """Yield each unanswered scorecard with the latest step its time calls for."""
    over = SignOffStep.objects.filter(scorecard=OuterRef("pk"), action=SignOff.PASSED_ON.value)
    since = (at - FORGOTTEN_AFTER, at - FIRST_REMINDER)
    rows = (
        Scorecard.objects.newest()
        .annotate(waited_since=waited_since())
        .filter(is_waited_for(), ~Exists(over), waited_since__range=since)
        .select_related("supplier")
        .prefetch_related("sign_off_steps")
        .defer("snapshot")
        .order_by("pk")
    )
    today = timezone.localdate(at)
    for scorecard in rows:
        waited = _waited(scorecard, today)
        reached = [action for days, action in REMINDERS if waited >= days]
        known = {step.action for step in scorecard.sign_off_steps.all()}
        if reached and reached[-1].value not in known:
            yield scorecard, reached[-1]


def _waited(scorecard: Scorecard, today: date) -> int:
    since = timezone.localdate(scorecard.waited_since)  # type: ignore[attr-defined]  # annotated
    free = _holidays(scorecard.supplier.country, since.year, today.year)
    return working_days_between(since, today, holidays=free)


@cache
def _holidays(country: str, first_year: int, last_year: int) -> Collection[date]:
    first, last = date(first_year, 1, 1), date(last_year, 12, 31)
    return public_holidays(country=country, first=first, last=last)


@transaction.atomic
def _write(scorecard: Scorecard, action: SignOff, *, at: datetime) -> bool:
    """Write one step, unless another worker just did, or the supplier just answered."""
    rows = Scorecard.objects.select_for_update(skip_locked=True).filter(pk=scorecard.pk)
    if not rows.exists() or has_step(scorecard, action):
        return False
    if not Scorecard.objects.newest().filter(is_waited_for(), pk=scorecard.pk).exists():
        return False
    add_step(scorecard, action, at=at)
    return True
