"""How far a controlled shipping is from its exit, from its log, its escapes and its 8D."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.models import (
    ControlledShipping,
    Episode,
    ShippingEscape,
    ShippingLogEntry,
)
from escalations.owed import LocalDay
from escalations.queries.days import days_at
from escalations.queries.shipping_verified import Reports
from escalations.shipping_progress import ExitTerms, LogRow, Progress, Reset, progress
from suppliers.working_days import is_working_day, public_holidays


@dataclass(frozen=True, kw_only=True)
class Said:
    """A criterion in words: what, how much of how much, whether it is met, and why."""

    name: str
    have: int
    need: int
    met: bool
    why: str
    counted: bool = True

    @property
    def reached(self) -> int:
        """How much of what is needed there is: never more than that."""
        return min(self.have, self.need)

    @property
    def more(self) -> int:
        """How much there is beyond what is needed."""
        return max(self.have - self.need, 0)


def today_of(shipping: ControlledShipping, *, at: datetime) -> date:
    """Return the day it is where the supplier sorts."""
    return day_of_sorting(shipping.episode, at=at)


def day_of_sorting(episode: Episode, *, at: datetime) -> date:
    """Return the day it is where the supplier of a case sorts."""
    return LocalDay.at(at, zone=episode.supplier.time_zone).today


def added_on(
    shipping: ControlledShipping, plant_ids: Iterable[int | None], *, at: datetime
) -> dict[int | None, date | None]:
    """Return by plant the day a part is added on that goes there; None on the day of entry.

    East of the supplier it may be the next day already: what was found on it is no escape.
    """
    today = today_of(shipping, at=at)
    there = {pk: max(today, day) if pk else today for pk, day in days_at(plant_ids, at).items()}
    return {pk: day if day > shipping.entered_on else None for pk, day in there.items()}


def exit_progress(shipping: ControlledShipping, *, today: date) -> Progress:
    """Return where the exit stands as of `today`; what it ended with once it has ended."""
    return _progress(shipping, Known.of([shipping]), today=today)


def progress_of(shippings: Sequence[ControlledShipping], *, at: datetime) -> dict[int, Progress]:
    """Return where each exit stands, by id, in a constant number of queries."""
    known = Known.of(shippings)
    return {one.pk: _progress(one, known, today=today_of(one, at=at)) for one in shippings}


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the exits of some controlled shippings follow from."""

    log: Mapping[int, Sequence[ShippingLogEntry]]
    escapes: Mapping[int, Sequence[date]]
    reports: Reports

    @classmethod
    def of(cls, shippings: Sequence[ControlledShipping]) -> "Known":
        """Read it in a constant number of queries."""
        log: dict[int, list[ShippingLogEntry]] = defaultdict(list)
        for entry in ShippingLogEntry.objects.filter(shipping__in=shippings).in_force():
            log[entry.shipping_id].append(entry)
        escapes: dict[int, list[date]] = defaultdict(list)
        ruled = ShippingEscape.objects.filter(shipping__in=shippings).in_force()
        for escape in ruled.filter(counts=True).select_related("reject"):
            escapes[escape.shipping_id].append(escape.reject.detected_on)
        return cls(log=log, escapes=escapes, reports=Reports.of(shippings))


def _progress(shipping: ControlledShipping, known: Known, *, today: date) -> Progress:
    today = min(today, shipping.ended_on or today)
    free = _holidays(shipping.episode.supplier.country, shipping.entered_on.year, today.year)
    return progress(
        terms=ExitTerms(
            entered_on=shipping.entered_on,
            production_days=shipping.exit_production_days,
            shipments=shipping.exit_shipments,
            action_verified=shipping.exit_action_verified,
        ),
        rows=[_row(entry) for entry in known.log.get(shipping.pk, ())],
        escapes=known.escapes.get(shipping.pk, ()),
        verified_on=known.reports.verified_on(shipping),
        today=today,
        is_working_day=lambda day: is_working_day(day, holidays=free),
    )


@lru_cache(maxsize=256)
def _holidays(country: str, first_year: int, last_year: int) -> Collection[date]:
    return public_holidays(
        country=country, first=date(first_year, 1, 1), last=date(last_year, 12, 31)
    )


def log_in_force(shipping: ControlledShipping) -> list[ShippingLogEntry]:
    """Return the newest version of each day, part and plant, oldest day first."""
    rows = ShippingLogEntry.objects.filter(shipping=shipping).in_force()
    return list(rows.select_related("part", "plant", "recorded_by"))


def escape_days(shipping: ControlledShipping) -> Sequence[date]:
    """Return the days on which pieces that count as escapes were detected."""
    return Known.of([shipping]).escapes.get(shipping.pk, ())


def said(found: Progress, *, ended: bool = False) -> list[Said]:
    """Put each criterion into words, with why it is met or what is missing.

    Of one that has `ended`, by whatever, nothing is said to come.
    """
    left = _Left(days="", shipments="") if ended else _Left.of(found)
    criteria = [
        Said(
            name=_("Production days without a find"),
            have=found.days.have,
            need=found.days.need,
            met=found.days.met,
            why=_since(found, left=left.days),
        ),
        Said(
            name=_("Shipments without a find"),
            have=found.shipments.have,
            need=found.shipments.need,
            met=found.shipments.met,
            why=_since(found, left=left.shipments),
        ),
    ]
    if found.action is not None:
        criteria.append(
            Said(
                name=_("Corrective action verified"),
                have=found.action.have,
                need=found.action.need,
                met=found.action.met,
                why=_verified(found, ended=ended),
                counted=False,
            )
        )
    return criteria


def _since(found: Progress, *, left: str) -> str:
    words = {"day": date_format(found.reset_on or found.clean_from)}
    if found.reset_by is Reset.FIND:
        since = _("Counted since the find of %(day)s.") % words
    elif found.reset_by is Reset.ESCAPE:
        since = _("Counted since the escape detected on %(day)s.") % words
    else:
        since = _("Counted since the entry on %(day)s.") % words
    return f"{since} {left}".strip()


@dataclass(frozen=True, kw_only=True)
class _Left:
    """What is missing, in sentences; empty where nothing is."""

    days: str
    shipments: str

    @classmethod
    def of(cls, found: Progress) -> "_Left":
        return cls(
            days=_days_left(found.days.left), shipments=_shipments_left(found.shipments.left)
        )


def _days_left(left: int) -> str:
    if not left:
        return ""
    return ngettext(
        "%(left)d more day on which something is inspected and nothing found.",
        "%(left)d more days on which something is inspected and nothing found.",
        left,
    ) % {"left": left}


def _shipments_left(left: int) -> str:
    if not left:
        return ""
    return ngettext("%(left)d more shipment.", "%(left)d more shipments.", left) % {"left": left}


def _verified(found: Progress, *, ended: bool) -> str:
    if found.verified_on is not None:
        return _("D1 to D6 of the 8D were accepted by %(day)s.") % {
            "day": date_format(found.verified_on)
        }
    if ended:
        return _("D1 to D6 of an 8D about these parts were not accepted by then.")
    return _("D1 to D6 of an 8D about these parts have to be accepted.")


def _row(entry: ShippingLogEntry) -> LogRow:
    return LogRow(
        day=entry.day,
        inspected=entry.inspected_qty,
        found=entry.found_qty,
        shipments=entry.shipments,
    )
