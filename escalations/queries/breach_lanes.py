"""The parts and plants that a breach of a month is made of."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final

from escalations.models import Episode, Finding, Judgement, RecordHit
from escalations.queries.facts import BreachFacts, facts_by_supplier
from escalations.queries.shipping_lanes import LaneKey, lanes_named
from scorecards.metrics import Metric
from scorecards.periods import Month, Window

# All of them: a case of one plant or part looks for its facts among all of the supplier's, and a
# part that is left out would be inspected by nobody.
EVERY_PART: Final = 100_000


def lanes_of_breaches(judgements: Collection[Judgement]) -> dict[int, list[LaneKey]]:
    """Return by judgement the parts and plants that counted in its window; none for none."""
    rows = rows_of_breaches(judgements)
    named = lanes_named(rows) if rows else {}
    return {
        one.pk: [
            (part, plant)
            for part, plant in named[one.pk]
            if one.part_id in (None, part) and one.plant_id in (None, plant)
        ]
        for one in judgements
    }


def rows_of_breaches(judgements: Collection[Judgement]) -> dict[int, Sequence[Mapping[str, Any]]]:
    """Return by judgement the facts of all that counted for its supplier in its window."""
    groups: dict[tuple[str, str, date], list[Judgement]] = {}
    for one in judgements:
        groups.setdefault((one.metric, one.window, one.month), []).append(one)
    rows: dict[int, Sequence[Mapping[str, Any]]] = {}
    for (metric, window, month), group in groups.items():
        facts = facts_by_supplier(
            metric=Metric(metric),
            window=Window(window),
            month=Month.of(month),
            supplier_ids={one.supplier_id for one in group},
            most=EVERY_PART,
        )
        rows |= {one.pk: facts.get(one.supplier_id, BreachFacts()).rows for one in group}
    return rows


def lanes_of_month(
    *, supplier_id: int, metric: str, month: date, plant_id: int | None, part_id: int | None
) -> list[LaneKey]:
    """Return the parts and plants that counted in a month; none for what single rejects raise."""
    if metric not in set(Metric):
        return []
    found = facts_by_supplier(
        metric=Metric(metric),
        window=Window.MONTH,
        month=Month.of(month),
        supplier_ids={supplier_id},
        most=EVERY_PART,
    )
    named = lanes_named({supplier_id: found.get(supplier_id, BreachFacts()).rows})
    return [
        (part, plant)
        for part, plant in named[supplier_id]
        if part_id in (None, part) and plant_id in (None, plant)
    ]


def lanes_called_for(proposal: Episode) -> list[LaneKey]:
    """Return the parts and plants of what a proposal is made of, as it would cover them.

    Of a breach that was divided among several cases those that the proposal is about.
    """
    if not proposal.is_figure:
        hits = RecordHit.objects.filter(episode=proposal, breaching=True)
        rows = hits.order_by().values_list("judgement__part", "judgement__plant")
        return list(rows.distinct())
    if proposal.judgement is not None:
        return [
            (part, plant)
            for part, plant in lanes_of_breaches([proposal.judgement])[proposal.judgement.pk]
            if proposal.part_id in (None, part) and proposal.plant_id in (None, plant)
        ]
    return lanes_of_month(
        supplier_id=proposal.supplier_id,
        metric=proposal.metric,
        month=proposal.first_month,
        plant_id=proposal.plant_id,
        part_id=proposal.part_id,
    )


def lanes_asked_for(proposal: Episode) -> list[LaneKey]:
    """Return the parts and plants that a person has named for a proposal; none for none."""
    named = dict(Finding.objects.filter(episode=proposal).values_list("episode", "facts"))
    return [lane for lanes in lanes_named(named).values() for lane in lanes]
