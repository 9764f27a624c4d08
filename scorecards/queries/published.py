"""Published scorecards and who has something to publish."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from scorecards.models import Scorecard, SupplierMonth
from scorecards.periods import Month, Window, window_months
from scorecards.queries.overview import SupplierOverview
from scorecards.snapshots.envelope import open_snapshot
from suppliers.models import Plant, Supplier

ACTIVITY = ~Q(received_qty=0) | ~Q(counted_qty=0) | ~Q(returned_qty=0)


def newest_scorecard(*, supplier: Supplier, month: Month) -> Scorecard | None:
    """Return the version in force, or None while the month is unpublished."""
    versions = Scorecard.objects.of_month(month).filter(supplier=supplier)
    found: Scorecard | None = versions.order_by("-version").first()
    return found


def versions_of(*, supplier: Supplier, month: Month) -> list[Scorecard]:
    """Return every version, newest first, with who published it."""
    versions = Scorecard.objects.of_month(month).filter(supplier=supplier)
    return list(versions.select_related("published_by", "document").order_by("-version"))


def scorecards_of(supplier: Supplier, *, most: int = 12) -> list[Scorecard]:
    """Return the supplier's scorecards in force, newest month first."""
    rows = Scorecard.objects.filter(supplier=supplier).newest().defer("snapshot")
    return list(rows.order_by("-month")[:most])


def published_overview(scorecard: Scorecard) -> SupplierOverview:
    """Return what a scorecard froze."""
    return open_snapshot(scorecard.snapshot).overview


def suppliers_with_activity(
    month: Month, *, among: QuerySet[Supplier] | None = None
) -> QuerySet[Supplier]:
    """Return the suppliers that have a scorecard for the month.

    These are the ones with receipts, rejects or returns in the twelve months that end with it.
    """
    first = window_months(Window.ROLLING_12, end=month)[0]
    active = SupplierMonth.objects.filter(
        ACTIVITY, month__range=(first.first_day, month.first_day)
    ).values("supplier")
    suppliers: Any = Supplier.objects.all() if among is None else among
    found: QuerySet[Supplier] = suppliers.filter(pk__in=active)
    return found


def without_scorecard(suppliers: QuerySet[Supplier], *, month: Month) -> QuerySet[Supplier]:
    """Return those of `suppliers` whose month is not published yet."""
    published: Any = Scorecard.objects.of_month(month).values("supplier")
    return suppliers.exclude(pk__in=published)


def last_ended_month(*, at: datetime) -> Month:
    """Return the newest month that is over in every plant's time zone."""
    zones = Plant.objects.values_list("time_zone", flat=True).distinct()
    current = [Month.at(at, zone=ZoneInfo(zone)) for zone in zones]
    return min(current, default=Month.at(at, zone=ZoneInfo("UTC"))).minus(1)
