"""Parts in field of a scope at the end of one month, piece by piece.

The rule is the roll-up's (`rollup/parts_in_field.sql`): as reported, else what was received in
the warranty period that ended `lag` months before. Asked for one month it reads that period
only; the pages show that the pieces add up to the figure's denominator. A supplier's are listed
by part, those of several suppliers by supplier.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from scorecards.enums import ScopeKind
from scorecards.models import CountingPolicy, FieldMonth, PartMonth, SupplierMonth
from scorecards.periods import Month
from scorecards.queries.scopes import Scope
from suppliers.access import AnyUser
from suppliers.models import FieldPopulation, Part, Supplier

Lane = tuple[int, int]  # ids of supplier and part


def parts_in_field(*, user: AnyUser, scope: Scope, month: Month) -> list[FieldMonth]:
    """Return the scope's parts in field as far as `user` sees them, most first."""
    by_part = scope.kind in {ScopeKind.SUPPLIER, ScopeKind.PART, ScopeKind.COMMODITY}
    found = _lanes(user, scope, month) if by_part else _suppliers(user, scope, month)
    in_field = [row for row in found if row.parts_in_field]
    return sorted(in_field, key=lambda row: (-row.parts_in_field, _label(row)))


@dataclass(frozen=True, kw_only=True)
class InField:
    """Parts in field by where the number comes from."""

    reported: Decimal
    derived: Decimal


def in_field_by_source(*, user: AnyUser, scope: Scope, month: Month) -> InField:
    """Return how many of the scope's parts in field were reported, and how many derived."""
    rows = parts_in_field(user=user, scope=scope, month=month)
    reported = sum((row.parts_in_field_given for row in rows), Decimal(0))
    return InField(
        reported=reported,
        derived=sum((row.parts_in_field for row in rows), Decimal(0)) - reported,
    )


def _label(row: FieldMonth) -> tuple[str, str]:
    return (row.supplier.code, row.part.number if row.part_id else "")


def _suppliers(user: AnyUser, scope: Scope, month: Month) -> list[FieldMonth]:
    rows = SupplierMonth.objects.visible_to(user).filter(scope.rows, month=month.first_day)
    return [
        FieldMonth(
            supplier=row.supplier,
            month=row.month,
            parts_in_field=row.parts_in_field,
            parts_in_field_given=row.parts_in_field_given,
        )
        for row in rows.select_related("supplier")
    ]


def _lanes(user: AnyUser, scope: Scope, month: Month) -> list[FieldMonth]:
    given = _reported(user, scope, month)
    derived = _received(user, scope, month)
    lanes = given.keys() | derived.keys()
    suppliers = Supplier.objects.in_bulk({supplier for supplier, _ in lanes})
    parts = Part.objects.in_bulk({part for _, part in lanes})
    return [
        FieldMonth(
            supplier=suppliers[lane[0]],
            part=parts[lane[1]],
            month=month.first_day,
            parts_in_field=given.get(lane, derived.get(lane, Decimal(0))),
            parts_in_field_given=given.get(lane, Decimal(0)),
        )
        for lane in lanes
    ]


def _reported(user: AnyUser, scope: Scope, month: Month) -> dict[Lane, Decimal]:
    rows = FieldPopulation.objects.visible_to(user).filter(scope.rows, month=month.first_day)
    return {
        (row["supplier"], row["part"]): row["parts_in_field"]
        for row in rows.values("supplier", "part", "parts_in_field")
    }


def _received(user: AnyUser, scope: Scope, month: Month) -> dict[Lane, Decimal]:
    policy = CountingPolicy.objects.in_force()
    last = month.minus(policy.field_lag_months)
    first = last.minus(policy.warranty_months - 1)
    rows: Any = PartMonth.objects.visible_to(user).filter(
        scope.rows, month__range=(first.first_day, last.first_day)
    )
    sums = rows.values("supplier", "part").annotate(received=Sum("received_qty")).order_by()
    return {(row["supplier"], row["part"]): row["received"] for row in sums}
