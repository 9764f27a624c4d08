"""What describes a known reject without counting: filled in where empty, corrected with a reason.

Nothing of a figure follows from these fields, so a published month is no obstacle: its documents
stay what they were, and the pages show what is known now.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from suppliers.announcements import facts_changed
from suppliers.enums import DetectionPoint
from suppliers.models import Reject, User
from suppliers.services.conflicts import SHORTEST_REASON
from suppliers.services.records import check_seen, locked
from suppliers.services.rejects import Completed, cost_problems

DETAILS: Final = ("machine", "shift", "cost", "cost_currency", "lot", "detection_point")
# Which say nothing when they are empty; a detection point is always one of several.
EMPTY: Final[Mapping[str, Any]] = {
    "machine": "",
    "shift": "",
    "cost": None,
    "cost_currency": "",
    "lot": "",
}


@transaction.atomic
def complete_reject(
    *,
    reject: Reject,
    details: Mapping[str, Any],
    reason: str,
    by: User,
    at: datetime,
    seen: int | None = None,
) -> Completed:
    """Give a known reject the details that are named; what is not named stays as it is.

    An empty value takes a detail away. What is recorded already changes nothing. `seen` is how
    many changes of the record the person had before them (`with_version`). Earlier values stay
    in the record's history, with who changed them and why.

    Raises:
        ValidationError: by field, what is wrong and how to mend it; on `reason`, that something
            recorded would be replaced without one.
        ConflictError: somebody changed the record meanwhile.
    """
    record = locked(reject)
    wanted = _wanted(record, details)
    changed = {name: value for name, value in wanted.items() if getattr(record, name) != value}
    if not changed:
        return Completed(reject=record, changed=False)
    check_seen(record, seen)
    _check(record, changed)
    _check_reason(record, changed, reason)
    with pghistory.context(user=by.pk, reason=reason.strip(), at=at.isoformat()):
        for name, value in changed.items():
            setattr(record, name, value)
        record.save(update_fields=list(changed))
    facts_changed()
    return Completed(reject=record, changed=True)


def _wanted(record: Reject, details: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was named; a cost that is taken away takes its currency with it."""
    wanted = {
        name: value.strip() if isinstance(value, str) else value
        for name, value in details.items()
        if name in DETAILS
    }
    if record.cost is not None and "cost" in wanted and wanted["cost"] is None:
        wanted["cost_currency"] = ""
    return wanted


def _check(record: Reject, changed: Mapping[str, Any]) -> None:
    problems = {}
    if {"cost", "cost_currency"} & changed.keys():
        cost: Decimal | None = changed.get("cost", record.cost)
        currency = changed.get("cost_currency", record.cost_currency)
        problems = cost_problems(cost, currency)
        if cost is None and currency:
            problems["cost"] = _("Write the cost that is in this currency, or leave both empty.")
    if changed.get("detection_point", DetectionPoint.INCOMING) not in DetectionPoint.values:
        problems["detection_point"] = _("Choose where it was detected.")
    if problems:
        raise ValidationError(problems)


def _check_reason(record: Reject, changed: Mapping[str, Any], reason: str) -> None:
    replaced = [
        str(capfirst(Reject._meta.get_field(name).verbose_name))  # type: ignore[union-attr]  # noqa: SLF001  # documented name
        for name in changed
        if name not in EMPTY or getattr(record, name) != EMPTY[name]
    ]
    if replaced and len(reason.strip()) < SHORTEST_REASON:
        message = _("This replaces what is recorded (%(fields)s): say why, in ten letters or more.")
        raise ValidationError({"reason": message % {"fields": ", ".join(replaced)}})
