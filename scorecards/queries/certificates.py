"""Certificates as they held on a day, whatever was renewed since; from their audit."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date
from typing import Any, Final

from django.apps import apps
from django.utils import timezone

from scorecards.periods import end_of
from scorecards.queries.identity import CertificateFacts
from suppliers.models import Certificate

Events = list[Any]
REMOVED: Final = "delete"


class Certificates:
    """The certificates of some suppliers and what was recorded of them, read once."""

    def __init__(self, supplier_ids: Collection[int]) -> None:
        """Read them; whoever asks has chosen suppliers the reader may see."""
        ids = list(supplier_ids)
        events: Any = apps.get_model("suppliers", "CertificateEvent")
        self._rows = {row.pk: row for row in Certificate.objects.filter(supplier__in=ids)}
        self._events: dict[int, Events] = defaultdict(list)
        for event in events.objects.filter(supplier__in=ids).order_by("pgh_created_at", "pgh_id"):
            self._events[event.pgh_obj_id].append(event)

    def now(self, supplier_id: int) -> tuple[CertificateFacts, ...]:
        """Return a supplier's certificates as they stand, by expiry."""
        rows = [row for row in self._rows.values() if row.supplier_id == supplier_id]
        rows.sort(key=lambda row: (row.expires_on, row.standard, row.pk))
        return tuple(map(_facts, rows))

    def on(self, day: date) -> dict[int, list[CertificateFacts]]:
        """Return by supplier what speaks for or against it on that day, by expiry.

        A certificate stands as it was recorded by the end of the day. What was entered later
        speaks for earlier days only by the day it names as its first (`valid_from`); that it
        had ended by then it says anyway, in the place of what was recorded. Renewed since, it
        had still ended. Suppliers without one have no key.
        """
        found: dict[int, list[CertificateFacts]] = defaultdict(list)
        for pk in self._rows.keys() | self._events.keys():
            for row in self._speaking(pk, day):
                found[row.supplier_id].append(_facts(row))
        for rows in found.values():
            rows.sort(key=lambda row: (row.expires_on, row.standard, row.number))
        return found

    def _speaking(self, pk: int, day: date) -> Iterator[Any]:
        """Yield the row as it was known on the day, and as it is if it says since when."""
        now, events = self._rows.get(pk), self._events.get(pk, [])
        over = end_of(day, zone=timezone.get_default_timezone())
        by_then = [event for event in events if event.pgh_created_at < over]
        if now is not None and (now.expires_on < day or not events):
            yield now
        elif by_then:
            if by_then[-1].pgh_label != REMOVED and _begun(by_then[-1], day):
                yield by_then[-1]
        elif events and events[0].expires_on < day:
            yield events[0]
        if now is not None and now.valid_from is not None and now.valid_from <= day:
            yield now


def _begun(row: Any, day: date) -> bool:
    return row.valid_from is None or row.valid_from <= day


def _facts(row: Any) -> CertificateFacts:
    return CertificateFacts(
        standard=row.standard,
        number=row.number,
        expires_on=row.expires_on,
        mandatory=row.mandatory,
    )
