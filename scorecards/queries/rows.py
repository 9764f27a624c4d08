"""The rows behind a figure, each with what it counts; they add up to the figure.

They come from the views that the roll-up sums. Where the sum differs, the reader does not
see every row (a membership narrowed to plants) or a change is still being rolled up.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from scorecards.enums import ScopeKind
from scorecards.metrics import Metric
from scorecards.models import (
    CountedDelivery,
    CountedReject,
    CountedReturn,
    LateMark,
    PartMonth,
    StaleKey,
)
from scorecards.periods import Month
from scorecards.queries.in_field import parts_in_field
from scorecards.queries.lots import lot_counted_by
from scorecards.queries.scopes import Scope
from scorecards.queries.waiting import waiting_months
from suppliers.access import AnyUser
from suppliers.models import Dispute
from suppliers.models.disputes import OPEN_DISPUTES


class RowKind(StrEnum):
    """What the rows are."""

    REJECTS = "rejects"
    DELIVERIES = "deliveries"
    RETURNS = "returns"
    IN_FIELD = "in-field"


CHUNK: Final = 2_000
NUMERATOR: Final = {Metric.EXTERNAL_PPM: RowKind.REJECTS, Metric.WARRANTY_PPM: RowKind.RETURNS}
DENOMINATOR: Final = {
    Metric.EXTERNAL_PPM: RowKind.DELIVERIES,
    Metric.WARRANTY_PPM: RowKind.IN_FIELD,
}


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Rows of one kind over some months, with the sum of what they count."""

    kind: RowKind
    all: QuerySet[Any] | Sequence[Any]
    total: Decimal

    def __iter__(self) -> Iterator[Any]:
        """Yield every row without keeping them all."""
        rows = self.all
        return rows.iterator(chunk_size=CHUNK) if isinstance(rows, QuerySet) else iter(rows)


def rows_behind(kind: RowKind, *, user: AnyUser, scope: Scope, first: Month, last: Month) -> Rows:
    """Return the rows of the months from `first` to `last` that `user` may see, newest first.

    Parts in field are those of the end of the window, so only `last` matters to them.
    """
    if kind is RowKind.IN_FIELD:
        parts = parts_in_field(user=user, scope=scope, month=last)
        return Rows(kind=kind, all=parts, total=_sum(row.parts_in_field for row in parts))
    queryset, counted_by = SOURCES[kind](user, scope, first, last)
    total = queryset.aggregate(total=Sum(counted_by))["total"] or Decimal(0)
    return Rows(kind=kind, all=queryset, total=total)


def _sum(quantities: Iterable[Decimal]) -> Decimal:
    return sum(quantities, Decimal(0))


Source = Callable[[AnyUser, Scope, Month, Month], tuple[QuerySet[Any], str]]


def _deliveries(
    user: AnyUser, scope: Scope, first: Month, last: Month
) -> tuple[QuerySet[Any], str]:
    rows = (
        CountedDelivery.objects.visible_to(user)
        .filter(scope.rows & _deliverers(scope, first, last))
        .filter(received_on__range=(first.first_day, last.last_day))
        .select_related("delivery", "supplier", "plant", "part")
        .order_by("-received_on", "-pk")
    )
    return rows, "received_qty"


def reject_rows(*, user: AnyUser, scope: Scope, first: Month, last: Month) -> QuerySet[Any]:
    """Return the rejects of the months that `user` may see, newest first."""
    rows: QuerySet[Any] = (
        CountedReject.objects.visible_to(user)
        .filter(scope.rejects, detected_on__range=(first.first_day, last.last_day))
        .select_related("reject__defect_code", "supplier", "plant", "part")
        .annotate(disputed=Exists(open_disputes(reject=OuterRef("pk"))))
        .annotate(counted_by=lot_counted_by())
        .order_by("-detected_on", "-pk")
    )
    return rows


def _rejects(user: AnyUser, scope: Scope, first: Month, last: Month) -> tuple[QuerySet[Any], str]:
    return reject_rows(user=user, scope=scope, first=first, last=last), "counted_qty"


def _returns(user: AnyUser, scope: Scope, first: Month, last: Month) -> tuple[QuerySet[Any], str]:
    rows = (
        CountedReturn.objects.visible_to(user)
        .filter(scope.rows, received_on__range=(first.first_day, last.last_day))
        .select_related("warranty_return", "supplier", "part")
        .annotate(disputed=Exists(open_disputes(warranty_return=OuterRef("pk"))))
        .order_by("-received_on", "-pk")
    )
    return rows, "returned_qty"


SOURCES: Final[dict[RowKind, Source]] = {
    RowKind.REJECTS: _rejects,
    RowKind.DELIVERIES: _deliveries,
    RowKind.RETURNS: _returns,
}


def _deliverers(scope: Scope, first: Month, last: Month) -> Q:
    """Name the suppliers of a plant, part or commodity: the index of suppliers' days serves."""
    if scope.kind not in {ScopeKind.PLANT, ScopeKind.PART, ScopeKind.COMMODITY}:
        return Q()
    months = PartMonth.objects.filter(scope.rows, month__range=(first.first_day, last.first_day))
    return Q(supplier__in=months.values("supplier"))


def open_disputes(**about: Any) -> QuerySet[Dispute]:
    """Return the disputes about a record that wait for an answer."""
    found: QuerySet[Dispute] = Dispute.objects.filter(state__in=OPEN_DISPUTES, **about)
    return found


def being_rolled_up(scope: Scope) -> bool:
    """Whether a change to the facts of the scope's suppliers is not in the figures yet."""
    if scope.kind is ScopeKind.SUPPLIER:
        return bool(waiting_months([scope.key]))
    return StaleKey.objects.exists() or LateMark.objects.exists()
