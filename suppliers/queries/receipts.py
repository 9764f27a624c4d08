"""Plants where somebody records rejects, and receipts by the name people call them."""

from django.db.models import Q, QuerySet

from suppliers.access import AnyUser, standing
from suppliers.models import Delivery, Part, Plant, Supplier


def receipts_called(name: str, *, supplier: Supplier, plant: Plant, part: Part) -> list[Delivery]:
    """Return receipts called document, document/line or document/line/lot; reversals are none.

    A document number may itself contain slashes, so every reading is tried.
    """
    parts = name.strip().split("/")
    spelled = Q(document=name.strip())
    if len(parts) > 1:
        spelled |= Q(document="/".join(parts[:-1]), line=parts[-1])
    if len(parts) > 2:  # noqa: PLR2004  # document, line and lot
        spelled |= Q(document="/".join(parts[:-2]), line=parts[-2], lot=parts[-1])
    rows = Delivery.objects.filter(
        spelled, supplier=supplier, plant=plant, part=part, reverses__isnull=True
    )
    return list(rows.order_by("pk"))


def plants_open_to(user: AnyUser) -> QuerySet[Plant]:
    """Return the plants for which an insider may record: all, or those they are narrowed to."""
    who = standing(user)
    plants = Plant.objects.order_by("code", "pk")
    if who.limited_to_plants is None or who.limited_to_suppliers:
        return plants
    return plants.filter(pk__in=who.limited_to_plants)
