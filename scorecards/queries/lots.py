"""Which reject counts a lot that several rejects are of (ADR 40)."""

from typing import Any

from django.db.models import Case, CharField, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat

from scorecards.models import CountedReject
from suppliers.enums import CountingRule
from suppliers.models import Reject

WHOLE = CountingRule.WHOLE_LOT


def counts_the_lot_of(fact: Reject, counts: CountedReject) -> int | None:
    """Return the id of the other reject that counts the whole lot of one that counts nothing.

    None where a reject counts by itself, or nothing of its lot counts.
    """
    whole = fact.defect_code.counts == WHOLE
    if not whole or fact.delivery_id is None or counts.counted_qty:
        return None
    found: int | None = (
        _counting(delivery=fact.delivery_id, supplier=fact.supplier_id, part=fact.part_id)
        .values_list("pk", flat=True)
        .first()
    )
    return found


def lot_counted_by() -> Case:
    """Return the name of the reject that counts a counted reject's lot instead, else empty."""
    instead = _counting(
        delivery=OuterRef("reject__delivery"), supplier=OuterRef("supplier"), part=OuterRef("part")
    ).values(
        name=Case(
            When(reject__line="", then=F("reject__complaint")),
            default=Concat("reject__complaint", Value("/"), "reject__line"),
        )
    )
    return Case(
        When(
            counted_qty=0,
            reject__defect_code__counts=WHOLE,
            reject__delivery__isnull=False,
            then=Coalesce(Subquery(instead[:1]), Value("")),
        ),
        default=Value(""),
        output_field=CharField(),
    )


def _counting(*, delivery: Any, supplier: Any, part: Any) -> QuerySet[CountedReject]:
    found: QuerySet[CountedReject] = CountedReject.objects.filter(
        reject__delivery=delivery,
        reject__defect_code__counts=WHOLE,
        supplier=supplier,
        part=part,
        counted_qty__gt=0,
    )
    return found
