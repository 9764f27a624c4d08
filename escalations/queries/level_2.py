"""Which level 2 of controlled shipping holds what somebody would hold at level 1 (ADR 27)."""

from collections.abc import Collection
from typing import Any

from escalations.models import Episode, ShippingScope
from escalations.queries.shipping_lanes import LaneKey, left_out
from escalations.workflow import Level


def level_2_over(
    *, supplier_id: int, metric: str, plant_id: int | None, part_id: int | None
) -> Episode | None:
    """Return the level 2 in force to which a level 1 of this belongs; None: there is none.

    One of the same subject that holds for the same plant and part or for more, or that took over
    a level 1 of exactly this.
    """
    for episode in _in_force(supplier_id, metric):
        wider = episode.plant_id in (None, plant_id) and episode.part_id in (None, part_id)
        if wider or taken_over_by(episode) == (plant_id, part_id):
            return episode
    return None


def level_2_covering(
    lanes: Collection[LaneKey], *, supplier_id: int, metric: str
) -> Episode | None:
    """Return the level 2 in force of this subject that covers every one of these parts."""
    for episode in _in_force(supplier_id, metric):
        scopes = ShippingScope.objects.filter(shipping__episode=episode)
        if lanes and not left_out(lanes, set(scopes.values_list("part", "plant"))):
            return episode
    return None


def taken_over_by(harder: Episode) -> tuple[int | None, int | None] | None:
    """Return plant and part of the level 1 that a level 2 took over; None where it took none."""
    shipping = getattr(harder, "controlledshipping", None)
    before = None if shipping is None else shipping.follows
    return None if before is None else (before.episode.plant_id, before.episode.part_id)


def with_what_it_took_over(episodes: Any) -> Any:
    """Add what `taken_over_by` reads, in the same query."""
    return episodes.select_related("controlledshipping__follows__episode")


def _in_force(supplier_id: int, metric: str) -> list[Episode]:
    rows = Episode.objects.filter(supplier=supplier_id, metric=metric, level=Level.CS2.value)
    return list(with_what_it_took_over(rows.in_force()).order_by("pk"))
