"""What a breach is made of: parts, plants, quantities and defects, worst first."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import F, Sum

from escalations.models import Episode, Finding, RecordHit, RecordJudgement
from scorecards.metrics import Metric
from scorecards.models import CountedReject, PartMonth, WarrantyMonth
from scorecards.periods import Month, Window, window_months
from suppliers.enums import Severity

# Enough to act from a mail; the page shows the rows behind the figure.
MOST_PARTS: Final = 10


@dataclass(frozen=True, kw_only=True)
class BreachFacts:
    """The parts of one supplier that counted, and where the plant hit worst is.

    `severity` is that of the worst incident among them, "" for returns. `said` is what the
    person who began the case found, "" for a case of the engine's; `terms` are those of the
    controlled shipping that person asked for.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    plant_country: str = ""
    plant_time_zone: str = ""
    severity: str = ""
    said: str = ""
    terms: dict[str, Any] = field(default_factory=dict)


def facts_by_supplier(
    *,
    metric: Metric,
    window: Window,
    month: Month,
    supplier_ids: Collection[int],
    most: int = MOST_PARTS,
) -> dict[int, BreachFacts]:
    """Return what counted in the window, by supplier, in a constant number of queries."""
    within = (window_months(window, end=month)[0].first_day, month.first_day)
    if metric is Metric.WARRANTY_PPM:
        return _grouped(_returned(within, supplier_ids), most)
    defects, severities = _defects(within, supplier_ids)
    rows = (
        {**row, "defects": defects.get((row["supplier"], row["plant"], row["part"]), [])}
        for row in _rejected(within, supplier_ids)
    )
    return {
        pk: replace(facts, severity=worst_of(severities[pk]))
        for pk, facts in _grouped(rows, most).items()
    }


def facts_at(episode: Episode, facts: BreachFacts, *, most: int = MOST_PARTS) -> BreachFacts:
    """Keep of a supplier's facts those of the plant or part that the case is about."""
    plant = None if episode.plant is None else episode.plant.code
    part = None if episode.part is None else episode.part.number
    rows = [
        row for row in facts.rows if plant in {None, row["plant"]} and part in {None, row["part"]}
    ]
    country = facts.plant_country if episode.plant is None else episode.plant.country
    zone = facts.plant_time_zone if episode.plant is None else episode.plant.time_zone
    return replace(facts, rows=rows[:most], plant_country=country, plant_time_zone=zone)


def facts_of_records(episode: Episode, *, most: int = MOST_PARTS) -> BreachFacts:
    """Return the rejects that a case is about, as parts with their defects."""
    hits = RecordHit.objects.filter(episode=episode).select_related(
        "judgement__part", "judgement__plant", "judgement__defect_code"
    )
    rows = [hit.judgement for hit in hits.order_by("pk")]
    return BreachFacts(
        rows=fact_rows(rows)[:most],
        plant_country=rows[0].plant.country if rows else "",
        plant_time_zone=rows[0].plant.time_zone if rows else "",
        severity=worst_of(row.severity for row in rows),
    )


def fact_rows(rows: Iterable[RecordJudgement]) -> list[dict[str, Any]]:
    """Return judged rejects as facts, a row for each part at a plant."""
    facts: dict[tuple[int, int], dict[str, Any]] = {}
    for row in {row.reject_id: row for row in rows}.values():
        known = facts.setdefault((row.part_id, row.plant_id), _fact_of_record(row))
        _add_defect(known, row)
    return list(facts.values())


def findings_of(episodes: Collection[Episode]) -> dict[int, Finding]:
    """Return by episode what the people found who began them, in at most one query."""
    by_hand = [episode.pk for episode in episodes if episode.judgement_id is None]
    if not by_hand:
        return {}
    return {finding.episode_id: finding for finding in Finding.objects.filter(episode__in=by_hand)}


def with_finding(episode: Episode, facts: BreachFacts, finding: Finding | None) -> BreachFacts:
    """Return facts with what a person found; parts that were named lead over those counted."""
    if finding is None:
        return facts
    place = {}
    if episode.plant is not None:
        place = {
            "plant_country": episode.plant.country,
            "plant_time_zone": episode.plant.time_zone,
        }
    return replace(
        facts,
        rows=finding.facts or facts.rows,
        severity=finding.severity or facts.severity,
        said=finding.text,
        terms=finding.terms,
        **place,
    )


def _fact_of_record(row: RecordJudgement) -> dict[str, Any]:
    return {
        "part": row.part.number,
        "part_name": row.part.name,
        "plant": row.plant.code,
        "counted": "0",
        "received": "",
        "suspect": True,
        "defects": [],
    }


def _add_defect(fact: dict[str, Any], row: RecordJudgement) -> None:
    """Add a reject's pieces to its part and to its defect."""
    fact["counted"] = written(Decimal(fact["counted"]) + row.quantity)
    for defect in fact["defects"]:
        if defect["code"] == row.defect_code.code:
            defect["counted"] = written(Decimal(defect["counted"]) + row.quantity)
            return
    fact["defects"].append(
        {
            "code": row.defect_code.code,
            "name": row.defect_code.name,
            "counted": written(row.quantity),
        }
    )


def _rejected(within: Any, supplier_ids: Collection[int]) -> Any:
    return (
        PartMonth.objects.filter(supplier__in=supplier_ids, month__range=within)
        .values("supplier", "plant", "part")
        .annotate(
            number=F("part__number"),
            name=F("part__name"),
            plant_code=F("plant__code"),
            country=F("plant__country"),
            time_zone=F("plant__time_zone"),
            counted=Sum("counted_qty"),
            received=Sum("received_qty"),
        )
        .filter(counted__gt=0)
        .order_by("supplier", "-counted", "number", "plant_code")
    )


def worst_of(severities: Iterable[str]) -> str:
    """Return the hardest of severities, "" of none."""
    return max(severities, key=list(Severity.values).index, default="")


def _returned(within: Any, supplier_ids: Collection[int]) -> Any:
    return (
        WarrantyMonth.objects.filter(supplier__in=supplier_ids, month__range=within)
        .values("supplier", "part")
        .annotate(number=F("part__number"), name=F("part__name"), counted=Sum("returned_qty"))
        .filter(counted__gt=0)
        .order_by("supplier", "-counted", "number")
    )


def _defects(
    within: Any, supplier_ids: Collection[int]
) -> tuple[dict[Any, list[dict[str, str]]], dict[int, set[str]]]:
    """Return defects by supplier, plant and part, and the severities by supplier."""
    rows = (
        CountedReject.objects.filter(supplier__in=supplier_ids, month__range=within)
        .values("supplier", "plant", "part")
        .annotate(
            code=F("reject__defect_code__code"),
            name=F("reject__defect_code__name"),
            counted=Sum("counted_qty"),
            severities=ArrayAgg("reject__severity", distinct=True),
        )
        .filter(counted__gt=0)
        .order_by("-counted", "code")
    )
    found = defaultdict(list)
    severities: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        found[row["supplier"], row["plant"], row["part"]].append(
            {"code": row["code"], "name": row["name"], "counted": written(row["counted"])}
        )
        severities[row["supplier"]].update(row["severities"])
    return found, severities


def _grouped(rows: Any, most: int) -> dict[int, BreachFacts]:
    found: dict[int, BreachFacts] = {}
    for row in rows:
        facts = found.setdefault(
            row["supplier"],
            BreachFacts(
                plant_country=row.get("country") or "",
                plant_time_zone=row.get("time_zone") or "",
            ),
        )
        if len(facts.rows) < most:
            facts.rows.append(_fact(row))
    return found


def _fact(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "part": row["number"],
        "part_name": row["name"],
        "plant": row.get("plant_code", ""),
        "counted": written(row["counted"]),
        "received": written(row["received"]) if "received" in row else "",
        "defects": row.get("defects", []),
    }


def written(quantity: Decimal) -> str:
    """Write a quantity exactly, without trailing zeros, as JSON keeps it."""
    whole = quantity.to_integral_value()
    return f"{whole if quantity == whole else quantity.normalize():f}"
