"""Parts in field of one supplier at the end of one month, part by part.

The rule is the roll-up's (`rollup/parts_in_field.sql`): as reported, else what was received in
the warranty period that ended `lag` months before. Asked for one supplier-month it reads that
period only; the pages show that the parts add up to the figure's denominator.
"""

from decimal import Decimal

from django.db.models import Sum

from scorecards.models import CountingPolicy, FieldMonth, PartMonth
from scorecards.periods import Month
from suppliers.access import AnyUser
from suppliers.models import FieldPopulation, Part, Supplier


def parts_in_field(*, user: AnyUser, supplier: Supplier, month: Month) -> list[FieldMonth]:
    """Return the supplier's parts in field as far as `user` sees them, most first."""
    given = _reported(user, supplier, month)
    derived = _received(user, supplier, month)
    parts = Part.objects.in_bulk([*given, *derived])
    found = [
        FieldMonth(
            supplier=supplier,
            part=part,
            month=month.first_day,
            parts_in_field=given.get(pk, derived.get(pk, Decimal(0))),
            parts_in_field_given=given.get(pk, Decimal(0)),
        )
        for pk, part in parts.items()
    ]
    in_field = [row for row in found if row.parts_in_field]
    return sorted(in_field, key=lambda row: (-row.parts_in_field, row.part.number))


def _reported(user: AnyUser, supplier: Supplier, month: Month) -> dict[int, Decimal]:
    rows = FieldPopulation.objects.visible_to(user).filter(supplier=supplier, month=month.first_day)
    return dict(rows.values_list("part", "parts_in_field"))


def _received(user: AnyUser, supplier: Supplier, month: Month) -> dict[int, Decimal]:
    policy = CountingPolicy.objects.in_force()
    last = month.minus(policy.field_lag_months)
    first = last.minus(policy.warranty_months - 1)
    rows = PartMonth.objects.visible_to(user).filter(
        supplier=supplier, month__range=(first.first_day, last.first_day)
    )
    sums = rows.values("part").annotate(received=Sum("received_qty")).order_by()
    return {row["part"]: row["received"] for row in sums}
