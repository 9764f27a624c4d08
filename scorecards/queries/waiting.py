"""Which suppliers' months wait to be recomputed: facts that changed, and masters."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from django.db.models import Q
from django.db.models.functions import TruncMonth

from scorecards.models import LateMark, PartMonth, StaleKey, SupplierMonth
from scorecards.periods import Month
from suppliers.models import Part, Reject

Keys = Iterator[tuple[int, date]]
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
    marks = list(LateMark.objects.all())
    parts = Q()
    for mark in marks:
        if mark.part_id is not None:
            followed = _followed_by({mark.part_id})
            whose = Q() if mark.supplier_id is None else Q(supplier=mark.supplier_id)
            parts |= Q(part__in=followed) & whose
    if parts:
        yield from PartMonth.objects.filter(within, parts).values_list("supplier", "month")
    codes = {mark.defect_code_id for mark in marks} - {None}
    lots = {mark.delivery_id for mark in marks} - {None}
    if codes or lots:
        of_codes = Reject.objects.filter(defect_code__in=codes)
        touched = Q(defect_code__in=codes) | Q(delivery__in=lots)
        touched |= Q(delivery__in=of_codes.exclude(delivery=None).values("delivery"))
        rejects = Reject.objects.annotate(month=TruncMonth("detected_on"))
        yield from rejects.filter(within, touched).values_list("supplier", "month")
    if any({mark.part_id, mark.defect_code_id, mark.delivery_id} == {None} for mark in marks):
        yield from SupplierMonth.objects.filter(within).values_list("supplier", "month")


def _followed_by(part_ids: set[int]) -> set[int]:
    """Return parts with the numbers that follow them, however far."""
    found, newer = set(part_ids), set(part_ids)
    while newer:
        newer = set(Part.objects.filter(supersedes__in=newer).values_list("pk", flat=True)) - found
        found |= newer
    return found


def _within(span: Span) -> Q:
    first, last = span
    selected = Q()
    if first is not None:
        selected &= Q(month__gte=first.first_day)
    if last is not None:
        selected &= Q(month__lte=last.first_day)
    return selected
