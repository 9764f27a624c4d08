"""Suppliers with whom no new business may be placed."""

from typing import TYPE_CHECKING

from escalations import wording
from escalations.models import Episode
from escalations.workflow import Level
from suppliers.holds import BusinessHold

if TYPE_CHECKING:
    from suppliers.access import AnyUser


def business_holds(user: "AnyUser") -> dict[str, BusinessHold]:
    """Return the holds in force by the supplier's code; of several, that of most, then the oldest.

    As far as the user may open their cases.
    """
    rows = Episode.objects.filter(level=Level.NEW_BUSINESS_HOLD.value).in_force()
    cases = rows.visible_to(user).select_related("supplier", "part", "plant").order_by("-pk")
    # the one that is written last stays
    ordered = sorted(cases, key=lambda case: (case.part_id is None, case.plant_id is None))
    return {case.supplier.code: _hold(case) for case in ordered}


def _hold(case: Episode) -> BusinessHold:
    part, plant = case.part, case.plant
    places = ["" if part is None else part.number, "" if plant is None else plant.code]
    return BusinessHold(
        number=case.number,
        url=case.get_absolute_url(),
        since=case.raised_on,
        where=" / ".join(filter(None, places)),
        forbids=wording.forbidden(case.level),
    )
