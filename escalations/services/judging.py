"""Judging one month: every rule on every supplier whose counts have changed."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from escalations.enums import CountSource
from escalations.models import Judgement, Rule
from escalations.queries.counts import (
    CountsToJudge,
    archived_suppliers,
    counts_to_judge,
    incidents_of,
    suppliers_in_tiers,
)
from escalations.triggers import Judgement as Judged
from escalations.triggers import judge
from scorecards.formulas.rounding import round_half_up
from scorecards.periods import Month
from scorecards.queries.figures import window_figure

PPM_DECIMALS = 6


class Case(NamedTuple):
    """What one open episode is about."""

    supplier_id: int
    plant_id: int | None
    part_id: int | None
    metric: str
    level: str


class Seen(NamedTuple):
    """The newest judgement of a rule and supplier in the month, as far as it is compared."""

    rule_id: int
    supplier_id: int
    number: int
    counted_qty: Decimal
    received_qty: Decimal
    provisional_qty: Decimal
    incidents: int
    source: str
    source_version: int | None
    fired: bool


@dataclass(frozen=True, kw_only=True)
class JudgedMonth:
    """What judging a month gave.

    `judged` are the suppliers with a figure, by metric; `archived` those among them that are
    archived; `fresh` the judgements appended because counts
    changed; `firing` the cases for which some rule fires on the newest counts.
    """

    month: Month
    judged: dict[str, set[int]]
    archived: frozenset[int]
    fresh: tuple[Judgement, ...]
    firing: frozenset[Case]


def judge_month(
    *, month: Month, rules: Sequence[Rule], supplier_ids: Collection[int] | None, at: datetime
) -> JudgedMonth:
    """Judge a month's counts and append what is new; the caller holds the evaluation lock."""
    seen = _newest(month, rules, supplier_ids)
    archived = archived_suppliers()
    counts = MonthCounts(month=month, supplier_ids=supplier_ids)
    fresh: list[Judgement] = []
    judged: dict[str, set[int]] = defaultdict(set)
    for rule in rules:
        for supplier_id, found, incidents in _to_judge(rule, counts, seen):
            if found.figure.exposure:
                judged[rule.metric].add(supplier_id)
            known = seen.get((rule.pk, supplier_id))
            if not _unchanged(known, found, incidents):
                row = _judgement(rule, supplier_id, found, incidents, known, at)
                row.supplier_archived = supplier_id in archived
                fresh.append(row)
    Judgement.objects.bulk_create(fresh, batch_size=2_000)
    return JudgedMonth(
        month=month,
        judged=dict(judged),
        archived=archived & set[int]().union(*judged.values()),
        fresh=tuple(fresh),
        firing=_firing(rules, seen, fresh),
    )


def case_of(judgement: Judgement, rule: Rule) -> Case:
    """Return the case a judgement speaks about."""
    return Case(
        judgement.supplier_id,
        judgement.plant_id,
        judgement.part_id,
        judgement.metric,
        rule.level,
    )


def _newest(
    month: Month, rules: Sequence[Rule], supplier_ids: Collection[int] | None
) -> dict[tuple[int, int], Seen]:
    rows = Judgement.objects.filter(month=month.first_day, rule__in=rules)
    if supplier_ids is not None:
        rows = rows.filter(supplier__in=supplier_ids)
    newest = rows.order_by("rule", "supplier", "-number").distinct("rule", "supplier")
    found = (Seen(*row) for row in newest.values_list(*Seen._fields))
    return {(row.rule_id, row.supplier_id): row for row in found}


@dataclass(frozen=True, kw_only=True)
class MonthCounts:
    """A month's counts and incidents, each read once however many rules look at them."""

    month: Month
    supplier_ids: Collection[int] | None
    _counts: dict[tuple[str, str], dict[int, CountsToJudge]] = field(default_factory=dict)
    _incidents: dict[int, dict[int, int]] = field(default_factory=dict)

    def of(self, rule: Rule) -> dict[int, CountsToJudge]:
        """Return what the rule compares, by supplier."""
        key = (rule.metric, rule.window)
        if key not in self._counts:
            self._counts[key] = counts_to_judge(
                rule.condition, month=self.month, supplier_ids=self.supplier_ids
            )
        return self._counts[key]

    def incidents(self, rule: Rule) -> dict[int, int]:
        """Return the incidents that may stand in for the rule's confidence, by supplier."""
        over = rule.incident_months
        if over is None:
            return {}
        if over not in self._incidents:
            self._incidents[over] = incidents_of(
                month=self.month, over_months=over, supplier_ids=self.supplier_ids
            )
        return self._incidents[over]


def _to_judge(
    rule: Rule, counts: MonthCounts, seen: dict[tuple[int, int], Seen]
) -> Iterator[tuple[int, CountsToJudge, int]]:
    """Yield suppliers with their counts; without any only those judged before."""
    found, incidents = counts.of(rule), counts.incidents(rule)
    tier = suppliers_in_tiers(rule.tier_levels, month=counts.month) if rule.tier_levels else None
    nothing = _no_counts(rule, counts.month)
    before = {supplier_id for rule_id, supplier_id in seen if rule_id == rule.pk}
    for supplier_id in sorted(found.keys() | before):
        row = found.get(supplier_id, nothing)
        idle = not (row.figure.exposure or row.figure.counted) and supplier_id not in before
        if not idle and (tier is None or supplier_id in tier):
            yield supplier_id, row, incidents.get(supplier_id, 0)


def _no_counts(rule: Rule, month: Month) -> CountsToJudge:
    condition = rule.condition
    return CountsToJudge(
        figure=window_figure({}, metric=condition.metric, window=condition.window, end=month)
    )


def _unchanged(known: Seen | None, counts: CountsToJudge, incidents: int) -> bool:
    if known is None:
        return False
    figure = counts.figure
    return (
        known.counted_qty == figure.counted
        and known.received_qty == figure.received
        and known.provisional_qty == figure.provisional
        and known.incidents == incidents
        and CountSource(known.source) is counts.source
        and known.source_version == counts.source_version
    )


def _judgement(
    rule: Rule,
    supplier_id: int,
    counts: CountsToJudge,
    incidents: int,
    known: Seen | None,
    at: datetime,
) -> Judgement:
    figure, condition = counts.figure, rule.condition
    judged = judge(
        rule=condition,
        counted=figure.counted,
        received=figure.exposure,
        incidents=incidents,
    )
    return Judgement(
        rule=rule,
        supplier_id=supplier_id,
        month=figure.end.first_day,
        number=1 if known is None else known.number + 1,
        metric=condition.metric.value,
        window=condition.window.value,
        comparator=condition.comparator.value,
        threshold_ppm=condition.threshold_ppm,
        counted_qty=figure.counted,
        received_qty=figure.received,
        provisional_qty=figure.provisional,
        incidents=incidents,
        source=counts.source.value,
        source_version=counts.source_version,
        judged_at=at,
        **_evidence(judged),
    )


def _evidence(judged: Judged) -> dict[str, Any]:
    interval = judged.interval
    return {
        "ppm": None
        if judged.ppm is None
        else round_half_up(value=judged.ppm, decimals=PPM_DECIMALS),
        "lower_ppm": None if interval is None else interval.lower_ppm,
        "upper_ppm": None if interval is None else interval.upper_ppm,
        "p_above": judged.verdict.p_above,
        "verdict": judged.verdict.verdict.value,
        "breached": judged.breached,
        "fired": judged.fired,
        "reason": judged.reason.value,
    }


def _firing(
    rules: Sequence[Rule], seen: dict[tuple[int, int], Seen], fresh: Sequence[Judgement]
) -> frozenset[Case]:
    newest = {key: row.fired for key, row in seen.items()}
    newest |= {(row.rule_id, row.supplier_id): row.fired for row in fresh}
    by_id = {rule.pk: rule for rule in rules}
    return frozenset(
        Case(supplier_id, None, None, by_id[rule_id].metric, by_id[rule_id].level)
        for (rule_id, supplier_id), fired in newest.items()
        if fired
    )
