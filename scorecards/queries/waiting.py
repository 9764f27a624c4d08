"""Which suppliers' months wait to be recomputed: facts that changed, and masters."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from django.db.models import Q
from django.db.models.functions import TruncMonth

from scorecards.models import LateMark, PartMonth, StaleKey, SupplierMonth
from scorecards.periods import Month
from suppliers.models import Reject

Keys = Iterator[tuple[int, date]]
Mark = tuple[int | None, int | None, int | None]
# Months from the first to the last; None for no limit.
Span = tuple[Month | None, Month | None]
ALWAYS: Final[Span] = (None, None)


def waiting_months(suppliers: Any, *, span: Span = ALWAYS) -> dict[Month, set[int]]:
    """Return the suppliers by month whose figures are behind facts or masters.

    A master that changed waits as a late mark until its months are looked up
    (`rollup.late`); they are counted here as they will be marked.

    Args:
        suppliers: ids or a QuerySet of suppliers.
        span: only these months.
    """
    found: dict[Month, set[int]] = defaultdict(set)
    within = Q(supplier__in=suppliers) & _within(span)
    keys = StaleKey.objects.filter(within).values_list("supplier", "month").distinct()
    for supplier, month in (*keys, *_late(within)):
        found[Month.of(month)].add(supplier)
    return found


def _late(within: Q) -> Keys:
    """Yield what `rollup/late_keys.sql` would mark."""
    marks: list[tuple[int | None, int | None, int | None]] = list(
        LateMark.objects.values_list("supplier", "part", "defect_code")
    )
    codes = {code for *_, code in marks if code is not None}
    parts = Q()
    for supplier, part, _code in marks:
        if part is not None:
            parts |= Q(part=part) & (Q() if supplier is None else Q(supplier=supplier))
    if parts:
        yield from PartMonth.objects.filter(within, parts).values_list("supplier", "month")
    if codes:
        rejects = Reject.objects.annotate(month=TruncMonth("detected_on"))
        yield from rejects.filter(within, defect_code__in=codes).values_list("supplier", "month")
    if any(part is None and code is None for _supplier, part, code in marks):
        yield from SupplierMonth.objects.filter(within).values_list("supplier", "month")


def _within(span: Span) -> Q:
    first, last = span
    selected = Q()
    if first is not None:
        selected &= Q(month__gte=first.first_day)
    if last is not None:
        selected &= Q(month__lte=last.first_day)
    return selected
