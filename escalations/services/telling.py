"""Writing the messages of a change in the transaction that makes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from escalations.bell import ring
from escalations.enums import Audience, MessageEvent, MessageState
from escalations.models import EpisodeStep, Message
from escalations.queries.recipients import Recipients, recipients
from suppliers.models import User

EVERYBODY = (Audience.PURCHASING, Audience.QUALITY, Audience.SUPPLIER)
AUDIENCES = {
    MessageEvent.RAISED: EVERYBODY,
    MessageEvent.REVIEW: (Audience.QUALITY,),
    MessageEvent.ENDED: EVERYBODY,
}
SEND = "escalations.tasks.send_messages"


@dataclass(frozen=True, kw_only=True)
class Change:
    """Steps of one supplier and metric that are told together; the first one leads."""

    event: MessageEvent
    steps: tuple[EpisodeStep, ...]
    level_before: str
    level_after: str

    @property
    def lead(self) -> EpisodeStep:
        """The step the message hangs on."""
        return self.steps[0]


def tell(changes: Sequence[Change], *, at: datetime) -> list[Message]:
    """Write one message per change, audience and person; rings once the transaction commits.

    Steps happen once, and a message is unique per step, event and recipient: told twice is
    impossible. An audience with nobody in it gets a row that says so.
    """
    if not changes:
        return []
    found = recipients({change.lead.episode.supplier_id for change in changes})
    messages = [
        (change, _message(change, audience, person, at))
        for change in changes
        for audience in AUDIENCES[change.event]
        for person in _people(found, change, audience)
    ]
    rows = Message.objects.bulk_create([message for _change, message in messages])
    told = Message.steps.through
    told.objects.bulk_create(
        told(message_id=message.pk, episodestep_id=step.pk)
        for change, message in messages
        for step in change.steps
    )
    transaction.on_commit(partial(ring, SEND))
    return rows


def _people(found: Recipients, change: Change, audience: Audience) -> Sequence[User | None]:
    return found.get((change.lead.episode.supplier_id, audience)) or [None]


def repeat_to(people: Sequence[User], *, message: Message, at: datetime) -> None:
    """Write a message that had nobody to the people found since."""
    steps = list(message.steps.select_related("episode", "judgement"))
    steps.sort(key=lambda step: step.pk != message.step_id)
    change = Change(
        event=MessageEvent(message.event),
        steps=tuple(steps),
        level_before=message.level_before,
        level_after=message.level_after,
    )
    for person in people:
        row = _message(change, Audience(message.audience), person, at)
        row.save()
        row.steps.set(steps)


def _message(change: Change, audience: Audience, person: User | None, at: datetime) -> Message:
    episode, judgement = change.lead.episode, change.lead.judgement
    return Message(
        event=change.event.value,
        audience=audience.value,
        step=change.lead,
        supplier_id=episode.supplier_id,
        metric=episode.metric,
        month=episode.last_month if judgement is None else judgement.month,
        level_before=change.level_before,
        level_after=change.level_after,
        recipient=person,
        address="" if person is None else person.email,
        language="" if person is None else person.language,
        message_id=_message_id(change, audience, person),
        state=(MessageState.NO_RECIPIENT if person is None else MessageState.WAITING).value,
        due_at=at,
        created_at=at,
    )


def _message_id(change: Change, audience: Audience, person: User | None) -> str:
    """The same change to the same person has the same id, however often it is sent."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    step = change.lead
    who = "nobody" if person is None else person.pk
    return f"<{step.episode.number}.{step.number}.{change.event}.{audience}.{who}@{host}>".lower()
