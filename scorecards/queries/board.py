"""The month board: which ended months have figures, and how far their publication is."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils import timezone

from scorecards.models import (
    PublicationRequest,
    Scorecard,
    SupplierMonth,
    WorkState,
)
from scorecards.periods import Month, Window, months, window_months
from scorecards.queries.month_end import (
    LOCKED_AFTER,
    MonthDates,
    MonthState,
    month_dates,
    month_state,
    plant_countries,
)
from scorecards.queries.published import ACTIVITY, last_ended_month
from scorecards.queries.waiting import waiting_months
from suppliers.models import Supplier


@dataclass(frozen=True, kw_only=True)
class BoardRow:
    """One ended month: how many suppliers have figures, and how many are published.

    `provisional_share` is the undecided part of the month's rejects, None without rejects;
    `stale` counts the suppliers whose month waits to be recomputed. `request_state` is empty
    unless somebody asked for the month and it is not done. `state` and `dates` are those of
    `queries.month_end`; `late` when it should be published by now. Months before the first that
    anything was published of are `history`: brought in with the first files, and due on no day.
    """

    month: Month
    suppliers: int
    published: int
    restated: int
    stale: int
    provisional_share: Fraction | None
    pdf_ready: int
    pdf_waiting: int
    pdf_dead: int
    request_state: str
    request_error: str
    published_at: datetime | None
    locked_on: date | None
    dates: MonthDates
    state: MonthState
    history: bool
    late: bool

    @property
    def complete(self) -> bool:
        """Whether every supplier with figures has its scorecard."""
        return self.published >= self.suppliers

    @property
    def busy(self) -> bool:
        """Whether a worker has something to do for this month."""
        asked = self.request_state in (WorkState.WAITING, WorkState.WORKING)
        return asked or self.pdf_waiting > 0


def month_board(*, suppliers: QuerySet[Supplier], at: datetime) -> list[BoardRow]:
    """Return the ended months with figures of `suppliers`, newest first."""
    newest = last_ended_month(at=at)
    active = _active_suppliers(suppliers, until=newest)
    published = _by_month(Scorecard.objects.filter(supplier__in=suppliers), **PUBLISHED)
    waiting = waiting_months(suppliers)
    undecided = _by_month(
        SupplierMonth.objects.filter(supplier__in=suppliers),
        counted=Sum("counted_qty"),
        provisional=Sum("provisional_qty"),
    )
    requests = _newest_requests()
    countries = plant_countries()
    begun = min(published, default=newest)
    return [
        _row(
            month,
            len(who),
            {**published[month], **undecided[month], "stale": len(waiting.get(month, ()))},
            requests.get(month),
            dates=month_dates(month, countries=countries),
            history=month < begun,
            at=at,
        )
        for month, who in sorted(active.items(), reverse=True)
    ]


PUBLISHED: Mapping[str, Any] = {
    "published": Count("pk", filter=Q(version=1)),
    "restated": Count("supplier", filter=Q(version__gt=1), distinct=True),
    # before the next: a name that is annotated hides the column
    "first_published_at": Max("published_at", filter=Q(version=1)),
    "published_at": Max("published_at"),
    "pdf_ready": Count("pk", filter=Q(document__state=WorkState.READY)),
    "pdf_waiting": Count(
        "pk", filter=Q(document__state__in=[WorkState.WAITING, WorkState.WORKING])
    ),
    "pdf_dead": Count("pk", filter=Q(document__state=WorkState.DEAD)),
}


def _by_month(rows: Any, **counts: Any) -> defaultdict[Month, dict[str, Any]]:
    found: defaultdict[Month, dict[str, Any]] = defaultdict(dict)
    for row in rows.values("month").annotate(**counts).order_by():
        found[Month.of(row.pop("month"))] = row
    return found


def _active_suppliers(suppliers: QuerySet[Supplier], *, until: Month) -> dict[Month, set[int]]:
    """Return who was active in the twelve months that end with each month."""
    active: defaultdict[Month, set[int]] = defaultdict(set)
    rows = SupplierMonth.objects.filter(
        ACTIVITY, supplier__in=suppliers, month__lte=until.first_day
    )
    for day, supplier_id in rows.values_list("month", "supplier_id"):
        active[Month.of(day)].add(supplier_id)
    if not active:
        return {}
    windows = {
        month: set().union(*(active[one] for one in window_months(Window.ROLLING_12, end=month)))
        for month in months(min(active), until)
    }
    return {month: who for month, who in windows.items() if who}


def _newest_requests() -> dict[Month, PublicationRequest]:
    """Return the latest request of each month."""
    newest = PublicationRequest.objects.order_by("month", "pk")
    return {Month.of(request.month): request for request in newest}


def _row(
    month: Month,
    suppliers: int,
    counts: Mapping[str, Any],
    request: PublicationRequest | None,
    *,
    dates: MonthDates,
    history: bool,
    at: datetime,
) -> BoardRow:
    unfinished = request is not None and request.state != WorkState.READY
    complete = counts.get("published", 0) >= suppliers
    first = counts.get("first_published_at") if complete else None
    today = timezone.localdate(at)
    return BoardRow(
        month=month,
        suppliers=suppliers,
        published=counts.get("published", 0),
        restated=counts.get("restated", 0),
        stale=counts.get("stale", 0),
        provisional_share=_share(counts.get("provisional"), counts.get("counted")),
        pdf_ready=counts.get("pdf_ready", 0),
        pdf_waiting=counts.get("pdf_waiting", 0),
        pdf_dead=counts.get("pdf_dead", 0),
        request_state=request.state if request and unfinished else "",
        request_error=request.error if request and unfinished else "",
        published_at=counts.get("published_at"),
        locked_on=None if first is None else timezone.localdate(first + LOCKED_AFTER),
        dates=dates,
        state=month_state(dates=dates, today=today, published_at=first, at=at),
        history=history,
        late=first is None and not history and today > dates.due_on,
    )


def _share(part: Decimal | None, whole: Decimal | None) -> Fraction | None:
    return Fraction(part or 0) / Fraction(whole) if whole else None
