"""Which reject counts a lot that several rejects are of (ADR 40)."""

from scorecards.models import CountedReject
from suppliers.enums import CountingRule
from suppliers.models import Reject


def counts_the_lot_of(fact: Reject, counts: CountedReject) -> int | None:
    """Return the id of the other reject that counts the whole lot of one that counts nothing.

    None where a reject counts by itself, or nothing of its lot counts.
    """
    whole = fact.defect_code.counts == CountingRule.WHOLE_LOT
    if not whole or fact.delivery_id is None or counts.counted_qty:
        return None
    found: int | None = (
        CountedReject.objects.filter(
            reject__delivery=fact.delivery_id,
            reject__defect_code__counts=CountingRule.WHOLE_LOT,
            supplier=fact.supplier_id,
            part=fact.part_id,
            counted_qty__gt=0,
        )
        .values_list("pk", flat=True)
        .first()
    )
    return found
