"""Plants that first received a part after its entry letter had named the plants (ADR 32).

A letter is fixed at entry: it covers what it names. A part that it names without a plant is covered
wherever it goes; one whose plants it names is inspected at these alone.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Min, Value
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations.models import ControlledShipping, PlantLeftOut, ShippingScope
from escalations.queries.shipping_lanes import Lane, LaneKey
from escalations.shipping_workflow import ShippingState
from escalations.workflow import Level
from scorecards.models import PartMonth
from suppliers import access
from suppliers.enums import DeliveryKind, Role
from suppliers.models import Delivery, Part, Plant

# A supplier and what its cases are about.
Subject = tuple[int, str]
# A supplier's part at a plant.
Place = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class NewPlant:
    """A plant that receives a part since a day, and a controlled shipping that leaves it out."""

    shipping: ControlledShipping
    lane: Lane
    since: date

    @property
    def may_be_added(self) -> bool:
        """Whether no letter has fixed the terms yet."""
        return ShippingState(self.shipping.state) is ShippingState.ENTERED

    @property
    def what(self) -> str:
        """What has happened, in words."""
        return _("Part %(part)s goes to plant %(plant)s, which %(number)s does not cover") % {
            "part": self.lane.part.number,
            "plant": self.lane.plant,
            "number": self.shipping.number,
        }

    @property
    def why(self) -> str:
        """Since when, and why it is not covered."""
        words = {"day": date_format(self.since)}
        if self.may_be_added:
            return _("First received on %(day)s, after the entry. No letter is out yet.") % words
        return _("First received on %(day)s. The entry letter has fixed the plants.") % words

    @property
    def action(self) -> str:
        """The one next action."""
        if self.may_be_added:
            return str(_("Add it to the terms"))
        return str(_("Have it inspected there too"))

    @property
    def key(self) -> str:
        """What names its part and plant in a form."""
        return f"{self.lane.part.pk}-{self.lane.plant.pk if self.lane.plant else 0}"

    @property
    def url(self) -> str:
        """Where that is done, with everything known filled in."""
        if self.may_be_added:
            return reverse("shipping_terms", args=[self.shipping.number])
        return beside(self.shipping, key=self.key)

    @property
    def else_action(self) -> str:
        """What may be said instead."""
        return str(_("Needs no inspection"))

    @property
    def else_url(self) -> str:
        """Where somebody says that it needs no inspection."""
        return f"{self.shipping.get_absolute_url()}#plant-{self.key}"


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """What somebody has said needs no inspection; `url` is where it gets one after all."""

    row: PlantLeftOut
    url: str

    @property
    def lane(self) -> Lane:
        """The part at the plant."""
        return Lane(part=self.row.part, plant=self.row.plant)


def left_out_of(shipping: ControlledShipping, *, user: access.AnyUser) -> list[LeftOut]:
    """Return what needs no inspection as somebody has said, as far as the user sees its plant."""
    rows = PlantLeftOut.objects.visible_to(user).filter(shipping=shipping)
    may = shipping.is_open and access.has_role(user, Role.SQE, Role.QUALITY_MANAGER)
    return [
        LeftOut(
            row=row,
            url=beside(shipping, key=f"{row.part_id}-{row.plant_id}") if may else "",
        )
        for row in rows.select_related("part", "plant", "by").order_by("at", "pk")
    ]


def beside(shipping: ControlledShipping, *, key: str) -> str:
    """Return where a part at a plant gets a case of its own with the same terms."""
    asked = {
        "supplier": shipping.episode.supplier.code,
        "like": shipping.number,
        "lane": key,
    }
    return f"{reverse('shipping_new')}?{urlencode(asked)}"


def new_plants(shippings: Sequence[ControlledShipping]) -> list[NewPlant]:
    """Return the plants that these leave out since their entry, in a constant number of queries.

    Not what another one of the supplier and subject inspects as hard, nor what somebody has said
    needs no inspection, and each once: the hardest and newest of several says it.
    """
    if not shippings:
        return []
    going_on = list(
        ControlledShipping.objects.unfinished()
        .filter(episode__supplier__in={one.episode.supplier_id for one in shippings})
        .select_related("episode__supplier")
    )
    covers, left_out = _covered_and_left_out(going_on)
    asked = {one.pk for one in shippings if one.is_open}
    first = _first_received([one for one in going_on if one.pk in asked], covers)
    held: dict[Subject, list[tuple[int, set[LaneKey]]]] = defaultdict(list)
    for one in going_on:
        held[_subject(one)].append((Level(one.level).rank, covers[one.pk]))
    found: dict[tuple[Subject, LaneKey], tuple[ControlledShipping, date]] = {}
    newest = sorted(going_on, key=lambda one: (one.level, one.entered_on, one.pk), reverse=True)
    for one in newest:
        for (supplier, part, plant), since in first.items() if one.pk in asked else ():
            if supplier != one.episode.supplier_id or since <= one.entered_on:
                continue
            names = any(covered == part for covered, _plant in covers[one.pk])
            names = names and (_subject(one), (part, plant)) not in left_out
            if names and not _is_held(part, plant, held[_subject(one)], Level(one.level).rank):
                found.setdefault((_subject(one), (part, plant)), (one, since))
    return list(_named(found))


def _covered_and_left_out(
    shippings: Sequence[ControlledShipping],
) -> tuple[dict[int, set[LaneKey]], set[tuple[Subject, LaneKey]]]:
    """Return what each covers, and by subject what needs no inspection, in one query."""
    subjects = {one.pk: _subject(one) for one in shippings}
    about = ("shipping", "part", "plant")
    scopes = ShippingScope.objects.filter(shipping__in=subjects).values_list(*about, Value(True))
    left = PlantLeftOut.objects.filter(shipping__in=subjects).values_list(*about, Value(False))
    covers: dict[int, set[LaneKey]] = defaultdict(set)
    left_out = set()
    for shipping, part, plant, is_covered in scopes.union(left):
        if is_covered:
            covers[shipping].add((part, plant))
        else:
            left_out.add((subjects[shipping], (part, plant)))
    return covers, left_out


def _subject(shipping: ControlledShipping) -> Subject:
    return shipping.episode.supplier_id, shipping.episode.metric


def _is_held(part: int, plant: int, held: Sequence[tuple[int, set[LaneKey]]], rank: int) -> bool:
    return any(
        harder >= rank and ((part, plant) in lanes or (part, None) in lanes)
        for harder, lanes in held
    )


def _first_received(
    shippings: Sequence[ControlledShipping], covers: dict[int, set[LaneKey]]
) -> dict[Place, date]:
    """Return when each plant first received a part whose plants are named, in two queries.

    Of what was received in the months before any of the entries the first day of that month.
    """
    parts = {part for one in shippings for part, plant in covers[one.pk] if plant is not None}
    if not parts:
        return {}
    suppliers = {one.episode.supplier_id for one in shippings}
    since = min(one.entered_on for one in shippings).replace(day=1)
    place = ("supplier", "part", "plant")
    months = PartMonth.objects.filter(
        supplier__in=suppliers, part__in=parts, month__lt=since, received_qty__gt=0
    )
    before = months.values_list(*place).annotate(first=Min("month")).order_by()
    receipts = Delivery.objects.filter(
        supplier__in=suppliers,
        part__in=parts,
        received_on__gte=since,
        reverses=None,
    ).exclude(kind=DeliveryKind.SAMPLE)
    after = receipts.values_list(*place).annotate(first=Min("received_on")).order_by()
    found = {(supplier, part, plant): day for supplier, part, plant, day in after}
    return found | {(supplier, part, plant): day for supplier, part, plant, day in before}


def _named(
    found: dict[tuple[Subject, LaneKey], tuple[ControlledShipping, date]],
) -> Iterator[NewPlant]:
    parts = Part.objects.in_bulk({part for _subject, (part, _plant) in found})
    plants = Plant.objects.in_bulk({plant for _subject, (_part, plant) in found})
    for (_about, (part, plant)), (shipping, since) in found.items():
        lane = Lane(part=parts[part], plant=plants[plant or 0])
        yield NewPlant(shipping=shipping, lane=lane, since=since)
