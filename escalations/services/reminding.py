"""Reminding of what is owed; who does not react is passed over to the next."""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from escalations.enums import OUT, Audience, MessageEvent, MessageKind, MessageState
from escalations.models import Message, Reminder
from escalations.owed import Owed, Scope, owed
from escalations.queries.counts import today_at_every_plant
from escalations.reminding import Ladder, Rung
from escalations.services.occasions import Occasion, tell_of

Clock = Callable[[], datetime]
Taken = Mapping[Rung, date | None]

log = logging.getLogger(__name__)
# What nobody will ever get: waiting longer for it would let nobody further know.
NEVER = frozenset({MessageState.NO_RECIPIENT, MessageState.DEAD, MessageState.DISCARDED})
PASSED = {Rung.PASSED_UP: MessageEvent.PASSED_UP, Rung.PASSED_ON: MessageEvent.PASSED_ON}


class RemindersFailedError(Exception):
    """Some reminders could not be written; all others were."""

    def __init__(self, keys: Sequence[str], written: int) -> None:
        super().__init__(f"{', '.join(keys)}: not reminded of; see the log. Written: {written}")
        self.keys, self.written = list(keys), written


def remind_due(*, clock: Clock) -> int:
    """Write the reminders that are due; return how many. Doing it again changes nothing.

    Raises:
        RemindersFailedError: at the end, once all others are written; the log says why.
    """
    at = clock()
    today = today_at_every_plant(at)
    found = [
        one
        for one in owed(Scope(today=today, notices=False))
        if one.reminded and one.due_on is not None
    ]
    taken = _taken({one.key for one in found})
    written, failed = 0, []
    for one in found:
        try:
            written += _remind(one, taken.get((one.key, one.due_on), {}), today, at)
        except Exception:  # one that fails must not keep the others from being reminded
            log.exception("no reminder of %s, due on %s", one.key, one.due_on)
            failed.append(one.key)
    if failed:
        raise RemindersFailedError(failed, written)
    return written


def _remind(one: Owed, taken: Taken, today: date, at: datetime) -> bool:
    if one.due_on is None or one.supplier_id is None:
        return False
    to_purchasing = one.owner is Audience.SUPPLIER
    ladder = Ladder(since=one.since, due_on=one.due_on, to_purchasing=to_purchasing)
    rung = ladder.next_rung(today, sent=taken)
    if rung is None or (rung is Rung.PASSED_UP and _next_of(one.owner) is None):
        return False
    return _write(one, rung, due_on=one.due_on, supplier_id=one.supplier_id, at=at)


@transaction.atomic
def _write(one: Owed, rung: Rung, *, due_on: date, supplier_id: int, at: datetime) -> bool:
    """Write one reminder with its messages, unless another worker just did."""
    reminder, created = Reminder.objects.get_or_create(
        key=one.key,
        due_on=due_on,
        rung=rung.value,
        defaults={"owner": one.owner.value, "supplier_id": supplier_id, "at": at},
    )
    if created:
        occasion = Occasion(
            kind=MessageKind.REMINDER,
            row=reminder,
            name=f"reminder-{reminder.pk}",
            about=one.what[:80],
            event=PASSED.get(rung, MessageEvent.DUE),
            supplier_id=reminder.supplier_id,
            month=timezone.localdate(at).replace(day=1),
            audiences=[_audience(one.owner, rung)],
        )
        tell_of([occasion], at=at)
    return bool(created)


def _audience(owner: Audience, rung: Rung) -> Audience:
    if rung is Rung.PASSED_ON:
        return Audience.PURCHASING
    return (_next_of(owner) or owner) if rung is Rung.PASSED_UP else owner


def _next_of(owner: Audience) -> Audience | None:
    """Who is told when nobody reacts; above the quality manager there is nobody."""
    following = {Audience.SUPPLIER: Audience.NEXT, Audience.QUALITY: Audience.MANAGER}
    return following.get(owner)


def _taken(keys: Collection[str]) -> dict[tuple[str, date | None], dict[Rung, date | None]]:
    """Return the steps taken for each thing, and the day each really went out.

    A step that was written to nobody, because all have switched reminders off, counts from its
    own day, as does one that nobody will get; one whose mails still wait does not count yet.
    """
    reminders = list(Reminder.objects.filter(key__in=keys))
    out: dict[int, list[datetime | None]] = defaultdict(list)
    rows = Message.objects.filter(
        kind=MessageKind.REMINDER, about_id__in=[reminder.pk for reminder in reminders]
    )
    for about_id, state, sent_at, created_at in rows.values_list(
        "about_id", "state", "sent_at", "created_at"
    ):
        done = state in OUT or state in NEVER
        out[about_id].append((sent_at or created_at) if done else None)
    found: dict[tuple[str, date | None], dict[Rung, date | None]] = defaultdict(dict)
    for reminder in reminders:
        moments = out.get(reminder.pk, [reminder.at])
        went = [timezone.localdate(moment) for moment in moments if moment is not None]
        found[reminder.key, reminder.due_on][Rung(reminder.rung)] = max(went, default=None)
    return found
