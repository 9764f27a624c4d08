"""Sending what is due: claimed row by row, counted before it is tried, never forgotten."""

import logging
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import Enum

from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.db import connection, transaction
from django.db.models import Q

from escalations.enums import MessageState
from escalations.models import Message
from escalations.models.message import ATTEMPTS
from escalations.notifications.post import BrokenOffError, ServerAwayError, post
from escalations.notifications.render import in_language_of, render
from escalations.notifications.subjects import subject_of
from escalations.queries.preferences import wishes_of
from escalations.services.occasions import PATIENT
from escalations.services.together import gather
from scorecards.models import WorkState
from suppliers.locking import lock_soon

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]

# A sender holds its row's lock while it sends. A row still "being sent" after this time that
# nobody holds belongs to a sender that died.
STUCK_AFTER = timedelta(seconds=20)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=4)
# Where no PDF can be made, mails go without.
LONGEST_WAIT_FOR_PDF = timedelta(minutes=10)
SETTLED = "Settled before it was sent."
# Names the turn among advisory locks ("mail").
TURN = 0x6D61696C
INTERRUPTED = "Interrupted in every attempt."
# On so many mails in a row the server hangs up: it is then not the mails' fault.
MOST_BROKEN_OFF = 2
# A look ends after this time, long before its task would be killed in the middle of a mail.
LONGEST_LOOK = timedelta(minutes=5)


class Outcome(Enum):
    """What a delivery says about those that come after it."""

    GO_ON = "the others may fare better, or this one went out"
    BROKEN_OFF = "the server hung up on this mail"
    AWAY = "the mail server is away"


def send_due(*, now: Clock, most: int = 200) -> int:
    """Send messages that are due, at most `most`; return how many were tried.

    Whoever comes while another process sends leaves it to that one: a mail server that hangs
    holds up one process, and the others do the rest of the work.

    Ends where the mail server is away: each of the others would wait for it in vain. It costs no
    mail an attempt, so however long it lasts, all go as soon as it is back.
    """
    tried, until = 0, now() + LONGEST_LOOK
    while tried < most:
        with _turn() as mine:
            sent, is_over = _look(now=now, most=most - tried, until=until) if mine else (0, True)
        tried += sent
        # once more: what came in the last moment was left to us
        if is_over or not sent:
            break
    return tried


def _look(*, now: Clock, most: int, until: datetime) -> tuple[int, bool]:
    """Send what is due; return how many were tried, and whether to leave it at that."""
    tried = broken_off = 0
    while tried < most and (claimed := claim(at=now())) is not None:
        tried += 1
        outcome = deliver(claimed, now=now)
        broken_off = broken_off + 1 if outcome is Outcome.BROKEN_OFF else 0
        if outcome is Outcome.AWAY or broken_off == MOST_BROKEN_OFF or now() >= until:
            return tried, True
    return tried, False


@contextmanager
def _turn() -> Iterator[bool]:
    """Yield whether this process may send now: one at a time does, whatever the number of workers.

    Who dies meanwhile leaves at most one mail in doubt: no more than one per kill is sent again.
    The turn ends with the session, also where its process was killed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [TURN])
        (mine,) = cursor.fetchone()
    try:
        yield bool(mine)
    finally:
        if mine:
            _end_turn()


def _end_turn() -> None:
    """Let others send; without a session the turn has ended."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [TURN])
    except DatabaseTrouble:
        log.warning("The turn to send ended with its session", exc_info=True)
        connection.close()


@transaction.atomic
def claim(*, at: datetime) -> Message | None:
    """Take the next due message and count the attempt; None when nothing is due."""
    _give_up_interrupted(at=at)
    due = Q(state=MessageState.WAITING, due_at__lte=at)
    stuck = Q(state=MessageState.SENDING, claimed_at__lte=at - STUCK_AFTER)
    rows = Message.objects.filter(due | stuck).exclude(_awaits_pdf(at)).order_by("due_at", "pk")
    locked = rows.select_for_update(skip_locked=True, of=("self",))
    message: Message | None = locked.first()
    while message is not None and _put_off(message, at=at):
        message = locked.first()
    if message is not None:
        message.state = MessageState.SENDING.value
        message.attempts += 1
        message.claimed_at = at
        message.save(update_fields=["state", "attempts", "claimed_at"])
    return message


def _put_off(message: Message, *, at: datetime) -> bool:
    """Let what may wait keep quiet hours, also where the sender comes late or tries again."""
    waits = message.state == MessageState.WAITING and message.pace in PATIENT
    if not waits or message.recipient_id is None:
        return False
    quiet = wishes_of([message.recipient_id])[message.recipient_id].quiet
    if quiet is None or not quiet.holds(at):
        return False
    message.due_at = quiet.over(at)
    message.save(update_fields=["due_at"])
    return True


def _awaits_pdf(at: datetime) -> Q:
    """Mails about a scorecard that waits to be drawn: drawing it for each would double the work."""
    unfinished = [WorkState.WAITING, WorkState.WORKING]
    return Q(
        sign_off_step__scorecard__document__state__in=unfinished,
        created_at__gt=at - LONGEST_WAIT_FOR_PDF,
    )


def _give_up_interrupted(*, at: datetime) -> None:
    """Bury rows whose every attempt was cut off: trying once more would kill again."""
    cut_off = Message.objects.filter(
        state=MessageState.SENDING, claimed_at__lte=at - STUCK_AFTER, attempts__gte=ATTEMPTS
    )
    rows = cut_off.select_for_update(skip_locked=True, of=("self",))
    found = list(rows.values_list("pk", flat=True))
    Message.objects.filter(pk__in=found).update(state=MessageState.DEAD, error=INTERRUPTED)


def deliver(claimed: Message, *, now: Clock) -> Outcome:
    """Render the claimed message once, send it, and write down how it went.

    What was rendered is kept before it is sent, so that a mail that must be sent again
    says the same, attachment included. Does nothing when another sender has taken the
    row over meanwhile.
    """
    outcome = Outcome.GO_ON

    def render_first(message: Message) -> None:
        if not message.text and subject_of(message).is_settled(message):
            message.state, message.error = MessageState.DISCARDED.value, SETTLED
        else:
            prepare(message, at=now())

    def send(message: Message) -> None:
        nonlocal outcome
        if settings.EMAIL_CONFIGURED:
            try:
                post(message)
            except ServerAwayError:
                outcome = Outcome.AWAY
                raise
            except BrokenOffError as error:
                outcome = Outcome.BROKEN_OFF if error.answers else Outcome.AWAY
                raise
        _done(message, at=now())

    if _while_held(claimed, render_first, now=now):
        _while_held(claimed, send, now=now)
    return outcome


@transaction.atomic
def _while_held(claimed: Message, act: Callable[[Message], None], *, now: Clock) -> bool:
    """Do one step with the row locked; return False when it failed or the row is another's."""
    rows = Message.objects.with_content()
    message = lock_soon(
        rows.filter(pk=claimed.pk, state=MessageState.SENDING, attempts=claimed.attempts)
    )
    if message is None:
        return False
    try:
        with transaction.atomic():
            act(message)
    except Exception as error:
        log.warning("Message %s: attempt %d failed", message.pk, message.attempts, exc_info=True)
        _failed(message, error, at=now())
        message.save()
        return False
    message.save()
    return True


def prepare(message: Message, *, at: datetime) -> None:
    """Render subject, bodies and attachment the first time; afterwards they never change."""
    if message.text:
        return
    gather(message)
    with in_language_of(message):
        attachment, why_none = subject_of(message).file(message, at)
        name = "" if attachment is None else attachment.name
        mail = render(message, attachment_name=name, why_none=why_none)
    message.subject, message.text, message.html = mail.subject, mail.text, mail.html
    message.attachment = attachment


def pause_after(attempts: int) -> timedelta:
    """Return the wait after that many attempts: tripling, bounded, with jitter."""
    pause: timedelta = min(FIRST_PAUSE * 3 ** (attempts - 1), LONGEST_PAUSE)
    return pause * random.uniform(0.8, 1.2)  # noqa: S311  # spreads load, guards nothing


def _done(message: Message, *, at: datetime) -> None:
    message.error = ""
    if settings.EMAIL_CONFIGURED:
        message.state, message.sent_at = MessageState.SENT.value, at
    else:
        message.state = MessageState.KEPT.value


def _failed(message: Message, error: Exception, *, at: datetime) -> None:
    message.error = f"{type(error).__name__}: {error}"
    if isinstance(error, ServerAwayError):  # nothing of this mail was given away
        message.state = MessageState.WAITING.value
        message.attempts -= 1
        message.due_at = at + FIRST_PAUSE
    elif message.attempts >= ATTEMPTS:
        message.state = MessageState.DEAD.value
    else:
        message.state = MessageState.WAITING.value
        message.due_at = at + pause_after(message.attempts)
