"""What records count, and what their figure loses without the disputed: the one way to both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final

from django.db import connection
from django.db.models import Q

from scorecards.metrics import Metric
from scorecards.models import CountedReject, CountedReturn
from scorecards.periods import Month
from scorecards.queries.lines import counted_of_published
from suppliers.counted import Counted
from suppliers.enums import CountingRule
from suppliers.models import Reject, WarrantyReturn
from suppliers.published_lines import PublishedLine

SQL: Final = Path(__file__).resolve().parent.parent / "sql"
VIEW: Final = "CREATE VIEW scorecards_countedreject AS"


class RecordCounter:
    """Answers what decisions ask (`suppliers.counted.Counter`)."""

    def counted(self, record: Reject | WarrantyReturn) -> Counted:
        """Return what a record counts now, by the view that the roll-up sums."""
        if isinstance(record, Reject):
            row = CountedReject.objects.select_related("reject__defect_code").get(pk=record.pk)
            whole = row.reject.defect_code.counts == CountingRule.INCIDENT
            return Counted(quantity=row.counted_qty, as_a_whole=whole)
        return of_return(CountedReturn.objects.get(pk=record.pk))

    def counted_line(self, line: PublishedLine, *, supplier_id: int, at: datetime) -> Decimal:
        """Return what the records count now that the line's version in force at `at` was of."""
        return counted_of_published(line, supplier_id=supplier_id, at=at)


@dataclass(frozen=True, kw_only=True)
class Less:
    """How many pieces a supplier's month loses without the disputed, and by which record.

    Below 0 where a record counts instead of a disputed one; no record for a published line.
    """

    supplier_id: int
    month: Month
    quantity: Decimal
    record_id: int | None


def of_return(row: CountedReturn) -> Counted:
    """Return what a warranty return counts."""
    return Counted(quantity=row.returned_qty, as_a_whole=False)


def without_claims(metric: Metric, claims: Mapping[int, Decimal], *, rows: Q) -> Sequence[Less]:
    """Return what the figure over `rows` loses without the claimed pieces of these records."""
    if metric is Metric.WARRANTY_PPM:
        returns = CountedReturn.objects.filter(rows, pk__in=claims)
        lost = {row.pk: of_return(row).disputed(claims[row.pk]) for row in returns}
        found = list(returns)
    else:
        lost = _lost_of_rejects(claims)
        found = list(CountedReject.objects.filter(rows, pk__in=lost)) if lost else []
    return [
        Less(
            supplier_id=row.supplier_id,
            month=Month.of(row.month),
            quantity=lost[row.pk],
            record_id=row.pk,
        )
        for row in found
    ]


def _lost_of_rejects(claims: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """Return by reject how much less it counts where the claimed pieces do not."""
    if not claims:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_without_sql(), {"ids": list(claims), "claimed": list(claims.values())})
        return dict(cursor.fetchall())


@cache
def _without_sql() -> str:
    """Return the statement whose rule is the view's own text, over rejects less the claimed."""
    _comment, _view, rule = (SQL / "counted_rejects.sql").read_text().partition(VIEW)
    statement = (SQL / "without_claims.sql").read_text()
    return statement.replace("{counted_rejects}", rule.strip().rstrip(";"))
