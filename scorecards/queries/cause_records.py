"""The records behind causes, of those a reader sees, and what they add up to."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from scorecards.enums import CauseKind, CauseMeasure
from scorecards.models import ADDS
from scorecards.queries.cause_question import COLUMNS, COUNTED_BY, CauseQuestion
from scorecards.queries.cause_table import CauseCount, CauseTable
from scorecards.queries.rows import reject_rows
from suppliers.access import AnyUser, limits_of, plants_shown_to


@dataclass(frozen=True, kw_only=True)
class CauseRecords:
    """The records behind some causes, of those a reader sees, and what they add up to."""

    rows: QuerySet[Any]
    total: Decimal


def cause_records(
    asked: CauseQuestion, causes: Collection[CauseCount], *, user: AnyUser
) -> CauseRecords:
    """Return the records that make up these causes, newest first, of those `user` may see."""
    rows = reject_rows(user=user, scope=asked.scope, first=asked.first, last=asked.end).filter(
        ADDS, _of_causes(asked.by, causes), _measured(asked)
    )
    total = rows.aggregate(total=Sum(COUNTED_BY[asked.measure]))["total"] or 0
    return CauseRecords(rows=rows, total=Decimal(total))


def openable(table: CauseTable, *, user: AnyUser) -> frozenset[str]:
    """Return the causes of which `user` sees a record; all but for people narrowed to plants."""
    asked = table.asked
    supplier = asked.scope.supplier
    if limits_of(user) is None or (supplier and plants_shown_to(user, supplier.pk) is None):
        return frozenset(cause.key for cause in table.causes)
    rows = cause_records(asked, table.causes, user=user).rows.order_by()
    seen = set(rows.values_list(COLUMNS[asked.by][0], flat=True).distinct())
    return frozenset(cause.key for cause in table.causes if seen & set(cause.keys))


def _measured(asked: CauseQuestion) -> Q:
    """Select the records of which there is any in the measure."""
    some = Q(**{f"{COUNTED_BY[asked.measure]}__gt": 0})
    if asked.measure is CauseMeasure.COST:
        return some & Q(reject__cost_currency=asked.currency)
    return some


def _of_causes(by: CauseKind, causes: Collection[CauseCount]) -> Q:
    keys = sorted(key for cause in causes for key in cause.keys)
    return Q(**{f"{COLUMNS[by][0]}__in": keys})
