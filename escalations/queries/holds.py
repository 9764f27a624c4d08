"""Suppliers with whom no new business may be placed."""

from typing import TYPE_CHECKING

from escalations import wording
from escalations.models import Episode
from escalations.queries.after_escapes import (
    HOLDS_BUSINESS_BACK,
    business_waits,
    until_decided,
)
from escalations.workflow import Level, State
from suppliers.access import is_internal
from suppliers.holds import BusinessHold
from suppliers.models import Supplier

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


def business_waiting(user: "AnyUser") -> dict[str, str]:
    """Return what is asked, by supplier code, until a proposal of a hold or of level 2 is decided.

    After an escape, which alone tells purchasing of proposals; suppliers do not know of them.
    """
    if not is_internal(user):
        return {}
    proposed = Episode.objects.filter(level__in=HOLDS_BUSINESS_BACK, state=State.PROPOSED.value)
    supplier_ids = set(proposed.visible_to(user).values_list("supplier", flat=True))
    waits = business_waits(supplier_ids, user=user) if supplier_ids else set()
    codes = Supplier.objects.filter(pk__in=waits).values_list("code", flat=True)
    return dict.fromkeys(codes, until_decided())


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
