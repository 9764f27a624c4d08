"""What a breach is made of: parts, plants, quantities and defects, worst first."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django.db.models import F, Sum

from scorecards.metrics import Metric
from scorecards.models import CountedReject, PartMonth, WarrantyMonth
from scorecards.periods import Month, Window, window_months

# Enough to act from a mail; the page shows the rows behind the figure.
MOST_PARTS: Final = 10


@dataclass(frozen=True, kw_only=True)
class BreachFacts:
    """The parts of one supplier that counted, and the country of the plant hit worst."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    plant_country: str = ""


def facts_by_supplier(
    *, metric: Metric, window: Window, month: Month, supplier_ids: Collection[int]
) -> dict[int, BreachFacts]:
    """Return what counted in the window, by supplier, in a constant number of queries."""
    within = (window_months(window, end=month)[0].first_day, month.first_day)
    if metric is Metric.WARRANTY_PPM:
        return _grouped(_returned(within, supplier_ids))
    defects = _defects(within, supplier_ids)
    return _grouped(
        {**row, "defects": defects.get((row["supplier"], row["plant"], row["part"]), [])}
        for row in _rejected(within, supplier_ids)
    )


def _rejected(within: Any, supplier_ids: Collection[int]) -> Any:
    return (
        PartMonth.objects.filter(supplier__in=supplier_ids, month__range=within)
        .values("supplier", "plant", "part")
        .annotate(
            number=F("part__number"),
            name=F("part__name"),
            plant_code=F("plant__code"),
            country=F("plant__country"),
            counted=Sum("counted_qty"),
            received=Sum("received_qty"),
        )
        .filter(counted__gt=0)
        .order_by("supplier", "-counted", "number", "plant_code")
    )


def _returned(within: Any, supplier_ids: Collection[int]) -> Any:
    return (
        WarrantyMonth.objects.filter(supplier__in=supplier_ids, month__range=within)
        .values("supplier", "part")
        .annotate(number=F("part__number"), name=F("part__name"), counted=Sum("returned_qty"))
        .filter(counted__gt=0)
        .order_by("supplier", "-counted", "number")
    )


def _defects(within: Any, supplier_ids: Collection[int]) -> dict[Any, list[dict[str, str]]]:
    rows = (
        CountedReject.objects.filter(supplier__in=supplier_ids, month__range=within)
        .values("supplier", "plant", "part")
        .annotate(
            code=F("reject__defect_code__code"),
            name=F("reject__defect_code__name"),
            counted=Sum("counted_qty"),
        )
        .filter(counted__gt=0)
        .order_by("-counted", "code")
    )
    found = defaultdict(list)
    for row in rows:
        found[row["supplier"], row["plant"], row["part"]].append(
            {"code": row["code"], "name": row["name"], "counted": written(row["counted"])}
        )
    return found


def _grouped(rows: Any) -> dict[int, BreachFacts]:
    found: dict[int, BreachFacts] = {}
    for row in rows:
        facts = found.setdefault(
            row["supplier"], BreachFacts(plant_country=row.get("country") or "")
        )
        if len(facts.rows) < MOST_PARTS:
            facts.rows.append(_fact(row))
    return found


def _fact(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "part": row["number"],
        "part_name": row["name"],
        "plant": row.get("plant_code", ""),
        "counted": written(row["counted"]),
        "received": written(row["received"]) if "received" in row else "",
        "defects": row.get("defects", []),
    }


def written(quantity: Decimal) -> str:
    """Write a quantity exactly, without trailing zeros, as JSON keeps it."""
    whole = quantity.to_integral_value()
    return f"{whole if quantity == whole else quantity.normalize():f}"
