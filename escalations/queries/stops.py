"""Stops of shipments: of which parts nothing is shipped, by every number of a part (ADR 39)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from django.db.models import Q

from escalations import wording
from escalations.models import Episode
from escalations.queries.shipping_lanes import Lane, LaneKey
from escalations.workflow import Level
from scorecards.cases import Stop
from suppliers.models import Part
from suppliers.queries.part_chains import Family, families, families_of

if TYPE_CHECKING:
    from suppliers.access import AnyUser


def stop_over(*, supplier_id: int, part_id: int, plant_id: int | None) -> Episode | None:
    """Return an open stop that holds, or would hold, for a part there; None for none.

    Of any number of the part, at this plant or at every one, whatever it is about: shipped is
    either nothing or something. One in force comes before one that is only proposed.
    """
    rows = Episode.objects.filter(
        Q(plant=None) | Q(plant=plant_id),
        level=Level.STOP_SHIP.value,
        supplier=supplier_id,
        part__in=numbers_of([part_id]),
    ).unfinished()
    found = list(rows.order_by("pk"))
    return next((one for one in found if one.is_in_force), found[0] if found else None)


def stops(
    *,
    user: "AnyUser | None",
    supplier_ids: Collection[int] | None = None,
    part_ids: Collection[int] | None = None,
) -> list[Stop]:
    """Return the stops in force of these suppliers, or of these parts by any of their numbers.

    As far as the user may open their cases; None is the clock, which sees all.
    """
    return [_said(case, lanes) for case, lanes in _in_force(user, supplier_ids, part_ids)]


def stops_on(lanes: Iterable[LaneKey], *, supplier_id: int, user: "AnyUser") -> list[Stop]:
    """Return the stops in force of a supplier that hold for any of these parts and plants."""
    wanted = list(lanes)
    found = _in_force(user, [supplier_id], {part for part, _plant in wanted})
    known = families({part for part, _plant in wanted})
    return [
        _said(case, named)
        for case, named in found
        if any(_holds(case, one, known) for one in wanted)
    ]


def stopped_lanes(supplier_ids: Collection[int], *, user: "AnyUser | None") -> dict[int, list[str]]:
    """Return by supplier the parts and plants whose shipments are stopped, as far as it is seen.

    By each of their numbers that the supplier has. None is the clock, which sees all.
    """
    found: dict[int, dict[str, None]] = {}
    for case, lanes in _in_force(user, supplier_ids, None):
        found.setdefault(case.supplier_id, {}).update(dict.fromkeys(map(str, lanes)))
    return {supplier: list(named) for supplier, named in found.items()}


def numbers_of(part_ids: Collection[int]) -> set[int]:
    """Return these parts with every number that supersedes them or that they superseded."""
    found = set(part_ids)
    return found.union(*(family.part_ids for family in families(found).values()))


def _in_force(
    user: "AnyUser | None",
    supplier_ids: Collection[int] | None,
    part_ids: Collection[int] | None,
) -> list[tuple[Episode, Sequence[Lane]]]:
    """Return the cases with the parts and plants that each of them stops."""
    rows = Episode.objects.filter(level=Level.STOP_SHIP.value).in_force()
    rows = rows if user is None else rows.visible_to(user)
    if supplier_ids is not None:
        rows = rows.filter(supplier__in=supplier_ids)
    if part_ids is not None:
        rows = rows.filter(part__in=numbers_of(part_ids))
    found = list(
        rows.select_related("supplier", "part", "plant").order_by(
            "part__number", "plant__code", "pk"
        )
    )
    # suppliers of whose stopped parts none has another number cost no further query
    chained = set(families({case.part_id for case in found if case.part_id is not None}))
    return [(case, _lanes(case, chained)) for case in found]


def _lanes(case: Episode, chained: Collection[int]) -> list[Lane]:
    """Name each number of the part that the supplier has; whom a part was given to is not said."""
    stopped = cast("Part", case.part)  # the database demands one of a stop
    own = Lane(part=stopped, plant=case.plant)
    if stopped.pk not in chained:
        return [own]
    family = families_of(case.supplier, [stopped.pk])[stopped.pk]
    members = sorted((family.newest, *family.others), key=lambda part: part.number)
    others = [part for part in members if part.pk != stopped.pk]
    return [own, *(Lane(part=part, plant=case.plant) for part in others)]


def _holds(case: Episode, lane: LaneKey, known: Mapping[int, Family]) -> bool:
    part, plant = lane
    numbers = known[part].part_ids if part in known else {part}
    return case.part_id in numbers and (plant is None or case.plant_id in (None, plant))


def _said(case: Episode, lanes: Sequence[Lane]) -> Stop:
    return Stop(
        number=case.number,
        url=case.get_absolute_url(),
        supplier_code=case.supplier.code,
        lanes="; ".join(map(str, lanes)),
        forbids=wording.forbidden(case.level),
    )
