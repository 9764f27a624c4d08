"""Asking for a scorecard's sign-off, answering, and reminding of what nobody answers."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from scorecards.announcements import sign_off_moved
from scorecards.models import Scorecard, SignOffStep
from scorecards.models.scorecard import SHORTEST_REASON
from scorecards.queries.published import last_ended_month
from scorecards.services.work import Clock
from scorecards.sign_off_steps import ANSWERS, REMINDERS, SignOff
from suppliers.access import is_supplier, roles_at
from suppliers.enums import SUPPLIER_ROLES
from suppliers.models import Membership, User
from suppliers.working_days import public_holidays, working_days_between

# A back-catalogue that is published at once asks nobody to sign what is long past.
OLDEST_ASKED: Final = 1
# Reminders end where a scorecard is this old.
FORGOTTEN_AFTER: Final = timedelta(days=90)
# No calendar reaches the first reminder's working day sooner.
FIRST_REMINDER: Final = timedelta(days=REMINDERS[0][0] - 1)


class SignOffError(Exception):
    """Why a scorecard cannot be signed or queried; the message is for the user."""


class NotYoursError(SignOffError):
    """Only the supplier's own people sign."""


class SupersededError(SignOffError):
    """A newer version exists: what would be signed is not what holds."""


class AnsweredError(SignOffError):
    """It is signed, or was queried, already."""


class NotWhatWasPublishedError(SignOffError):
    """The hash the signer saw is not that of this version."""


class IncompleteError(SignOffError):
    """A name, or what the query is about, is missing."""


def ask(scorecard: Scorecard, *, at: datetime) -> None:
    """Ask the supplier to sign what has just been published; part of that transaction.

    Restatements always ask; first versions only of months that ended lately. A supplier none of
    whose people can log in is not asked: it could not answer.
    """
    recent = scorecard.period >= last_ended_month(at=at).minus(OLDEST_ASKED)
    if (recent or scorecard.version > 1) and _can_answer(scorecard):
        _step(scorecard, SignOff.ASKED, at=at)


def _can_answer(scorecard: Scorecard) -> bool:
    members = Membership.objects.filter(supplier=scorecard.supplier_id, user__is_active=True)
    return members.filter(role__in=sorted(SUPPLIER_ROLES)).exists()


@transaction.atomic
def view(scorecard: Scorecard, *, by: User, at: datetime) -> None:
    """Note that the supplier has seen this version; the OEM's people looking at it do not count."""
    if not _own(scorecard, by) or _has(scorecard, SignOff.VIEWED):
        return
    _lock(scorecard)
    if not _has(scorecard, SignOff.VIEWED):
        _step(scorecard, SignOff.VIEWED, at=at, by=by)


@transaction.atomic
def answer(
    scorecard: Scorecard,
    *,
    action: SignOff,
    name: str,
    sha256: str,
    by: User,
    at: datetime,
    statement: str = "",
) -> SignOffStep:
    """Sign a version, or query it, with one's name; what is signed is what was published.

    Args:
        scorecard: the version in force.
        action: ACKNOWLEDGED or QUERIED. A query can be followed by the signature.
        name: the signer's name as written.
        sha256: the hash of what the signer saw.
        by: whose log-in it is.
        at: now.
        statement: what the query is about; at least ten characters.

    Raises:
        NotYoursError: for anybody but the supplier's people.
        SupersededError: a newer version is published.
        NotWhatWasPublishedError: the signer saw something else.
        AnsweredError: it is signed, or queried, already.
        IncompleteError: without a name, or a query without a statement.
    """
    _lock(scorecard)
    _demand_answerable(scorecard, action=action, sha256=sha256, by=by)
    if not name.strip():
        raise IncompleteError(_("Write your name."))
    if action is SignOff.QUERIED and len(statement.strip()) < SHORTEST_REASON:
        raise IncompleteError(
            _("Say what is not clear or not right, in at least %(count)d characters.")
            % {"count": SHORTEST_REASON}
        )
    return _step(scorecard, action, at=at, by=by, name=name.strip(), statement=statement.strip())


def _demand_answerable(scorecard: Scorecard, *, action: SignOff, sha256: str, by: User) -> None:
    if action not in ANSWERS:
        raise ValueError(f"no answer: {action}")
    if not _own(scorecard, by):
        raise NotYoursError(_("Only the supplier's own people sign."))
    if not Scorecard.objects.newest().filter(pk=scorecard.pk).exists():
        raise SupersededError(_("A newer version was published meanwhile. Look at that one."))
    if sha256 != scorecard.sha256:
        raise NotWhatWasPublishedError(_("This is not the version you looked at. Look again."))
    if _has(scorecard, action) or _has(scorecard, SignOff.ACKNOWLEDGED):
        raise AnsweredError(_("This version was answered already."))


def _lock(scorecard: Scorecard) -> None:
    """Let others who write a step of this version wait."""
    Scorecard.objects.select_for_update().only("pk").get(pk=scorecard.pk)


def _own(scorecard: Scorecard, by: User) -> bool:
    return is_supplier(by) and bool(roles_at(by, scorecard.supplier_id))


def _has(scorecard: Scorecard, action: SignOff) -> bool:
    return SignOffStep.objects.filter(scorecard=scorecard, action=action.value).exists()


def remind_due(*, clock: Clock) -> int:
    """Write the reminders that are due; return how many. Doing it again changes nothing."""
    at = clock()
    return sum(_remind(scorecard, action, at=at) for scorecard, action in list(_due(at)))


def _due(at: datetime) -> Iterator[tuple[Scorecard, SignOff]]:
    """Yield each unanswered scorecard with the latest step its time calls for."""
    answered = SignOffStep.objects.filter(
        scorecard=OuterRef("pk"), action__in=sorted(step.value for step in ANSWERS)
    )
    asked = SignOffStep.objects.filter(scorecard=OuterRef("pk"), action=SignOff.ASKED.value)
    over = SignOffStep.objects.filter(scorecard=OuterRef("pk"), action=SignOff.PASSED_ON.value)
    since = (at - FORGOTTEN_AFTER, at - FIRST_REMINDER)
    rows = (
        Scorecard.objects.newest()
        .filter(Exists(asked), ~Exists(answered), ~Exists(over), published_at__range=since)
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
    since = timezone.localdate(scorecard.published_at)
    free = _holidays(scorecard.supplier.country, since.year, today.year)
    return working_days_between(since, today, holidays=free)


@cache
def _holidays(country: str, first_year: int, last_year: int) -> Collection[date]:
    first, last = date(first_year, 1, 1), date(last_year, 12, 31)
    return public_holidays(country=country, first=first, last=last)


@transaction.atomic
def _remind(scorecard: Scorecard, action: SignOff, *, at: datetime) -> bool:
    """Write one reminder, unless another worker just did, or the supplier just answered."""
    locked = Scorecard.objects.select_for_update(skip_locked=True).filter(pk=scorecard.pk)
    if not locked.exists() or any(_has(scorecard, step) for step in (action, *ANSWERS)):
        return False
    _step(scorecard, action, at=at)
    return True


def _step(
    scorecard: Scorecard,
    action: SignOff,
    *,
    at: datetime,
    by: User | None = None,
    name: str = "",
    statement: str = "",
) -> SignOffStep:
    step: SignOffStep = SignOffStep.objects.create(
        scorecard=scorecard,
        action=action.value,
        at=at,
        by=by,
        name=name,
        statement=statement,
        sha256=scorecard.sha256,
    )
    sign_off_moved(step)
    return step
