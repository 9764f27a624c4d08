"""Sending what is due: claimed row by row, counted before it is tried, never forgotten."""

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from escalations.enums import MessageState
from escalations.models import Message
from escalations.models.message import ATTEMPTS
from escalations.notifications.post import is_away, post
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


def send_due(*, now: Clock, most: int = 200) -> int:
    """Send messages that are due, at most `most`; return how many were tried.

    Ends where the mail server is away: each of the others would wait for it in vain and lose an
    attempt. Left alone, they go as soon as it is back.
    """
    tried = 0
    while tried < most and (claimed := claim(at=now())) is not None:
        tried += 1
        if not deliver(claimed, now=now):
            break
    return tried


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


def deliver(claimed: Message, *, now: Clock) -> bool:
    """Render the claimed message once, send it, and write down how it went.

    What was rendered is kept before it is sent, so that a mail that must be sent again
    says the same, attachment included. Does nothing when another sender has taken the
    row over meanwhile.

    Returns:
        Whether to go on with others: False where the mail server is away.
    """
    goes_on = True

    def render_first(message: Message) -> None:
        if not message.text and subject_of(message).is_settled(message):
            message.state, message.error = MessageState.DISCARDED.value, SETTLED
        else:
            prepare(message, at=now())

    def send(message: Message) -> None:
        nonlocal goes_on
        if settings.EMAIL_CONFIGURED:
            _wait_for_turn()
            try:
                post(message)
            except Exception as error:
                goes_on = not is_away(error)
                raise
        _done(message, at=now())

    if _while_held(claimed, render_first, now=now):
        _while_held(claimed, send, now=now)
    return goes_on


def _wait_for_turn() -> None:
    """Let one mail at a time be on its way, whatever the number of workers.

    Who dies meanwhile leaves at most this one in doubt: no more than one mail per kill is sent
    again. The turn ends with the transaction, also where its process was killed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])


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
    if message.attempts >= ATTEMPTS:
        message.state = MessageState.DEAD.value
    else:
        message.state = MessageState.WAITING.value
        message.due_at = at + pause_after(message.attempts)
