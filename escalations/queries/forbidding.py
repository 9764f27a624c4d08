"""Which levels forbid something now; page and mail ask here."""

from collections.abc import Collection
from typing import Any

from escalations.models import ControlledShipping, Episode
from suppliers import access


def released(supplier_ids: Collection[int]) -> Any:
    """Return the cases whose controlled shipping is over: they stay open and forbid nothing."""
    going_on = ControlledShipping.objects.unfinished().values("pk")
    over = ControlledShipping.objects.filter(episode__supplier__in=list(supplier_ids))
    return Episode.objects.filter(pk__in=over.exclude(pk__in=going_on).values("episode"))


def levels_forbidding(supplier_id: int, *, user: "access.AnyUser | None") -> set[str]:
    """Return the levels that the supplier's cases in force hold it at now.

    As far as the user may open the cases; None is the clock, which sees all.
    """
    cases = Episode.objects.filter(supplier=supplier_id).in_force()
    seen = cases if user is None else cases.visible_to(user)
    over = released([supplier_id]).values("pk")
    return set(seen.exclude(pk__in=over).values_list("level", flat=True))
