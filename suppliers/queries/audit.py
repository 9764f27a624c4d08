"""What the database's audit log says about one record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from pghistory.models import Events

from suppliers.models import User

INSERTED = "insert"


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
    rows = log.tracks(record).order_by("-pgh_created_at", "-pgh_id")[:most]
    events = list(rows)
    people = _people(event.pgh_context for event in events)
    return [_change(event, people) for event in events]


def _people(contexts: Any) -> Mapping[int, str]:
    ids = {context["user"] for context in contexts if context and context.get("user")}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=ids)}


def _change(event: Events, people: Mapping[int, str]) -> Change:
    context = event.pgh_context or {}
    return Change(
        at=event.pgh_created_at,
        by=people.get(context.get("user", 0)),
        kind=event.pgh_label,
        address=context.get("url", ""),
        reason=context.get("reason", ""),
        fields=tuple(_fields(event)),
    )


def _fields(event: Events) -> list[FieldChange]:
    if event.pgh_label == INSERTED:
        return [
            FieldChange(name=name, before=None, after=value)
            for name, value in event.pgh_data.items()
            if value not in {None, ""} and name != "id"
        ]
    return [
        FieldChange(name=name, before=before, after=after)
        for name, (before, after) in (event.pgh_diff or {}).items()
    ]
