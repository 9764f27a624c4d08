"""Reminding of what is owed; who does not react is passed over to the next."""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models.functions import Coalesce

from escalations.enums import OUT, Audience, MessageEvent, MessageKind, MessageState
from escalations.models import Message, Reminder
from escalations.owed import Owed, Scope, owed
from escalations.queries.days import company_day
from escalations.queries.preferences import wishes_of
from escalations.queries.recipients import recipients
from escalations.reminding import Ladder, Rung
from escalations.services.occasions import Occasion, tell_of

Clock = Callable[[], datetime]
Taken = Mapping[Rung, datetime | None]

log = logging.getLogger(__name__)
# What nobody will ever get: waiting longer for it would let nobody further know.
NEVER = frozenset({MessageState.NO_RECIPIENT, MessageState.DEAD, MessageState.DISCARDED})
# So many reminders at once are still mails of their own; more go into the daily summary.
MOST_APART = 3
PASSED = {Rung.PASSED_UP: MessageEvent.PASSED_UP, Rung.PASSED_ON: MessageEvent.PASSED_ON}


class RemindersFailedError(Exception):
    """Some reminders could not be written; all others were."""

    def __init__(self, keys: Sequence[str], written: int) -> None:
        super().__init__(f"{', '.join(keys)}: not reminded of; see the log. Written: {written}")
        self.keys, self.written = list(keys), written


@dataclass(frozen=True, kw_only=True)
class Due:
    """A step of the ladder that is to be taken now."""

    owed: Owed
    rung: Rung
    due_on: date
    supplier_id: int

    @property
    def audience(self) -> Audience:
        """Who is told."""
        return _audience(self.owed.owner, self.rung)


def remind_due(*, clock: Clock) -> int:
    """Write the reminders that are due; return how many. Doing it again changes nothing.

    Raises:
        RemindersFailedError: at the end, once all others are written; the log says why.
    """
    at = clock()
    found = [
        one for one in owed(Scope(at=at, notices=False)) if one.reminded and one.due_on is not None
    ]
    taken = _taken({one.key for one in found})
    failed: list[str] = []
    due: list[Due] = []
    for one in found:
        with _going_on(one, failed):
            due += _due(one, taken.get((one.key, one.due_on), {}))
    summed_up = _summed_up(due)
    written = 0
    for step in due:
        with _going_on(step.owed, failed):
            written += _write(step, summed_up=summed_up, at=at)
    if failed:
        raise RemindersFailedError(failed, written)
    return written


@contextmanager
def _going_on(one: Owed, failed: list[str]) -> Iterator[None]:
    """Let one that fails not keep the others from being reminded of."""
    try:
        yield
    except Exception:  # whatever it is, it is logged and told at the end
        log.exception("no reminder of %s, due on %s", one.key, one.due_on)
        failed.append(one.key)


def _due(one: Owed, taken: Taken) -> list[Due]:
    """Return the step to take now of what is owed; none where none is due."""
    if one.due_on is None or one.supplier_id is None:
        return []
    to_purchasing = one.owner is Audience.SUPPLIER
    ladder = Ladder(since=one.since, due_on=one.due_on, to_purchasing=to_purchasing)
    sent = {rung: None if went is None else one.local.of(went) for rung, went in taken.items()}
    rung = ladder.next_rung(one.local.today, sent=sent)
    if rung is None or (rung is Rung.PASSED_UP and _next_of(one.owner) is None):
        return []
    return [Due(owed=one, rung=rung, due_on=one.due_on, supplier_id=one.supplier_id)]


def _summed_up(due: Sequence[Due]) -> set[int]:
    """Return who is to be told so much now that it goes into one summary, unless they want none.

    As after an update that brings new last days for old things, or a pause of the workers.
    """
    found = recipients({step.supplier_id for step in due})
    counts = Counter(
        person.pk for step in due for person in found.get((step.supplier_id, step.audience), ())
    )
    many = [pk for pk, count in counts.items() if count > MOST_APART]
    return {pk for pk, wish in wishes_of(many).items() if wish.daily_summary}


@transaction.atomic
def _write(step: Due, *, summed_up: Collection[int], at: datetime) -> bool:
    """Write one reminder with its messages, unless another worker just did."""
    one, rung = step.owed, step.rung
    reminder, created = Reminder.objects.get_or_create(
        key=one.key,
        due_on=step.due_on,
        rung=rung.value,
        defaults={"owner": one.owner.value, "supplier_id": step.supplier_id, "at": at},
    )
    if created:
        occasion = Occasion(
            kind=MessageKind.REMINDER,
            row=reminder,
            name=f"reminder-{reminder.pk}",
            about=one.what[:80],
            event=PASSED.get(rung, MessageEvent.DUE),
            supplier_id=reminder.supplier_id,
            month=company_day(at).replace(day=1),
            audiences=[step.audience],
        )
        told = tell_of([occasion], at=at)
        joins = [message.pk for message in told if message.recipient_id in summed_up]
        Message.objects.filter(pk__in=joins).update(state=MessageState.COLLECTED.value)
    return bool(created)


def _audience(owner: Audience, rung: Rung) -> Audience:
    if rung is Rung.PASSED_ON:
        return Audience.PURCHASING
    return (_next_of(owner) or owner) if rung is Rung.PASSED_UP else owner


def _next_of(owner: Audience) -> Audience | None:
    """Who is told when nobody reacts; above the quality manager there is nobody."""
    following = {Audience.SUPPLIER: Audience.NEXT, Audience.QUALITY: Audience.MANAGER}
    return following.get(owner)


def _taken(keys: Collection[str]) -> dict[tuple[str, date | None], dict[Rung, datetime | None]]:
    """Return the steps taken for each thing, and when each really went out.

    A step that was written to nobody, because all have switched reminders off, counts from its
    own moment, as does one that nobody will get; one whose mails still wait does not count yet, nor
    does one whose summary still waits.
    """
    reminders = list(Reminder.objects.filter(key__in=keys))
    out: dict[int, list[datetime | None]] = defaultdict(list)
    rows = Message.objects.filter(
        kind=MessageKind.REMINDER, about_id__in=[reminder.pk for reminder in reminders]
    )
    # what a summary tells goes out with it
    state_of = Coalesce("digest__state", "state")
    sent_of = Coalesce("digest__sent_at", "sent_at")
    columns = ("about_id", state_of, sent_of, Coalesce("digest__created_at", "created_at"))
    for about_id, state, sent_at, created_at in rows.values_list(*columns):
        done = state in OUT or state in NEVER
        out[about_id].append((sent_at or created_at) if done else None)
    found: dict[tuple[str, date | None], dict[Rung, datetime | None]] = defaultdict(dict)
    for reminder in reminders:
        moments = out.get(reminder.pk, [reminder.at])
        went = [moment for moment in moments if moment is not None]
        found[reminder.key, reminder.due_on][Rung(reminder.rung)] = max(went, default=None)
    return found
