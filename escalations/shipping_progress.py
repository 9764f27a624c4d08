"""How far a controlled shipping is from its exit: counts over the rows of its log, nothing else.

Pure. A production day counts when something was inspected on it, over all parts and plants
together. The newest find or escape begins both counts again: days and shipments count from the
day after it.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

ZERO: Final = Decimal(0)


class Reset(StrEnum):
    """What began the count again."""

    FIND = "find"
    ESCAPE = "escape"


@dataclass(frozen=True, kw_only=True)
class LogRow:
    """What one part's sorting at one plant gave on one day, as it is in force."""

    day: date
    inspected: Decimal
    found: Decimal
    shipments: int


@dataclass(frozen=True, kw_only=True)
class ExitTerms:
    """What was fixed at entry."""

    entered_on: date
    production_days: int
    shipments: int
    action_verified: bool


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One criterion: how much there is of how much is needed."""

    have: int
    need: int

    @property
    def met(self) -> bool:
        """Whether there is enough."""
        return self.have >= self.need

    @property
    def left(self) -> int:
        """How much is missing."""
        return max(self.need - self.have, 0)

    @property
    def reached(self) -> int:
        """How much of what is needed there is."""
        return min(self.have, self.need)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Where the exit stands.

    `clean_from` is the first day that can count, `reset_on` the day of the newest find or escape
    and `reset_by` which of them. `action` is None where the terms ask for no corrective action.
    `missing` are working days without any row, `last_day` the newest day of the log.
    """

    clean_from: date
    reset_on: date | None
    reset_by: Reset | None
    days: Criterion
    shipments: Criterion
    action: Criterion | None
    verified_on: date | None
    missing: tuple[date, ...]
    last_day: date | None
    inspected: Decimal
    found: Decimal

    @property
    def complete(self) -> bool:
        """Whether every criterion is met."""
        return all(item.met for item in (self.days, self.shipments, self.action) if item)


def progress(
    *,
    terms: ExitTerms,
    rows: Sequence[LogRow],
    escapes: Collection[date],
    verified_on: date | None,
    today: date,
    is_working_day: Callable[[date], bool],
) -> Progress:
    """Return the progress as of `today`.

    Args:
        terms: what was fixed at entry.
        rows: the log's rows in force; those before entry or after today are left out.
        escapes: days on which escaped pieces were detected.
        verified_on: since when the corrective action is verified; None while it is not.
        today: the day; it is never missing, because it may still be written.
        is_working_day: the calendar of the place that sorts.
    """
    known = [row for row in rows if terms.entered_on <= row.day <= today]
    reset_on, reset_by = _newest_reset(known, [day for day in escapes if day <= today])
    clean_from = terms.entered_on if reset_on is None else reset_on + timedelta(days=1)
    clean = [row for row in known if row.day >= clean_from]
    verified = verified_on is not None and verified_on <= today
    return Progress(
        clean_from=max(clean_from, terms.entered_on),
        reset_on=reset_on,
        reset_by=reset_by,
        days=Criterion(have=_production_days(clean), need=terms.production_days),
        shipments=Criterion(have=_shipments(clean), need=terms.shipments),
        action=Criterion(have=int(verified), need=1) if terms.action_verified else None,
        verified_on=verified_on if verified else None,
        missing=missing_days(terms.entered_on, {row.day for row in known}, today, is_working_day),
        last_day=max((row.day for row in known), default=None),
        inspected=sum((row.inspected for row in known), ZERO),
        found=sum((row.found for row in known), ZERO),
    )


def _newest_reset(
    rows: Sequence[LogRow], escapes: Collection[date]
) -> tuple[date | None, Reset | None]:
    """Return the newest day with a find or an escape; an escape leads on the same day."""
    found = [(row.day, 0, Reset.FIND) for row in rows if row.found > 0]
    found += [(day, 1, Reset.ESCAPE) for day in escapes]
    day, _rank, by = max(found, default=(None, 0, None))
    return day, by


def _production_days(rows: Sequence[LogRow]) -> int:
    return len({row.day for row in rows if row.inspected > 0})


def _shipments(rows: Sequence[LogRow]) -> int:
    """Return the shipments of days on which something was inspected."""
    inspected = {row.day for row in rows if row.inspected > 0}
    return sum(row.shipments for row in rows if row.day in inspected)


def missing_days(
    entered_on: date, logged: Collection[date], today: date, is_working_day: Callable[[date], bool]
) -> tuple[date, ...]:
    """Return the working days from the one after entry to yesterday that have no row."""
    length = (today - entered_on).days
    days = (entered_on + timedelta(days=offset) for offset in range(1, max(length, 1)))
    return tuple(day for day in days if day not in logged and is_working_day(day))
