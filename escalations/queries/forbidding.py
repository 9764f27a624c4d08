"""Which levels forbid something now; page and mail ask here."""

from collections.abc import Collection
from typing import Any

from escalations.models import ControlledShipping, Episode
from escalations.shipping_workflow import ShippingState
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
