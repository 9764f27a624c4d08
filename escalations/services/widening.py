"""Adding what breaches to a controlled shipping whose letter is not out (ADR 33).

Once the letter is out it gets a case of its own (`belonging.py`).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from escalations import reasons
from escalations.models import ControlledShipping, Episode, Judgement, ShippingScope
from escalations.models.shipping import SHIPPING_LEVELS
from escalations.queries.breach_lanes import lanes_of_breaches, rows_of_breaches
from escalations.queries.level_2 import held_at_level_2
from escalations.queries.named_parts import lanes_kept
from escalations.queries.shipping_exit import added_on, today_of
from escalations.queries.shipping_lanes import LaneKey, lanes_named, spelt_out
from escalations.services.shipping_steps import Mover, move
from escalations.shipping_workflow import ShippingAction, ShippingState
from escalations.workflow import Level
from scorecards.periods import Month


@dataclass(frozen=True, kw_only=True)
class Breached:
    """The parts and plants that breached in a month, with their facts as `Measure.facts`."""

    month: date
    lanes: Sequence[LaneKey]
    rows: Sequence[Mapping[str, Any]] = field(default_factory=list)


def by_judgement(lanes: Iterable[tuple[Judgement, Sequence[LaneKey]]]) -> list[Breached]:
    """Return what breached by the judgements that say so, each with its own share of it."""
    known = [(judgement, own) for judgement, own in lanes if own]
    rows = rows_of_breaches([judgement for judgement, _own in known])
    return [
        Breached(month=judgement.month, lanes=own, rows=rows[judgement.pk])
        for judgement, own in known
    ]


def widen(wanted: Mapping[Episode, Sequence[Breached]], *, at: datetime) -> None:
    """Add to these cases what breached and they do not cover, as long as they take more in.

    Not where a person has named their parts, and not what another level 2 inspects. The caller
    holds the suppliers (`holding.py`): no letter is sent meanwhile, and whoever sends one next
    sends it with these parts.
    """
    asked = {case.pk: breached for case, breached in wanted.items() if any(breached)}
    if not asked:
        return
    rows = ControlledShipping.objects.filter(
        episode__in=asked, state=ShippingState.ENTERED.value
    ).select_related("episode__supplier")
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    kept = lanes_kept([one.episode for one in found])
    for shipping in found:
        for breached in asked[shipping.episode_id] if shipping.episode_id not in kept else ():
            _add(shipping, breached, at=at)


def widen_by_hits(episodes: Collection[Episode], *, at: datetime) -> None:
    """Add what breached in every month that had hit these cases when they came into force."""
    held = [one for one in episodes if one.level in SHIPPING_LEVELS and one.is_figure]
    hits = {one: [hit.judgement for hit in _breaching(one)] for one in held}
    lanes = lanes_of_breaches([judgement for found in hits.values() for judgement in found])
    widen(
        {
            case: by_judgement((one, _about(case, lanes[one.pk])) for one in judgements)
            for case, judgements in hits.items()
        },
        at=at,
    )


def _breaching(episode: Episode) -> Any:
    hits = episode.hits.filter(breaching=True)
    return hits.select_related("judgement__rule").order_by("month", "pk")


def _about(case: Episode, lanes: Sequence[LaneKey]) -> list[LaneKey]:
    return [
        (part, plant)
        for part, plant in lanes
        if case.part_id in (None, part) and case.plant_id in (None, plant)
    ]


def _add(shipping: ControlledShipping, breached: Breached, *, at: datetime) -> None:
    about = shipping.episode
    held: set[LaneKey] = set(shipping.scopes.values_list("part", "plant"))
    if shipping.level == Level.CS2.value:
        held |= held_at_level_2(about.supplier_id, about.metric, beside=about)
    new = spelt_out(breached.lanes, beside=held, supplier_id=about.supplier_id)
    if not new:
        return
    today = today_of(shipping, at=at)
    added = added_on(shipping, [plant for _part, plant in new], at=at)
    ShippingScope.objects.bulk_create(
        ShippingScope(shipping=shipping, part_id=part, plant_id=plant, added_on=added[plant])
        for part, plant in new
    )
    rows = _rows_of(breached.rows, new)
    shipping.facts = [*shipping.facts, *rows]
    shipping.defect = _looked_for(shipping.defect, rows)
    because = reasons.widened(Month.of(breached.month), parts=len(new))
    move(shipping, ShippingAction.WIDEN, mover=Mover(at=at, today=today), because=because)


def _rows_of(
    rows: Sequence[Mapping[str, Any]], lanes: Sequence[LaneKey]
) -> list[Mapping[str, Any]]:
    named = lanes_named(dict(enumerate([[row] for row in rows])))
    return [rows[index] for index, own in named.items() if any(lane in lanes for lane in own)]


def _looked_for(defect: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Return what to sort out, with the defects of what was added on lines of their own."""
    names = dict.fromkeys(one["name"] for row in rows for one in row.get("defects", []))
    new = [name for name in names if name.casefold() not in defect.casefold()]
    return "\n".join(filter(None, [defect, *new]))
