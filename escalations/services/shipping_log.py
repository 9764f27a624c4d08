"""Writing the daily log: new days, corrections as rows of their own, all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations.models import ControlledShipping, ShippingEvent, ShippingLogEntry
from escalations.queries.shipping_exit import log_in_force, today_of
from escalations.queries.shipping_lanes import lanes_of
from escalations.services.shipping_exit import settle
from escalations.services.shipping_steps import Mover, locked, move
from escalations.services.telling_shipping import tell_of_find_taken_back, tell_of_shipping
from escalations.shipping_workflow import (
    LOGGED,
    ForbiddenShippingMoveError,
    ShippingAction,
    ShippingState,
)
from suppliers.models import Part, Plant, User

SAID = ("inspected_qty", "found_qty", "shipments", "defect", "sorted_by")


@dataclass(frozen=True, kw_only=True)
class Day:
    """What sorting one part at one plant gave on one day; `row` is its place in a file."""

    day: date
    part: Part
    plant: Plant
    inspected_qty: Decimal
    found_qty: Decimal
    shipments: int
    sorted_by: str
    defect: str = ""
    row: int = 0

    @property
    def key(self) -> tuple[date, int, int]:
        """What there is one row of."""
        return self.day, self.part.pk, self.plant.pk


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong with a row: where, what, and how to mend it."""

    row: int
    column: str
    value: str
    message: str
    remedy: str


class LogProblemsError(Exception):
    """Rows of a log that cannot be taken; nothing was written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{one.row} {one.column}: {one.message}" for one in problems))
        self.problems = list(problems)


@dataclass(frozen=True, kw_only=True)
class Logged:
    """What was written: new days, corrections, and how many said what was known."""

    new: Sequence[ShippingLogEntry]
    corrected: Sequence[ShippingLogEntry]
    unchanged: int

    @property
    def entries(self) -> list[ShippingLogEntry]:
        """All rows that were written."""
        return [*self.new, *self.corrected]


@transaction.atomic
def log_days(
    *,
    shipping: ControlledShipping,
    days: Sequence[Day],
    by: User,
    at: datetime,
    reason: str = "",
) -> Logged:
    """Write days into the log; a day that says what is known already changes nothing.

    A day that says something else is a correction, a row of its own with its reason; the row
    before stays readable. A find begins the clean count again.

    Raises:
        ForbiddenShippingMoveError: nothing is logged before confirmation or after the end.
        LogProblemsError: what is wrong with which row; nothing is written.
    """
    found = locked(shipping)
    if ShippingState(found.state) not in LOGGED:
        raise ForbiddenShippingMoveError(f"no days are logged while {found.state}")
    today = today_of(found, at=at)
    days = [_trimmed(day) for day in days]
    known = {_key(one): one for one in log_in_force(found)}
    problems = [*_problems(found, days, today=today), *_unexplained(days, known, reason)]
    if problems:
        raise LogProblemsError(sorted(problems, key=lambda one: one.row))
    written = _write(found, days, known, by=by, at=at, reason=reason)
    if written.entries:
        _happen(found, written, known, mover=Mover(at=at, today=today))
        settle(found, at=at)
    return written


def _write(
    shipping: ControlledShipping,
    days: Sequence[Day],
    known: dict[tuple[date, int, int], ShippingLogEntry],
    *,
    by: User,
    at: datetime,
    reason: str,
) -> Logged:
    new: list[ShippingLogEntry] = []
    corrected: list[ShippingLogEntry] = []
    for day in days:
        before = known.get(day.key)
        if before is not None and _same(before, day):
            continue
        entry = ShippingLogEntry(
            shipping=shipping,
            day=day.day,
            part=day.part,
            plant=day.plant,
            number=1 if before is None else before.number + 1,
            reason="" if before is None else reason.strip(),
            recorded_by=by,
            recorded_at=at,
            **{name: getattr(day, name) for name in SAID},
        )
        (new if before is None else corrected).append(entry)
    ShippingLogEntry.objects.bulk_create([*new, *corrected])
    return Logged(new=new, corrected=corrected, unchanged=len(days) - len(new) - len(corrected))


def _happen(
    shipping: ControlledShipping,
    written: Logged,
    known: dict[tuple[date, int, int], ShippingLogEntry],
    *,
    mover: Mover,
) -> None:
    """Start with the first day; tell in one mail each of new finds and of finds taken back."""
    entries = sorted(written.entries, key=lambda one: (one.day, one.pk))
    if ShippingState(shipping.state) is ShippingState.CONFIRMED:
        move(shipping, ShippingAction.START, mover=mover, entry=entries[0])
    found: ShippingEvent | None = None
    taken_back: ShippingLogEntry | None = None
    for entry in entries:
        before = known.get(_key(entry))
        known_find = before is not None and before.found_qty > 0
        if entry.found_qty > 0 and not known_find:
            found = move(shipping, ShippingAction.FIND, mover=mover, entry=entry)
        elif known_find and entry.found_qty == 0:
            taken_back = entry
    if found is not None:
        tell_of_shipping(found)
    if taken_back is not None:
        tell_of_find_taken_back(taken_back)


def _trimmed(day: Day) -> Day:
    return replace(day, defect=day.defect.strip(), sorted_by=day.sorted_by.strip())


def _key(entry: ShippingLogEntry) -> tuple[date, int, int]:
    return entry.day, entry.part_id, entry.plant_id


def _same(entry: ShippingLogEntry, day: Day) -> bool:
    return all(getattr(entry, name) == getattr(day, name) for name in SAID)


def _problems(shipping: ControlledShipping, days: Sequence[Day], *, today: date) -> list[Problem]:
    lanes = {(lane.part.pk, lane.plant.pk if lane.plant else None) for lane in lanes_of(shipping)}
    anywhere = {part for part, plant in lanes if plant is None}
    problems: list[Problem] = []
    seen: dict[tuple[date, int, int], int] = {}
    for day in days:
        if (day.part.pk, day.plant.pk) not in lanes and day.part.pk not in anywhere:
            problems.append(_not_covered(shipping, day))
        if day.key in seen:
            problems.append(_twice(day, seen[day.key]))
        seen[day.key] = day.row
        problems += _wrong(shipping, day, today=today)
    return problems


def _wrong(shipping: ControlledShipping, day: Day, *, today: date) -> list[Problem]:
    checks = (
        (
            day.day < shipping.entered_on,
            ("day", day.day.isoformat()),
            _("This day is before the entry on %(day)s.")
            % {"day": date_format(shipping.entered_on)},
            _("Leave the row out; the log begins with the day of entry."),
        ),
        (
            day.day > today,
            ("day", day.day.isoformat()),
            _("This day is still to come."),
            _("Write it when it is over."),
        ),
        (
            day.found_qty > day.inspected_qty,
            ("found", _plain(day.found_qty)),
            _("More was found than was inspected (%(inspected)s).")
            % {"inspected": _plain(day.inspected_qty)},
            _("Correct one of the two."),
        ),
        (
            day.found_qty > 0 and not day.defect,
            ("defect", ""),
            _("Something was found, and the row does not say what."),
            _("Write the defect, for example “burr at bore”."),
        ),
        (
            not day.sorted_by,
            ("sorted_by", ""),
            _("The row does not say who inspected."),
            _("Write a name, a shift or the company."),
        ),
    )
    return [
        Problem(row=day.row, column=column, value=value, message=message, remedy=remedy)
        for wrong, (column, value), message, remedy in checks
        if wrong
    ]


def _not_covered(shipping: ControlledShipping, day: Day) -> Problem:
    covered = ", ".join(str(lane) for lane in lanes_of(shipping))
    return Problem(
        row=day.row,
        column="part",
        value=f"{day.part.number} / {day.plant.code}",
        message=_("%(number)s does not cover this part at this plant.")
        % {"number": shipping.number},
        remedy=_("Write one of: %(covered)s.") % {"covered": covered},
    )


def _twice(day: Day, earlier: int) -> Problem:
    return Problem(
        row=day.row,
        column="day",
        value=f"{day.day.isoformat()} {day.part.number} {day.plant.code}",
        message=_("Row %(row)d is of the same day, part and plant.") % {"row": earlier},
        remedy=_("Add the two up and keep one row."),
    )


def _unexplained(
    days: Sequence[Day], known: dict[tuple[date, int, int], ShippingLogEntry], reason: str
) -> list[Problem]:
    if reason.strip():
        return []
    return [
        Problem(
            row=day.row,
            column="reason",
            value=f"{day.day.isoformat()} {day.part.number} {day.plant.code}",
            message=_("The log has other values: inspected %(inspected)s, found %(found)s.")
            % {"inspected": _plain(before.inspected_qty), "found": _plain(before.found_qty)},
            remedy=_("Give a reason to correct it, or leave the row out."),
        )
        for day in days
        if (before := known.get(day.key)) is not None and not _same(before, day)
    ]


def _plain(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"
