"""Which of the people to be told may open what a mail is about."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Model

from escalations.enums import MessageKind
from escalations.models import (
    EightD,
    EightDMove,
    Episode,
    EpisodeStep,
    Message,
    RecordHit,
    Reminder,
    ShippingEvent,
    ShippingLogEntry,
)
from escalations.models.message import COLUMNS
from escalations.owed import Scope, owed
from escalations.queries.shipping_finds import events_with, taken_back_with
from escalations.reasons import joined_at
from scorecards.models import ChartSignal
from suppliers.models import Dispute, DisputeStep, User

# Kinds whose rows have no column of their own in a message.
ROWS: dict[MessageKind, type[Model]] = {
    MessageKind.EIGHT_D: EightDMove,
    MessageKind.SHIPPING: ShippingEvent,
    MessageKind.SHIPPING_LOG: ShippingLogEntry,
    MessageKind.SIGNAL: ChartSignal,
    MessageKind.REMINDER: Reminder,
}


def readers(row: Model, people: Iterable[User], *, narrowed: Collection[int]) -> list[User]:
    """Return those of the people who may open what the row is about.

    Asked for are only those whose id is among `narrowed` (`access.narrowed_among`); all others
    of an audience see everything of its suppliers.
    """
    return [one for one in people if one.pk not in narrowed or _may_open(row, one)]


def row_of(message: Message) -> Any:
    """Return the row that a message is about; never asked of a daily summary."""
    kind = MessageKind(message.kind)
    if (column := COLUMNS.get(kind)) is not None:
        return getattr(message, column)
    rows: Any = ROWS[kind]
    return rows.objects.get(pk=message.about_id)


def _may_open(row: Model, person: User) -> bool:
    if isinstance(row, Reminder):
        asked = Scope(at=row.at, user=person, supplier_ids=[row.supplier_id])
        return any(one.key == row.key for one in owed(asked))
    if isinstance(row, EpisodeStep) and (plant := joined_at(row)):
        # rejects that joined a case are their plant's, and not everybody's who may open it
        hits = RecordHit.objects.filter(episode=row.episode_id, judgement__plant__code=plant)
        if not hits.visible_to(person).exists():
            return False
    return bool(_opened(row).visible_to(person).exists())


def _opened(row: Any) -> Any:
    """Return the rows of which a reader has to see one: finds of an upload are told together."""
    match row:
        case EpisodeStep():
            return Episode.objects.filter(pk=row.episode_id)
        case EightDMove():
            return EightD.objects.filter(pk=row.eight_d_id)
        case ShippingEvent():
            return events_with(row)
        case ShippingLogEntry():
            found = [one.now.pk for one in taken_back_with(row)]
            return ShippingLogEntry.objects.filter(pk__in=found)
        case DisputeStep():
            return Dispute.objects.filter(pk=row.dispute_id)
    return type(row).objects.filter(pk=row.pk)
