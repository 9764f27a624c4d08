"""Saying of a plant that receives a part later that it needs no inspection."""

from datetime import datetime

from django.db import transaction

from escalations.models import ControlledShipping, PlantLeftOut
from escalations.queries.shipping_plants import new_plants
from escalations.services.shipping_steps import locked
from escalations.shipping_workflow import ForbiddenShippingMoveError, MissingShippingReasonError
from suppliers import access
from suppliers.enums import Role
from suppliers.models import Part, Plant, User

DECIDERS = frozenset({Role.SQE, Role.QUALITY_MANAGER})


@transaction.atomic
def leave_out(
    *,
    shipping: ControlledShipping,
    part: Part,
    plant: Plant,
    reason: str,
    by: User,
    at: datetime,
) -> PlantLeftOut:
    """Keep who says that a plant needs no inspection of this part, and why; nobody is asked again.

    Raises:
        ForbiddenShippingMoveError: nobody is asked about it (any more), or it is not theirs.
        MissingShippingReasonError: without a reason.
    """
    found = locked(shipping)
    supplier_id = found.episode.supplier_id
    plants = access.plants_shown_to(by, supplier_id)
    theirs = plants is None or plant.pk in plants
    if not theirs or not access.roles_at(by, supplier_id) & DECIDERS:
        raise ForbiddenShippingMoveError("this plant is not theirs to leave out")
    if not reason.strip():
        raise MissingShippingReasonError("leaving a plant out needs a reason")
    if all((one.lane.part, one.lane.plant) != (part, plant) for one in new_plants([found])):
        raise ForbiddenShippingMoveError("nobody is asked about this part at this plant")
    row: PlantLeftOut = PlantLeftOut.objects.create(
        shipping=found, part=part, plant=plant, by=by, at=at, reason=reason.strip()
    )
    return row
