"""What the database's audit log says about one record."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pghistory
from django.apps import apps
from django.db import connection, models
from pghistory.models import Events

from suppliers.models import User

# Snapshots that are told whole: there was nothing before, or there is nothing after.
WHOLE_ROW = frozenset({"insert", "delete"})
Values = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """One field before and after; for a new record `before` is None."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, kw_only=True)
class Change:
    """One recorded change: when, by whom (None: outside the product), through which address."""

    at: datetime
    by: str | None
    kind: str
    address: str
    reason: str
    fields: tuple[FieldChange, ...]


def changes_of(record: models.Model, *, most: int = 200) -> list[Change]:
    """Return the newest changes of a record, newest first."""
    log: Any = Events.objects  # pghistory's QuerySet has no types
    events = list(log.tracks(record).order_by("-pgh_created_at", "-pgh_id")[:most])
    people = _people(event.pgh_context for event in events)
    newer = [_stored(record), *(event.pgh_data for event in events)]
    return [
        _change(event, people, after=after) for event, after in zip(events, newer, strict=False)
    ]


def _people(contexts: Any) -> Mapping[int, str]:
    ids = {context["user"] for context in contexts if context and context.get("user")}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=ids)}


def _stored(record: models.Model) -> Values:
    """Return the row as it stands, spelt like the log's snapshots; empty when it is gone."""
    options = record._meta  # noqa: SLF001  # Django's documented interface
    table, key = (
        connection.ops.quote_name(name) for name in (options.db_table, options.pk.column or "")
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT to_jsonb(t)::text FROM {table} t WHERE {key} = %s",  # noqa: S608  # own names
            [record.pk],
        )
        row = cursor.fetchone()
    return json.loads(row[0]) if row else {}


def _change(event: Events, people: Mapping[int, str], *, after: Values) -> Change:
    context = event.pgh_context or {}
    return Change(
        at=event.pgh_created_at,
        by=people.get(context.get("user", 0)),
        kind=event.pgh_label,
        address=context.get("url", ""),
        reason=context.get("reason", ""),
        fields=tuple(_fields(event, after)),
    )


def _fields(event: Events, after: Values) -> Iterator[FieldChange]:
    if event.pgh_label in WHOLE_ROW:
        for name, value in event.pgh_data.items():
            if name != "id" and value is not None and value != "":
                yield FieldChange(name=name, before=None, after=value)
        return
    for name, (before, now) in _difference(event, after).items():
        yield FieldChange(name=name, before=before, after=now)


def _difference(event: Events, after: Values) -> dict[str, tuple[Any, Any]]:
    """Return what changed: masters log the row after a change, facts the row before it."""
    if not _keeps_old_rows(event):
        return event.pgh_diff or {}
    before = event.pgh_data
    return {
        name: (before[name], after.get(name)) for name in before if before[name] != after.get(name)
    }


def _keeps_old_rows(event: Events) -> bool:
    trackers: Any = apps.get_model(event.pgh_model)
    return any(
        tracker.label == event.pgh_label and tracker.row == pghistory.Old
        for tracker in trackers.pgh_trackers
    )
