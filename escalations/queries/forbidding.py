"""Which levels forbid something now; page and mail ask here."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from escalations.models import ControlledShipping, Episode, ShippingScope
from escalations.queries.shipping_lanes import Lane
from escalations.queries.stops import stopped_lanes
from escalations.shipping_workflow import ShippingState
from escalations.workflow import Level
from suppliers import access


def released(supplier_ids: Collection[int]) -> Any:
    """Return the cases whose controlled shipping is over: they stay open and forbid nothing."""
    going_on = ControlledShipping.objects.unfinished().values("pk")
    over = ControlledShipping.objects.filter(episode__supplier__in=list(supplier_ids))
    return Episode.objects.filter(pk__in=over.exclude(pk__in=going_on).values("episode"))


def is_released(episode: Episode) -> bool:
    """Whether this is such a case; `controlledshipping` is best selected with it."""
    shipping: ControlledShipping | None = getattr(episode, "controlledshipping", None)
    return shipping is not None and ShippingState(shipping.state).is_final


def holding(supplier_ids: Collection[int]) -> Any:
    """Return the cases that hold these suppliers: in force, and not only open until closed."""
    cases = Episode.objects.filter(supplier__in=list(supplier_ids)).in_force()
    return cases.exclude(pk__in=released(supplier_ids).values("pk"))


def levels_forbidding(supplier_id: int, *, user: "access.AnyUser | None") -> set[str]:
    """Return the levels that the supplier's cases in force hold it at now.

    As far as the user may open the cases; None is the clock, which sees all.
    """
    cases = holding([supplier_id])
    seen = cases if user is None else cases.visible_to(user)
    return set(seen.values_list("level", flat=True))


def lanes_by_level(supplier_id: int, *, user: "access.AnyUser | None") -> dict[str, list[str]]:
    """Return the parts and plants that the supplier's levels are of, by level.

    What its controlled shippings that go on cover, and what is stopped. As far as the user sees
    it; None is the clock, which sees all.
    """
    going_on = ControlledShipping.objects.filter(
        episode__supplier=supplier_id, episode__in=Episode.objects.in_force()
    )
    rows = ShippingScope.objects.filter(shipping__in=going_on.unfinished())
    rows = rows if user is None else rows.visible_to(user)
    related = rows.select_related("shipping", "part", "plant")
    found: dict[str, list[str]] = defaultdict(list)
    for row in related.order_by("part__number", "plant__code", "pk"):
        lane = str(Lane(part=row.part, plant=row.plant))
        if lane not in found[row.shipping.level]:
            found[row.shipping.level].append(lane)
    stopped = stopped_lanes([supplier_id], user=user).get(supplier_id, [])
    return found | {Level.STOP_SHIP.value: stopped}
