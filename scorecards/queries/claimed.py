"""What records count, and what their figure loses without the disputed: the one way to both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q

from scorecards.metrics import Metric
from scorecards.models import CountedReject, CountedReturn
from scorecards.periods import Month
from scorecards.queries.lines import counted_now
from suppliers.counted import Counted
from suppliers.enums import CountingRule, Severity
from suppliers.models import Reject, WarrantyReturn
from suppliers.published_lines import PublishedLine

ZERO, ONE = Decimal(0), Decimal(1)
RANKS: Final = list(Severity.values)


class RecordCounter:
    """Answers what decisions ask (`suppliers.counted.Counter`)."""

    def counted(self, record: Reject | WarrantyReturn) -> Counted:
        """Return what a record counts now, by the view that the roll-up sums."""
        if isinstance(record, Reject):
            row = CountedReject.objects.select_related("reject__defect_code").get(pk=record.pk)
            return of_reject(row)
        returned = CountedReturn.objects.get(pk=record.pk).returned_qty
        return Counted(quantity=returned, as_a_whole=False)

    def counted_line(self, line: PublishedLine, *, supplier_id: int) -> Decimal:
        """Return what the records of a published line count now."""
        return counted_now(line, supplier_id=supplier_id)


@dataclass(frozen=True, kw_only=True)
class Less:
    """How many pieces a supplier's month loses without the disputed of one record."""

    supplier_id: int
    month: Month
    quantity: Decimal


def of_reject(row: CountedReject) -> Counted:
    """Return what a reject counts; `row` with its defect code."""
    whole = row.reject.defect_code.counts == CountingRule.INCIDENT
    return Counted(quantity=row.counted_qty, as_a_whole=whole)


def without_claims(metric: Metric, claims: Mapping[int, Decimal], *, rows: Q) -> Sequence[Less]:
    """Return what the figure over `rows` loses without the claimed pieces of these records.

    A report of an incident that is disputed leaves its one piece to the next report that counts
    and is not disputed: that row loses -1.
    """
    if metric is Metric.WARRANTY_PPM:
        returns = CountedReturn.objects.filter(rows, pk__in=claims)
        return [
            _less(row, Counted(quantity=row.returned_qty, as_a_whole=False), claims[row.pk])
            for row in returns
        ]
    rejects = CountedReject.objects.select_related("reject__defect_code")
    claimed = list(rejects.filter(pk__in=claims))
    within = set(CountedReject.objects.filter(rows, pk__in=claims).values_list("pk", flat=True))
    less = [_less(row, of_reject(row), claims[row.pk]) for row in claimed if row.pk in within]
    heirs = _heirs(claimed, claims)
    return less + [
        Less(supplier_id=heir.supplier_id, month=Month.of(heir.month), quantity=-ONE)
        for heir in rejects.filter(rows, pk__in=heirs)
    ]


def _less(row: Any, counted: Counted, claimed_qty: Decimal) -> Less:
    return Less(
        supplier_id=row.supplier_id,
        month=Month.of(row.month),
        quantity=counted.disputed(claimed_qty),
    )


def _heirs(claimed: Sequence[CountedReject], claims: Mapping[int, Decimal]) -> list[int]:
    """Return the reports that would count instead of disputed ones of their incidents."""
    heirs: set[int] = set()
    for row in claimed:
        if row.reject.defect_code.counts != CountingRule.INCIDENT or not row.counted_qty:
            continue
        left = [other for other in _reports(row) if not claims.get(other.pk, ZERO) > 0]
        heirs.update(
            heir.pk
            for heir in left
            if not heir.counted_qty and not any(_stands_before(other, heir) for other in left)
        )
    return list(heirs)


def _reports(row: CountedReject) -> list[CountedReject]:
    """Return the reports of a row's complaint that could count one per incident."""
    found = CountedReject.objects.select_related("reject").filter(
        supplier=row.supplier_id,
        month=row.month,
        reject__complaint=row.reject.complaint,
        reject__defect_code__counts=CountingRule.INCIDENT,
        suspect_qty__gt=0,
    )
    return [other for other in found if _answered_for(other)]


def _answered_for(row: CountedReject) -> bool:
    newest = row.reject.verdicts.order_by("-number").first()
    if newest is None:
        return bool(row.reject.released_qty < row.reject.suspect_qty)
    return bool(newest.supplier_qty > 0)


def _stands_before(other: CountedReject, row: CountedReject) -> bool:
    """Whether another report of the issue counts instead, as `counted_views.sql` has it."""
    related = other.plant_id == row.plant_id or other.part_id == row.part_id
    return other.pk != row.pk and related and _rank(other) > _rank(row)


def _rank(row: CountedReject) -> tuple[int, int]:
    return RANKS.index(row.reject.severity), -row.pk
