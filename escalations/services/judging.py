"""Judging one month: every rule on every supplier whose counts have changed."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from escalations.enums import CountSource
from escalations.models import Judgement, Rule
from escalations.queries.counts import (
    CountsToJudge,
    Scope,
    archived_suppliers,
    counts_to_judge,
    incidents_of,
    suppliers_in_tiers,
)
from escalations.triggers import Judgement as Judged
from escalations.triggers import judge
from escalations.workflow import Level
from scorecards.formulas.rounding import round_half_up
from scorecards.periods import Month
from scorecards.queries.figures import window_figure

PPM_DECIMALS = 6
EARLY_EVIDENCE_EVERY = timedelta(days=1)


class Case(NamedTuple):
    """What one open episode is about."""

    supplier_id: int
    plant_id: int | None
    part_id: int | None
    metric: str
    level: str


class Seen(NamedTuple):
    """The newest judgement of a rule and scope in the month, as far as it is compared."""

    rule_id: int
    supplier_id: int
    plant_id: int | None
    part_id: int | None
    number: int
    counted_qty: Decimal
    received_qty: Decimal
    provisional_qty: Decimal
    incidents: int
    source: str
    source_version: int | None
    fired: bool
    reason: str
    early: bool
    judged_at: datetime

    @property
    def key(self) -> tuple[int, Scope]:
        """Rule and scope."""
        return self.rule_id, Scope(self.supplier_id, self.plant_id, self.part_id)


@dataclass(frozen=True, kw_only=True)
class JudgedMonth:
    """What judging a month gave.

    `judged` are the suppliers with a figure, by metric; `archived` those among them that are
    archived; `fresh` the judgements appended because counts
    changed; `firing` the cases for which some rule fires on the newest counts. `early` says
    that the month still runs: watches instead of levels.
    """

    month: Month
    judged: dict[str, set[int]]
    archived: frozenset[int]
    fresh: tuple[Judgement, ...]
    firing: frozenset[Case]
    supplier_ids: Collection[int] | None = None
    early: bool = False


def judge_month(
    *,
    month: Month,
    rules: Sequence[Rule],
    supplier_ids: Collection[int] | None,
    at: datetime,
    early: bool = False,
) -> JudgedMonth:
    """Judge a month's counts and append what is new; the caller holds the evaluation lock."""
    seen = _newest(month, rules, supplier_ids)
    archived = archived_suppliers()
    counts = MonthCounts(month=month, supplier_ids=supplier_ids)
    fresh: list[Judgement] = []
    judged: dict[str, set[int]] = defaultdict(set)
    for rule in rules:
        for scope, found, incidents in to_judge(rule, counts, seen):
            if found.figure.exposure:
                judged[rule.metric].add(scope.supplier_id)
            known = seen.get((rule.pk, scope))
            if _unchanged(known, found, incidents, early=early):
                continue
            row = _judgement(rule, scope, found, incidents, known, at)
            row.supplier_archived, row.early = scope.supplier_id in archived, early
            if not early or _tells_something(row, known, at):
                fresh.append(row)
    Judgement.objects.bulk_create(fresh, batch_size=2_000)
    return JudgedMonth(
        month=month,
        judged=dict(judged),
        archived=archived & set[int]().union(*judged.values()),
        fresh=tuple(fresh),
        firing=_firing(rules, seen, fresh, early=early),
        supplier_ids=supplier_ids,
        early=early,
    )


def _newest(
    month: Month, rules: Sequence[Rule], supplier_ids: Collection[int] | None
) -> dict[tuple[int, Scope], Seen]:
    rows = Judgement.objects.filter(month=month.first_day, rule__in=rules)
    if supplier_ids is not None:
        rows = rows.filter(supplier__in=supplier_ids)
    key = ("rule", "supplier", "plant", "part")
    newest = rows.order_by(*key, "-number").distinct(*key)
    found = (Seen(*row) for row in newest.values_list(*Seen._fields))
    return {row.key: row for row in found}


@dataclass(frozen=True, kw_only=True)
class MonthCounts:
    """A month's counts and incidents, each read once however many rules look at them."""

    month: Month
    supplier_ids: Collection[int] | None
    _counts: dict[tuple[str, str, str], dict[Scope, CountsToJudge]] = field(default_factory=dict)
    _incidents: dict[tuple[str, int], dict[Scope, int]] = field(default_factory=dict)

    def of(self, rule: Rule) -> dict[Scope, CountsToJudge]:
        """Return what the rule compares, by scope."""
        key = (rule.scope, rule.metric, rule.window)
        if key not in self._counts:
            self._counts[key] = counts_to_judge(
                rule.condition,
                month=self.month,
                supplier_ids=self.supplier_ids,
                scope=rule.scope,
            )
        return self._counts[key]

    def incidents(self, rule: Rule) -> dict[Scope, int]:
        """Return the incidents that may stand in for the rule's confidence, by scope."""
        over = rule.incident_months
        if over is None:
            return {}
        key = (rule.scope, over)
        if key not in self._incidents:
            self._incidents[key] = incidents_of(
                month=self.month,
                over_months=over,
                supplier_ids=self.supplier_ids,
                scope=rule.scope,
            )
        return self._incidents[key]


def to_judge(
    rule: Rule, counts: MonthCounts, seen: dict[tuple[int, Scope], Seen]
) -> Iterator[tuple[Scope, CountsToJudge, int]]:
    """Yield scopes with their counts; without any only those judged before."""
    found, incidents = counts.of(rule), counts.incidents(rule)
    tier = suppliers_in_tiers(rule.tier_levels, month=counts.month) if rule.tier_levels else None
    nothing = _no_counts(rule, counts.month)
    before = {scope for rule_id, scope in seen if rule_id == rule.pk}
    for scope in sorted(found.keys() | before, key=_order):
        row = found.get(scope, nothing)
        idle = not (row.figure.exposure or row.figure.counted) and scope not in before
        if not idle and (tier is None or scope.supplier_id in tier):
            yield scope, row, incidents.get(scope, 0)


def _order(scope: Scope) -> tuple[int, int, int]:
    return scope.supplier_id, scope.plant_id or 0, scope.part_id or 0


def _no_counts(rule: Rule, month: Month) -> CountsToJudge:
    condition = rule.condition
    return CountsToJudge(
        figure=window_figure({}, metric=condition.metric, window=condition.window, end=month)
    )


def _unchanged(known: Seen | None, counts: CountsToJudge, incidents: int, *, early: bool) -> bool:
    """What a running month showed says nothing of the month once it has ended."""
    if known is None or known.early != early:
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


def _tells_something(row: Judgement, known: Seen | None, at: datetime) -> bool:
    """Of a running month, which changes by the minute, keep other outcomes and one a day."""
    if known is None:
        return True
    return known.reason != row.reason or at - known.judged_at >= EARLY_EVIDENCE_EVERY


def _judgement(
    rule: Rule,
    scope: Scope,
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
        supplier_id=scope.supplier_id,
        plant_id=scope.plant_id,
        part_id=scope.part_id,
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
    rules: Sequence[Rule],
    seen: dict[tuple[int, Scope], Seen],
    fresh: Sequence[Judgement],
    *,
    early: bool,
) -> frozenset[Case]:
    newest = {key: row.fired for key, row in seen.items() if row.early == early}
    newest |= {
        (row.rule_id, Scope(row.supplier_id, row.plant_id, row.part_id)): row.fired for row in fresh
    }
    by_id = {rule.pk: rule for rule in rules}
    return frozenset(
        Case(
            *scope,
            by_id[rule_id].metric,
            Level.WATCH.value if early else by_id[rule_id].level,
        )
        for (rule_id, scope), fired in newest.items()
        if fired
    )
