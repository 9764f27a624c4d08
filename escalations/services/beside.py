"""Proposals beside a case of named parts: one a part, whichever plants it escapes at (ADR 32)."""

from collections.abc import Collection, Mapping
from typing import Any

from escalations.models import CalledFor, Episode
from escalations.queries.shipping_lanes import LaneKey
from escalations.workflow import State


def joined(about: Mapping[str, Any], lanes: Collection[LaneKey]) -> Episode | None:
    """Return the proposal that waits for the part of these, and widen it to their plants.

    None where none waits, or where the case that it would become is taken. The caller holds the
    supplier (`holding.py`).

    Args:
        about: supplier, metric and level, as the fields of a case.
        lanes: one part at plants.
    """
    parts = {part for part, _plant in lanes}
    if len(parts) != 1:
        return None
    rows = Episode.objects.filter(
        **about,
        part__in=parts,
        state=State.PROPOSED.value,
        called_for__isnull=False,
    )
    found: Episode | None = rows.order_by("pk").first()
    if found is None or not _spans(found, {plant for _part, plant in lanes}):
        return None
    call_for(found, lanes)
    return found


def call_for(episode: Episode, lanes: Collection[LaneKey]) -> None:
    """Keep which parts and plants a proposal is for."""
    CalledFor.objects.bulk_create(
        [CalledFor(episode=episode, part_id=part, plant_id=plant) for part, plant in lanes],
        ignore_conflicts=True,
    )


def _spans(episode: Episode, plants: Collection[int | None]) -> bool:
    """Make a proposal one of the part wherever it is of another plant too, if that is free."""
    if episode.plant_id is None or set(plants) == {episode.plant_id}:
        return True
    taken = Episode.objects.filter(
        supplier=episode.supplier_id,
        plant=None,
        part=episode.part_id,
        metric=episode.metric,
        level=episode.level,
    )
    if taken.unfinished().exists():
        return False
    episode.plant = None
    episode.save(update_fields=["plant"])
    return True
