"""What somebody may name who begins a case: parts of the supplier, plants of one's own."""

from dataclasses import dataclass

from django.db.models import QuerySet

from scorecards.models import PartMonth
from suppliers.access import AnyUser, plants_shown_to
from suppliers.models import Part, Plant, Supplier


@dataclass(frozen=True, kw_only=True)
class Plants:
    """The plants a case may be about; whoever is `narrowed` to some must name one of them."""

    rows: QuerySet[Plant]
    narrowed: bool


def plants_for(user: AnyUser, supplier: Supplier) -> Plants:
    """Return the plants at which the user may begin a case of this supplier's."""
    rows = Plant.objects.order_by("code", "pk")
    shown = plants_shown_to(user, supplier.pk)
    if shown is None:
        return Plants(rows=rows, narrowed=False)
    return Plants(rows=rows.filter(pk__in=shown), narrowed=True)


def parts_of(supplier: Supplier, *, user: AnyUser) -> QuerySet[Part]:
    """Return the parts that the supplier delivers to the user's plants, or is to deliver."""
    seen = PartMonth.objects.visible_to(user)
    delivered = seen.filter(supplier=supplier).values("part")
    agreed = supplier.parts.values("part")
    rows: QuerySet[Part] = Part.objects.filter(pk__in=delivered.union(agreed))
    return rows.order_by("number", "pk")
