"""What is owed on plants that a controlled shipping leaves out: whether to inspect there too."""

from collections.abc import Iterator

from escalations.enums import Audience
from escalations.models import ControlledShipping
from escalations.owed import Owed, Scope
from escalations.queries.shipping_plants import new_plants
from escalations.queries.shown import shown_by_supplier


def owed_on_new_plants(scope: Scope) -> Iterator[Owed]:
    """Yield each part that goes to a plant it did not go to when its controlled shipping began.

    It goes once another one covers that plant or this one has ended. Whoever is narrowed to
    plants reads of these alone. It has no date: whoever lists deadlines does not ask for it.
    """
    if not scope.notices:
        return
    rows = scope.rows(ControlledShipping.objects.unfinished(), supplier="episode__supplier")
    found = new_plants(list(rows.select_related("episode__supplier").order_by("pk")))
    suppliers = {one.shipping.episode.supplier_id for one in found}
    shown = {} if scope.user is None else shown_by_supplier(suppliers, user=scope.user)
    for one in found:
        supplier, plant = one.shipping.episode.supplier, one.lane.plant
        sees = shown.get(supplier.pk)
        if plant is None or (sees is not None and not sees.sees(plant.pk)):
            continue
        yield Owed(
            key=f"shipping-{one.shipping.pk}-plant-{one.lane.part.pk}-{plant.pk}",
            owner=Audience.QUALITY,
            what=one.what,
            action=one.action,
            url=one.url,
            else_action=one.else_action,
            else_url=one.else_url,
            since=one.since,
            local=scope.local(plant.time_zone),
            level=one.shipping.level,
            why=one.why,
            supplier_id=supplier.pk,
            supplier_code=supplier.code,
            supplier_name=supplier.name,
            reminded=False,
        )
