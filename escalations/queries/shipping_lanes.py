"""What a controlled shipping covers: parts, at one plant or wherever they go."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from escalations.models import ControlledShipping, ShippingScope
from scorecards.models import PartMonth
from suppliers.models import Part, Plant, Supplier

# The ids of a part and a plant; without a plant it is covered at every plant.
LaneKey = tuple[int, int | None]


@dataclass(frozen=True, kw_only=True)
class Lane:
    """A part at a plant; without a plant at every plant."""

    part: Part
    plant: Plant | None

    def __str__(self) -> str:
        place = _("every plant") if self.plant is None else self.plant.code
        return f"{self.part.number} / {place}"


def lanes_from(keys: Collection[LaneKey]) -> list[Lane]:
    """Return the parts and plants that keys name, in their order."""
    parts = Part.objects.in_bulk({part for part, _plant in keys})
    plants = Plant.objects.in_bulk({plant for _part, plant in keys if plant is not None})
    return [
        Lane(part=parts[part], plant=None if plant is None else plants[plant])
        for part, plant in keys
    ]


def left_out(held: Iterable[LaneKey], lanes: Collection[LaneKey]) -> list[LaneKey]:
    """Return what was covered and is not among these; a part without a plant covers every plant."""
    return [
        (part, plant)
        for part, plant in held
        if (part, plant) not in lanes and (part, None) not in lanes
    ]


def spelt_out(
    lanes: Iterable[LaneKey], *, beside: Collection[LaneKey], supplier_id: int
) -> list[LaneKey]:
    """Return what is left of these beside what others hold, each once.

    Of a part at every plant that is held at some, the other plants that have received it; none
    where none has.
    """
    found: list[LaneKey] = []
    for part, plant in left_out(lanes, beside):
        if plant is not None or all(part != one for one, _plant in beside):
            found.append((part, plant))
            continue
        rows = PartMonth.objects.filter(supplier=supplier_id, part=part).order_by("plant__code")
        plants = dict.fromkeys(rows.values_list("plant", flat=True))
        found += left_out([(part, one) for one in plants], beside)
    return list(dict.fromkeys(found))


def where_it_goes(
    lanes: Iterable[LaneKey], *, beside: Collection[LaneKey], supplier_id: int
) -> list[LaneKey]:
    """Return these with what breached at no plant named plant by plant, where all are covered.

    A returned part names no plant: it is covered where every plant that has received it is.
    """
    found: list[LaneKey] = []
    for part, plant in lanes:
        plants = [(one, at) for one, at in beside if one == part and at is not None]
        known = plant is None and bool(plants) and (part, None) not in beside
        if known and not spelt_out([(part, plant)], beside=beside, supplier_id=supplier_id):
            found += plants
        else:
            found.append((part, plant))
    return found


def lanes_named(facts: Mapping[int, Sequence[Mapping[str, Any]]]) -> dict[int, list[LaneKey]]:
    """Return by key the parts and plants that facts name, each once; in two queries."""
    rows = [row for named in facts.values() for row in named]
    numbers, codes = {row["part"] for row in rows}, {row["plant"] for row in rows}
    parts = dict(Part.objects.filter(number__in=numbers).values_list("number", "pk"))
    plants = dict(Plant.objects.filter(code__in=codes).values_list("code", "pk"))
    return {
        key: list(
            dict.fromkeys(
                (parts[row["part"]], plants.get(row["plant"]))
                for row in named
                if row["part"] in parts
            )
        )
        for key, named in facts.items()
    }


def lanes_of(shipping: ControlledShipping) -> list[Lane]:
    """Return what the letter covers, by part and plant."""
    rows = ShippingScope.objects.filter(shipping=shipping).select_related("part", "plant")
    return [
        Lane(part=row.part, plant=row.plant)
        for row in rows.order_by("part__number", "plant__code", "pk")
    ]


def sorted_lanes(shipping: ControlledShipping) -> list[Lane]:
    """Return the parts and plants whose days are logged: every plant is spelt out."""
    lanes = lanes_of(shipping)
    named = list(dict.fromkeys(lane.plant for lane in lanes if lane.plant is not None))
    found: list[Lane] = []
    for lane in lanes:
        if lane.plant is not None:
            found.append(lane)
            continue
        # not received yet: where the letter names a plant for another part
        plants = plants_of(shipping.episode.supplier, lane.part) or named
        found += [Lane(part=lane.part, plant=plant) for plant in plants]
    return list(dict.fromkeys(found))


def plants_of(supplier: Supplier, part: Part) -> Sequence[Plant]:
    """Return the plants that have received the part from the supplier, else none."""
    rows = PartMonth.objects.filter(supplier=supplier, part=part).values("plant")
    return list(Plant.objects.filter(pk__in=rows).order_by("code", "pk"))


def lanes_to_choose(supplier: Supplier) -> list[Lane]:
    """Return the parts and plants the supplier delivers, the busiest part numbers first."""
    rows = PartMonth.objects.filter(supplier=supplier).order_by().values_list("part", "plant")
    pairs = set(rows.distinct())
    parts = Part.objects.in_bulk({part for part, _plant in pairs})
    plants = Plant.objects.in_bulk({plant for _part, plant in pairs})
    lanes = [Lane(part=parts[part], plant=plants[plant]) for part, plant in pairs]
    return sorted(lanes, key=str)
