"""Monthly counts of what one supplier delivered to one plant, or of one part.

The same rows and sums as `figures.monthly_counts`, by two keys at once, for rules that look at
plants or parts; ratios are made by `figures.window_figure` as for every other figure.
"""

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal
from typing import Any, Literal

from django.db.models import Sum

from scorecards.metrics import Metric
from scorecards.models import FieldMonth, PartMonth, WarrantyMonth
from scorecards.periods import Month
from scorecards.queries.figures import MonthCounts, UnsupportedScopeError

LaneKey = tuple[int, int]


def lane_counts(
    *,
    metric: Metric,
    by: Literal["plant", "part"],
    supplier_ids: Collection[int] | None,
    first: Month,
    last: Month,
) -> dict[LaneKey, dict[Month, MonthCounts]]:
    """Return counts by (supplier, plant or part) and month.

    Raises:
        UnsupportedScopeError: warranty by plant; a return names no plant.
    """
    if metric is Metric.EXTERNAL_PPM:
        columns = {
            "counted": "counted_qty",
            "received": "received_qty",
            "provisional": "provisional_qty",
        }
        return _by_lane(_summed(PartMonth, by, supplier_ids, first, last, columns), by)
    if by == "plant":
        raise UnsupportedScopeError("warranty returns carry no plant")
    returned = {"counted": "returned_qty", "provisional": "returned_provisional_qty"}
    rows = _summed(WarrantyMonth, by, supplier_ids, first, last, returned)
    field = _summed(FieldMonth, by, supplier_ids, first, last, {"received": "parts_in_field"})
    return _by_lane([*rows, *field], by)


def lane_incidents(
    *,
    by: Literal["plant", "part"],
    supplier_ids: Collection[int] | None,
    first: Month,
    last: Month,
) -> dict[LaneKey, int]:
    """Return the incidents of the months, by (supplier, plant or part)."""
    rows = _narrowed(PartMonth, supplier_ids, first, last).values("supplier", by)
    sums = rows.annotate(cases=Sum("incidents")).order_by()
    return {(row["supplier"], row[by]): row["cases"] for row in sums}


def _narrowed(source: Any, supplier_ids: Collection[int] | None, first: Month, last: Month) -> Any:
    rows = source.objects.filter(month__range=(first.first_day, last.first_day))
    return rows if supplier_ids is None else rows.filter(supplier__in=list(supplier_ids))


def _summed(
    source: Any,
    by: str,
    supplier_ids: Collection[int] | None,
    first: Month,
    last: Month,
    columns: dict[str, str],
) -> list[dict[str, Any]]:
    rows = _narrowed(source, supplier_ids, first, last).values("supplier", by, "month")
    return list(rows.annotate(**{name: Sum(of) for name, of in columns.items()}).order_by())


def _by_lane(rows: list[dict[str, Any]], by: str) -> dict[LaneKey, dict[Month, MonthCounts]]:
    found: dict[LaneKey, dict[Month, dict[str, Decimal]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        key, month = (row.pop("supplier"), row.pop(by)), Month.of(row.pop("month"))
        found[key][month].update(row)
    return {
        key: {month: MonthCounts(**counts) for month, counts in series.items()}
        for key, series in found.items()
    }
