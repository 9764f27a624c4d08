"""Recording rejects by hand or through the API, and what sorting found."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

import pghistory
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from suppliers.announcements import facts_changed
from suppliers.enums import DetectionPoint, Severity
from suppliers.models import DefectCode, Delivery, Part, Plant, Reject, Supplier, User
from suppliers.quantities import pieces, plain
from suppliers.services.evidence import attach
from suppliers.services.records import ConflictError, check_seen, locked

ZERO = Decimal(0)
CURRENCY: Final = re.compile(r"[A-Z]{3}")
# An optional field that is empty: not known to whoever sends it.
SAYS_NOTHING: Final = (None, "")


@dataclass(frozen=True, kw_only=True)
class NewReject:
    """A complaint as it is recorded; plant, complaint and line are its source's key."""

    supplier: Supplier
    plant: Plant
    part: Part
    complaint: str
    detected_on: date
    defect_code: DefectCode
    suspect_qty: Decimal
    line: str = ""
    lot: str = ""
    delivery: Delivery | None = None
    detection_point: str = DetectionPoint.INCOMING.value
    severity: str = Severity.SORTING.value
    checked_qty: Decimal = ZERO
    confirmed_qty: Decimal = ZERO
    released_qty: Decimal = ZERO
    defects: int | None = None
    machine: str = ""
    shift: str = ""
    cost: Decimal | None = None
    cost_currency: str = ""

    @property
    def values(self) -> dict[str, Any]:
        """The fields by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A reject, and whether it is new; False when the same one was recorded before."""

    reject: Reject
    is_new: bool


@dataclass(frozen=True, kw_only=True)
class Sorting:
    """What sorting found so far, of the suspect pieces."""

    checked_qty: Decimal
    confirmed_qty: Decimal
    released_qty: Decimal
    defects: int | None = None

    @property
    def values(self) -> dict[str, Any]:
        """The fields by name; without the defects where they were not counted."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class Completed:
    """A known reject after a correction, and whether anything of it is new."""

    reject: Reject
    changed: bool


@transaction.atomic
def record_reject(
    *,
    new: NewReject,
    by: User,
    at: datetime,
    files: Sequence["File[bytes]"] = (),
    said: Collection[str] | None = None,
) -> Recorded:
    """Record a reject; the same one again changes nothing.

    `said` names the fields that the sender stated (None: every one). Of a known reject these
    alone are compared, and of them none that is empty: whoever says less contradicts nothing.

    Raises:
        ValidationError: by field, what is wrong and how to mend it.
        ConflictError: plant, complaint and line name a reject with other values.
    """
    _check(new, at=at)
    key = {"plant": new.plant, "complaint": new.complaint, "line": new.line}
    reject, is_new = Reject.objects.get_or_create(
        **key, defaults={**new.values, "recorded_by": by, "recorded_at": at}
    )
    if not Reject.objects.visible_to(by).filter(pk=reject.pk).exists():
        raise ValidationError({"plant": _("This supplier's parts at this plant are not yours.")})
    if not is_new:
        _check_same(reject, new, said)
        return Recorded(reject=reject, is_new=False)
    attach(files=files, to=reject, by=by, at=at)
    facts_changed()
    return Recorded(reject=reject, is_new=True)


@transaction.atomic
def record_sorting(
    *,
    reject: Reject,
    found: Sorting,
    reason: str,
    by: User,
    at: datetime,
    seen: int | None = None,
) -> Completed:
    """Write down how many pieces were checked, confirmed and released after sorting.

    The record's earlier quantities stay in its history, with who changed them and why. What is
    recorded already changes nothing. `seen` is how many changes of the record the person had
    before them (`with_version`).

    Raises:
        ValidationError: by field, what is wrong and how to mend it.
        ConflictError: somebody changed the record meanwhile.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say who sorted, where and how.")})
    record = locked(reject)
    changed = {
        name: value for name, value in found.values.items() if getattr(record, name) != value
    }
    if not changed:
        return Completed(reject=record, changed=False)
    check_seen(record, seen)
    _check_quantities(record.suspect_qty, found)
    with pghistory.context(user=by.pk, reason=reason.strip(), at=at.isoformat()):
        for name, value in changed.items():
            setattr(record, name, value)
        record.save(update_fields=list(changed))
    facts_changed()
    return Completed(reject=record, changed=True)


def _check(new: NewReject, *, at: datetime) -> None:
    problems: dict[str, str] = {}
    if not new.complaint.strip():
        problems["complaint"] = _("Write the complaint's number.")
    if new.detected_on > at.astimezone(ZoneInfo(new.plant.time_zone)).date():
        problems["detected_on"] = _("This day is still to come at the plant.")
    if new.suspect_qty <= 0:
        problems["suspect_qty"] = _("Write how many pieces are complained about, more than 0.")
    problems |= cost_problems(new.cost, new.cost_currency)
    if message := _delivery_problem(new):
        problems["delivery"] = message
    if problems:
        raise ValidationError(problems)
    _check_quantities(
        new.suspect_qty,
        Sorting(
            checked_qty=new.checked_qty,
            confirmed_qty=new.confirmed_qty,
            released_qty=new.released_qty,
            defects=new.defects,
        ),
    )


def cost_problems(cost: Decimal | None, currency: str) -> dict[str, str]:
    """Return by field what is wrong with a reject's cost."""
    problems = {}
    if (cost is not None or currency) and not CURRENCY.fullmatch(currency):
        problems["cost_currency"] = _("A cost has a currency of three letters, like EUR.")
    if cost is not None and cost < 0:
        problems["cost"] = _("A cost is 0 or more.")
    return problems


def _delivery_problem(new: NewReject) -> str:
    delivery = new.delivery
    if delivery is None:
        return ""
    if delivery.reverses_id is not None:
        return _("This is a reversal; name the receipt itself.")
    same = (delivery.supplier_id, delivery.part_id, delivery.plant_id)
    if same != (new.supplier.pk, new.part.pk, new.plant.pk):
        return _("This receipt is of another supplier, part or plant.")
    return ""


def _check_quantities(suspect: Decimal, found: Sorting) -> None:
    names = ("checked_qty", "confirmed_qty", "released_qty")
    problems = {name: _("A quantity is 0 or more.") for name in names if getattr(found, name) < 0}
    if not problems and found.checked_qty > suspect:
        problems["checked_qty"] = _("At most what is suspect: %(suspect)s.") % {
            "suspect": pieces(suspect, plain(suspect))
        }
    if not problems and found.confirmed_qty > found.checked_qty:
        problems["confirmed_qty"] = _("At most what was checked: %(checked)s.") % {
            "checked": pieces(found.checked_qty, plain(found.checked_qty))
        }
    if not problems and found.confirmed_qty + found.released_qty > suspect:
        problems["released_qty"] = _(
            "Confirmed and released together exceed what is suspect: %(suspect)s."
        ) % {"suspect": pieces(suspect, plain(suspect))}
    if found.defects is not None and found.defects < found.confirmed_qty:
        problems["defects"] = _("Each confirmed piece has at least one defect.")
    if problems:
        raise ValidationError(problems)


def _check_same(reject: Reject, new: NewReject, said: Collection[str] | None) -> None:
    differing = [
        name
        for name, value in new.values.items()
        if (said is None or name in said)
        and value not in SAYS_NOTHING
        and getattr(reject, name) != value
    ]
    if not differing:
        return
    labels = [str(Reject._meta.get_field(name).verbose_name) for name in differing]  # type: ignore[union-attr]  # noqa: SLF001  # documented name
    raise ConflictError(
        _(
            "Complaint %(number)s is recorded at this plant already, with another "
            "%(fields)s. Open that record to complete or correct it, or use another line."
        )
        % {"number": reject, "fields": ", ".join(labels)}
    )
