"""Telling people of any row that was just written, in the transaction that writes it.

`docs/messages.md` says how to add a kind.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models, transaction

from escalations.audiences import TOLD
from escalations.bell import ring
from escalations.enums import Audience, MessageEvent, MessageKind, MessageState, Pace
from escalations.models import Message
from escalations.models.message import COLUMNS
from escalations.queries.preferences import wishes_of
from escalations.queries.readers import readers
from escalations.queries.recipients import Recipients, recipients
from suppliers import access
from suppliers.models import User

SEND = "escalations.tasks.send_messages"
# How long the first of several things that come together waits for the others.
TOGETHER = timedelta(minutes=5)
# What keeps quiet hours and may join a summary.
PATIENT = frozenset({Pace.DAILY, Pace.DAYTIME, Pace.REMINDER})


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """Something that happened and is told.

    Attributes:
        kind: what kind of row; it chooses the words (`notifications/subjects.py`).
        row: the saved row itself; append-only, so that the words can be made later.
        name: begins the Message-ID; unique among all rows of all kinds ("8d-2026-00042.7").
        about: what people call it ("8D-2026-00042").
        event: what happened; `audiences.py` says who is told.
        month: the first day of the month it belongs to.
        quiet_without: audiences that need no row where nobody is found for them.
        only: the people who are told, by id; None for all of an audience who may open the row.
    """

    kind: MessageKind
    row: models.Model
    name: str
    event: MessageEvent
    supplier_id: int
    month: date
    about: str = ""
    metric: str = ""
    level_before: str = ""
    level_after: str = ""
    audiences: Sequence[Audience] | None = None
    quiet_without: Sequence[Audience] = ()
    only: Collection[int] | None = None

    @property
    def told(self) -> Sequence[Audience]:
        """Who is told: the table's audiences, unless it is narrowed."""
        return list(TOLD[self.event]) if self.audiences is None else self.audiences


def tell_of(occasions: Sequence[Occasion], *, at: datetime) -> list[Message]:
    """Write one message per occasion, audience and person; rings once the transaction commits.

    Told is who may open what it is about: whoever is narrowed to other plants is passed over. A
    message is unique per row, event, audience and recipient: told twice is impossible. An
    audience with nobody in it gets a row that says so. The rows come in the occasions' order.
    """
    if not occasions:
        return []
    found = recipients({occasion.supplier_id for occasion in occasions})
    everybody = {person.pk for people in found.values() for person in people}
    narrowed = access.narrowed_among(everybody)
    rows = Message.objects.bulk_create(
        paced(
            [
                _message(occasion, audience, person, at)
                for occasion in occasions
                for audience in occasion.told
                for person in _people(found, occasion, audience, narrowed)
            ],
            at=at,
        )
    )
    transaction.on_commit(partial(ring, SEND))
    return rows


def paced(messages: Sequence[Message], *, at: datetime) -> list[Message]:
    """Give each unsaved message its time by what it is and what its recipient wishes.

    What is urgent goes at once; what usually comes in several parts a few minutes later, so that
    it is told in one mail (`services/together.py`); what may wait joins the daily summary, or
    waits for the end of quiet hours; reminders that somebody has switched off are left out.
    """
    patient = [one for one in messages if one.pace in PATIENT and one.recipient is not None]
    wishes = wishes_of({one.recipient_id for one in patient if one.recipient_id is not None})
    found = []
    for message in messages:
        wish = wishes.get(message.recipient_id or 0)
        if message.pace is Pace.SOON:
            message.due_at = at + TOGETHER
        if wish is not None and message.pace in PATIENT:
            if message.pace is Pace.REMINDER and not wish.reminders:
                continue
            if message.pace is Pace.DAILY and wish.daily_summary:
                message.state = MessageState.COLLECTED.value
            message.due_at = at if wish.quiet is None else wish.quiet.over(at)
        found.append(message)
    return found


def repeat_to(people: Sequence[User], *, message: Message, at: datetime) -> Iterator[Message]:
    """Write a message that had nobody to the people found since; yield the rows."""
    begin = message.message_id[1:].partition(f".{message.event}.")[0]
    for person in people:
        again: Any = Message.objects.get(pk=message.pk)
        again.pk = None
        again.message_id = message_id(
            begin, MessageEvent(message.event), Audience(message.audience), person
        )
        again.recipient, again.address, again.language = person, person.email, person.language
        again.state, again.due_at, again.created_at = MessageState.WAITING.value, at, at
        again.save()
        yield again


def message_id(name: str, event: MessageEvent, audience: Audience, person: User | None) -> str:
    """The same occasion told to the same person has the same id, however often it is sent."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    who = "nobody" if person is None else person.pk
    return f"<{name}.{event}.{audience}.{who}@{host}>".lower()


def _people(
    found: Recipients, occasion: Occasion, audience: Audience, narrowed: Collection[int]
) -> Sequence[User | None]:
    named = found.get((occasion.supplier_id, audience), [])
    if occasion.only is not None:
        named = [person for person in named if person.pk in occasion.only]
    people = readers(occasion.row, named, narrowed=narrowed)
    return people or ([] if audience in occasion.quiet_without else [None])


def _message(occasion: Occasion, audience: Audience, person: User | None, at: datetime) -> Message:
    column = COLUMNS.get(occasion.kind)
    about = {"about_id": occasion.row.pk} if column is None else {column: occasion.row}
    return Message(
        **about,
        kind=occasion.kind.value,
        about_name=occasion.about,
        event=occasion.event.value,
        audience=audience.value,
        supplier_id=occasion.supplier_id,
        metric=occasion.metric,
        month=occasion.month,
        level_before=occasion.level_before,
        level_after=occasion.level_after,
        recipient=person,
        address="" if person is None else person.email,
        language="" if person is None else person.language,
        message_id=message_id(occasion.name, occasion.event, audience, person),
        state=(MessageState.NO_RECIPIENT if person is None else MessageState.WAITING).value,
        due_at=at,
        created_at=at,
    )
