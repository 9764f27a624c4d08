"""Counts by key and month as the roll-up holds them: the rows beneath every figure.

Nothing here divides, and nobody but `queries.figures` asks.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, TypeAlias

from django.db.models import Q, Sum

from scorecards.enums import ScopeKind
from scorecards.models import (
    CountedReject,
    FieldMonth,
    GroupMonth,
    PartMonth,
    SupplierMonth,
    TierMonth,
    WarrantyMonth,
)
from scorecards.periods import Month

# What every scope's key is when there is only one: all suppliers together.
ALL_KEY: Final = 0
# What tells the figures of a scope apart: an id, or the name of a commodity.
Key: TypeAlias = Any
# Scopes whose rows do not name them in a column of their own.
COLUMNS: Final = {
    ScopeKind.COMMODITY: "part__commodity",
    ScopeKind.DEFECT_CODE: "reject__defect_code",
}


@dataclass(frozen=True, kw_only=True)
class MonthCounts:
    """Pieces of one scope in one month.

    External: counted rejects over received. Warranty: accepted returns over parts in field
    at the month's end. `provisional` is the part of `counted` that nobody has decided.
    """

    counted: Decimal = Decimal(0)
    received: Decimal = Decimal(0)
    provisional: Decimal = Decimal(0)


Series = Mapping[Month, MonthCounts]

# Sums over whoever was a member at the end of each month.
MEMBER_SOURCES: Final[dict[ScopeKind, Any]] = {
    ScopeKind.TIER: TierMonth,
    ScopeKind.GROUP: GroupMonth,
}
EXTERNAL_SOURCES: Final[dict[ScopeKind, Any]] = MEMBER_SOURCES | {
    ScopeKind.SUPPLIER: SupplierMonth,
    ScopeKind.PLANT: PartMonth,
    ScopeKind.PART: PartMonth,
    ScopeKind.COMMODITY: PartMonth,
    ScopeKind.ALL: SupplierMonth,
}


def of_months(first: Month | None, last: Month | None) -> Q:
    """Select the months from `first` to `last`; None for no limit."""
    selected = Q()
    if first is not None:
        selected &= Q(month__gte=first.first_day)
    if last is not None:
        selected &= Q(month__lte=last.first_day)
    return selected


def of_keys(scope: ScopeKind, keys: Collection[Key] | None) -> Q:
    """Select the keys asked for; parts without a commodity are none of them."""
    column = COLUMNS.get(scope, scope.value)
    if keys is not None:
        return Q(**{f"{column}__in": list(keys)})
    return ~Q(**{column: ""}) if scope is ScopeKind.COMMODITY else Q()


def by_code(
    keys: Collection[int] | None, selected: Q, *, narrowed: bool
) -> dict[int, dict[Month, MonthCounts]]:
    """Return each code's counted rejects over what was received, whatever was wrong with it."""
    codes = Q() if keys is None else Q(reject__defect_code__in=list(keys))
    rejected = _rejected(ScopeKind.DEFECT_CODE, selected & codes)
    source = PartMonth if narrowed else SupplierMonth
    received = external(source, ScopeKind.ALL, selected).get(ALL_KEY, {})
    return {
        key: _over(rejected.get(key, {}), received) for key in (rejected if keys is None else keys)
    }


def of_code(
    code: int, received: Mapping[int, Series], scope: ScopeKind, selected: Q
) -> dict[int, dict[Month, MonthCounts]]:
    """Return one code's counted rejects by another scope's keys, over what those received."""
    rejected = _rejected(scope, selected & Q(reject__defect_code=code))
    return {
        key: _over(rejected.get(key, {}), received.get(key, {}))
        for key in received.keys() | rejected.keys()
    }


def _rejected(scope: ScopeKind, selected: Q) -> dict[int, dict[Month, MonthCounts]]:
    """Add up the rows that the roll-up sums: it does not hold what was wrong."""
    columns = {"counted": "counted_qty", "provisional": "provisional_qty"}
    return _by_key(_summed(CountedReject, scope, selected, **columns))


def _over(rejected: Series, received: Series) -> dict[Month, MonthCounts]:
    nothing = MonthCounts()
    return {
        month: replace(rejected.get(month, nothing), received=received.get(month, nothing).received)
        for month in sorted(rejected.keys() | received.keys())
    }


def external(source: Any, scope: ScopeKind, selected: Q) -> dict[int, dict[Month, MonthCounts]]:
    """Return rejected and received pieces by the scope's key and month."""
    rows = _summed(
        source,
        scope,
        selected,
        counted="counted_qty",
        received="received_qty",
        provisional="provisional_qty",
    )
    return _by_key(rows)


def warranty(
    scope: ScopeKind, selected: Q, *, by_part: bool
) -> dict[int, dict[Month, MonthCounts]]:
    """Return accepted returns and parts in field by the scope's key and month."""
    counted = {"counted": "returned_qty", "provisional": "returned_provisional_qty"}
    received = {"received": "parts_in_field"}
    if by_part:
        returned = _summed(WarrantyMonth, scope, selected, **counted)
        return _by_key([*returned, *_summed(FieldMonth, scope, selected, **received)])
    source = MEMBER_SOURCES.get(scope, SupplierMonth)
    return _by_key(_summed(source, scope, selected, **counted, **received))


def ranked(source: Any, scope: ScopeKind, selected: Q) -> list[Key]:
    """Return the keys with anything received or rejected, most rejected pieces first.

    The database adds up and orders: of tens of thousands of parts one page is looked at.
    """
    column = COLUMNS.get(scope, scope.value)
    received = () if scope is ScopeKind.DEFECT_CODE else ("received_qty",)
    sums = {f"{name}_sum": Sum(name) for name in ("counted_qty", *received)}
    rows = source.objects.filter(selected).values(column).annotate(**sums)
    if received:
        rows = rows.exclude(counted_qty_sum=0, received_qty_sum=0)
    order = [f"-{name}" for name in sums]
    return list(rows.order_by(*order, column).values_list(column, flat=True))


def _summed(source: Any, scope: ScopeKind, selected: Q, **columns: str) -> list[dict[str, Any]]:
    column = COLUMNS.get(scope, scope.value)
    key = [] if scope is ScopeKind.ALL else [column]
    sums = {name: Sum(column) for name, column in columns.items()}
    rows = source.objects.filter(selected).values(*key, "month").annotate(**sums)
    return [{"key": row.pop(column, ALL_KEY), **row} for row in rows.order_by()]


def _by_key(rows: list[dict[str, Any]]) -> dict[int, dict[Month, MonthCounts]]:
    found: dict[int, dict[Month, dict[str, Decimal]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        key, month = row.pop("key"), Month.of(row.pop("month"))
        found[key][month].update(row)
    return {
        key: {month: MonthCounts(**counts) for month, counts in series.items()}
        for key, series in found.items()
    }
