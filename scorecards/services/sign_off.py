"""Asking for a scorecard's sign-off, answering, and reminding of what nobody answers."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from scorecards.announcements import sign_off_moved
from scorecards.models import Scorecard, SignOffStep
from scorecards.models.scorecard import SHORTEST_REASON
from scorecards.periods import Month
from scorecards.queries.published import last_ended_month
from scorecards.queries.sign_off import signers
from scorecards.sign_off_steps import ANSWERS, SignOff
from suppliers.access import is_supplier, roles_at
from suppliers.models import User

# A back-catalogue that is published at once asks nobody to sign what is long past.
OLDEST_ASKED: Final = 1


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
    whose people can log in is asked as soon as one can (`sign_off_reminders`).
    """
    recent = scorecard.period >= oldest_asked(at=at)
    can_sign = signers().filter(supplier=scorecard.supplier_id)
    if (recent or scorecard.version > 1) and can_sign.exists():
        add_step(scorecard, SignOff.ASKED, at=at)


def oldest_asked(*, at: datetime) -> Month:
    """Return the oldest month whose first version is asked for."""
    return last_ended_month(at=at).minus(OLDEST_ASKED)


@transaction.atomic
def view(scorecard: Scorecard, *, by: User, at: datetime) -> None:
    """Note that the supplier has seen this version; the OEM's people looking at it do not count."""
    if not _own(scorecard, by) or has_step(scorecard, SignOff.VIEWED):
        return
    _lock(scorecard)
    if not has_step(scorecard, SignOff.VIEWED):
        add_step(scorecard, SignOff.VIEWED, at=at, by=by)


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
    return add_step(scorecard, action, at=at, by=by, name=name.strip(), statement=statement.strip())


@transaction.atomic
def reply(scorecard: Scorecard, *, text: str, by: User, at: datetime) -> SignOffStep:
    """Answer a supplier's query; from then on its signature is waited for again.

    Whoever calls has made sure that `by` may decide on the supplier's figures.

    Raises:
        SupersededError: a newer version is published, which is to be signed instead.
        AnsweredError: nothing is queried, or it is answered or signed already.
        IncompleteError: fewer than ten characters.
    """
    _lock(scorecard)
    if not Scorecard.objects.newest().filter(pk=scorecard.pk).exists():
        raise SupersededError(_("A newer version was published meanwhile. Look at that one."))
    steps = set(scorecard.sign_off_steps.values_list("action", flat=True))
    if SignOff.QUERIED.value not in steps:
        raise AnsweredError(_("Nothing is queried here."))
    if steps & {SignOff.REPLIED.value, SignOff.ACKNOWLEDGED.value}:
        raise AnsweredError(_("This query was answered already."))
    said = text.strip()
    if len(said) < SHORTEST_REASON:
        raise IncompleteError(
            _("Answer in at least %(count)d characters.") % {"count": SHORTEST_REASON}
        )
    name = str(by)
    return add_step(scorecard, SignOff.REPLIED, at=at, by=by, name=name[:120], statement=said)


def _demand_answerable(scorecard: Scorecard, *, action: SignOff, sha256: str, by: User) -> None:
    if action not in ANSWERS:
        raise ValueError(f"no answer: {action}")
    if not _own(scorecard, by):
        raise NotYoursError(_("Only the supplier's own people sign."))
    if not Scorecard.objects.newest().filter(pk=scorecard.pk).exists():
        raise SupersededError(_("A newer version was published meanwhile. Look at that one."))
    if sha256 != scorecard.sha256:
        raise NotWhatWasPublishedError(_("This is not the version you looked at. Look again."))
    if has_step(scorecard, action) or has_step(scorecard, SignOff.ACKNOWLEDGED):
        raise AnsweredError(_("This version was answered already."))


def _lock(scorecard: Scorecard) -> None:
    """Let others who write a step of this version wait."""
    Scorecard.objects.select_for_update().only("pk").get(pk=scorecard.pk)


def _own(scorecard: Scorecard, by: User) -> bool:
    return is_supplier(by) and bool(roles_at(by, scorecard.supplier_id))


def has_step(scorecard: Scorecard, action: SignOff) -> bool:
    """Whether this has happened to the version."""
    return SignOffStep.objects.filter(scorecard=scorecard, action=action.value).exists()


def add_step(
    scorecard: Scorecard,
    action: SignOff,
    *,
    at: datetime,
    by: User | None = None,
    name: str = "",
    statement: str = "",
) -> SignOffStep:
    """Write a step and have it told of; part of the caller's transaction."""
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
