"""Who saved, changed and deleted the mappings of sources."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.utils.translation import gettext as _

from suppliers.models import ImportMapping, User
from suppliers.queries.audit import Change, FieldChange, changes_of

SHOWN_DELETED: Final = 20


@dataclass(frozen=True, kw_only=True)
class DeletedMapping:
    """A mapping that is gone: what it was called, and who took it away when."""

    name: str
    kind: str
    by: str
    at: datetime


def mapping_history(saved: ImportMapping) -> list[dict[str, Any]]:
    """Return what happened to a mapping, newest first, as history.html shows it."""
    return [
        {"at": change.at, "by": change.by or "", "what": "; ".join(_what(change)), "reason": ""}
        for change in changes_of(saved)
    ]


def deleted_mappings() -> list[DeletedMapping]:
    """Return the mappings that were deleted last, newest first."""
    model: Any = apps.get_model("suppliers", "ImportMappingEvent")
    gone = model.objects.filter(pgh_label="delete").select_related("pgh_context")
    events = list(gone.order_by("-pgh_created_at", "-pgh_id")[:SHOWN_DELETED])
    people = _people(events)
    return [
        DeletedMapping(
            name=event.name,
            kind=event.get_kind_display(),
            by=people.get(_user_of(event), ""),
            at=event.pgh_created_at,
        )
        for event in events
    ]


def _people(events: list[Any]) -> dict[int | None, str]:
    ids = {user for event in events if (user := _user_of(event)) is not None}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=ids)}


def _user_of(event: Any) -> int | None:
    return None if event.pgh_context is None else event.pgh_context.metadata.get("user")


def _what(change: Change) -> Iterator[str]:
    if change.kind == "insert":
        yield _("Saved")
        return
    for field in change.fields:
        yield from _difference(field)


def _difference(field: FieldChange) -> Iterator[str]:
    if field.name == "name":
        yield _("Renamed from “%(before)s” to “%(after)s”") % {
            "before": field.before,
            "after": field.after,
        }
    elif field.name in {"mapping", "options"}:
        before, after = field.before or {}, field.after or {}
        for name in sorted({*before, *after}):
            if before.get(name) != after.get(name):
                yield _("%(field)s: %(before)s → %(after)s") % {
                    "field": name,
                    "before": before.get(name) or "—",
                    "after": after.get(name) or "—",
                }
