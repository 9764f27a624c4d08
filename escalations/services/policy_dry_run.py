"""What a policy would have called for in the last published months, beside what was called for.

Reads only. A month calls for a level where a rule fires on its counts of record, or on a reject
detected in it; whether such a month would have begun a case or joined one is not replayed, for
that depends on when people would have closed it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from escalations import wording
from escalations.enums import RuleKind
from escalations.models import EpisodeHit, RecordHit, Rule
from escalations.queries.records import Surroundings
from escalations.record_triggers import judge_record
from escalations.services.judging import Case, MonthCounts, to_judge
from escalations.services.record_belonging import METRICS
from escalations.triggers import judge
from escalations.workflow import Level, State
from scorecards.models import Scorecard
from scorecards.periods import Month
from suppliers.models import Part, Plant, Reject, Supplier

MONTHS: Final = 12


class Line(NamedTuple):
    """What a case would be about, spelled out."""

    supplier: Supplier
    plant: Plant | None
    part: Part | None
    metric: str
    level: str


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One case: the months that would call for it and those that did."""

    line: Line
    would: Sequence[Month]
    was: Sequence[Month]

    @property
    def only_would(self) -> list[Month]:
        """Months that called for nothing and would."""
        return [month for month in self.would if month not in self.was]

    @property
    def only_was(self) -> list[Month]:
        """Months that called for the level and would not."""
        return [month for month in self.was if month not in self.would]

    @property
    def same(self) -> bool:
        """Whether nothing would differ."""
        return not self.only_would and not self.only_was

    @property
    def level_name(self) -> str:
        """The level, for a table."""
        return capfirst(wording.level_name(self.line.level))

    @property
    def metric_name(self) -> str:
        """What it is about."""
        return wording.metric_name(self.line.metric)

    @property
    def verdict(self) -> str:
        """What the draft would change, in a word or two."""
        if self.same:
            return _("as it was")
        if not self.was:
            return _("new")
        if not self.would:
            return _("would not be raised")
        return _("other months")


@dataclass(frozen=True, kw_only=True)
class DryRun:
    """What a draft would have done in the last published months."""

    months: Sequence[Month]
    suppliers: int
    differences: Sequence[Difference]

    @property
    def last(self) -> Month | None:
        """The newest month that is replayed."""
        return self.months[-1] if self.months else None

    @property
    def changed(self) -> list[Difference]:
        """The cases in which something would differ."""
        return [row for row in self.differences if not row.same]

    @property
    def would_count(self) -> int:
        """Cases that would be called for."""
        return sum(1 for row in self.differences if row.would)

    @property
    def was_count(self) -> int:
        """Cases that were called for."""
        return sum(1 for row in self.differences if row.was)


def dry_run_policy(*, rules: Sequence[Rule], suppliers: QuerySet[Supplier]) -> DryRun:
    """Replay rules, saved or drafted, over the last twelve published months.

    Args:
        rules: rules of one version; of one subject.
        suppliers: whose months; the `visible_to(user)` of whoever asks.
    """
    known = {supplier.pk: supplier for supplier in suppliers}
    months = published_months()
    figures = [rule for rule in rules if rule.judges_figures]
    records = [rule for rule in rules if not rule.judges_figures]
    would: dict[Case, set[Month]] = defaultdict(set)
    for month in months:
        for case in _figures(figures, month, set(known)):
            would[case].add(month)
    for case, month in _records(records, months, set(known)):
        would[case].add(month)
    was = _was(months, set(known), figures=bool(figures), records=bool(records))
    return DryRun(
        months=months,
        suppliers=len(known),
        differences=_differences(would, was, known),
    )


def published_months() -> list[Month]:
    """Return the newest twelve months that have a published scorecard, oldest first."""
    days = Scorecard.objects.order_by("-month").values_list("month", flat=True).distinct()
    return [Month.of(day) for day in sorted(days[:MONTHS])]


def _figures(rules: Sequence[Rule], month: Month, ids: set[int]) -> Iterator[Case]:
    counts = MonthCounts(month=month, supplier_ids=ids)
    for rule in rules:
        for scope, found, incidents in to_judge(rule, counts, {}):
            judged = judge(
                rule=rule.condition,
                counted=found.figure.counted,
                received=found.figure.exposure,
                incidents=incidents,
            )
            if judged.fired:
                yield Case(*scope, rule.metric, rule.level)


def _records(
    rules: Sequence[Rule], months: Sequence[Month], ids: set[int]
) -> Iterator[tuple[Case, Month]]:
    """Reports and inspections are looked at as they stand today."""
    if not rules or not months:
        return
    around = Surroundings.of(ids)
    rows = Reject.objects.filter(
        _worth_a_look(rules, around),
        supplier__in=ids,
        detected_on__range=(months[0].first_day, months[-1].last_day),
    ).select_related("supplier", "plant", "part", "defect_code", "delivery")
    for reject in rows.order_by("detected_on", "pk").iterator(chunk_size=2_000):
        for rule in rules:
            answer = judge_record(
                condition=around.condition_of(reject, rule), known=around.known_of(reject, rule)
            )
            if answer.fired:
                yield _case(reject, rule, answer.level), Month.of(reject.detected_on)


def _worth_a_look(rules: Sequence[Rule], around: Surroundings) -> Q:
    wanted = Q(pk__in=[])
    for rule in rules:
        if rule.kind == RuleKind.INCIDENT:
            wanted |= Q(severity=rule.severity)
        elif rule.kind == RuleKind.SAFETY:
            wanted |= Q(part__safety_relevant=True)
        elif rule.kind == RuleKind.REPEAT_DEFECT:
            wanted |= Q(supplier__in=around.with_eight_d)
        else:
            wanted |= Q(supplier__in=around.with_shipping)
    return wanted


def _case(reject: Reject, rule: Rule, level: str) -> Case:
    by_plant, by_part = rule.scope == "supplier_plant", rule.scope == "supplier_part"
    return Case(
        reject.supplier_id,
        reject.plant_id if by_plant else None,
        reject.part_id if by_part else None,
        METRICS[rule.kind],
        level,
    )


def _was(
    months: Sequence[Month], ids: set[int], *, figures: bool, records: bool
) -> dict[Case, set[Month]]:
    """Return the months that joined cases; watches and what was declined held nobody."""
    found: dict[Case, set[Month]] = defaultdict(set)
    if not months:
        return found
    within = (months[0].first_day, months[-1].last_day)
    declined = [State.DECLINED.value, State.PROPOSED.value]
    if figures:
        rows: Any = EpisodeHit.objects.filter(
            month__range=within, episode__supplier__in=ids, breaching=True
        ).exclude(episode__level=Level.WATCH.value)
        rows = rows.exclude(episode__state__in=declined).select_related("episode")
        for hit in rows:
            found[_of_episode(hit.episode)].add(Month.of(hit.month))
    if records:
        rows = RecordHit.objects.filter(
            judgement__detected_on__range=within, episode__supplier__in=ids, breaching=True
        ).exclude(episode__state__in=declined)
        for hit in rows.select_related("episode", "judgement"):
            found[_of_episode(hit.episode)].add(Month.of(hit.judgement.detected_on))
    return found


def _of_episode(episode: Any) -> Case:
    return Case(
        episode.supplier_id, episode.plant_id, episode.part_id, episode.metric, episode.level
    )


def _differences(
    would: dict[Case, set[Month]], was: dict[Case, set[Month]], known: dict[int, Supplier]
) -> list[Difference]:
    cases = would.keys() | was.keys()
    plants = Plant.objects.in_bulk([case.plant_id for case in cases if case.plant_id])
    parts = Part.objects.in_bulk([case.part_id for case in cases if case.part_id])
    rows = [
        Difference(
            line=Line(
                known[case.supplier_id],
                plants.get(case.plant_id or 0),
                parts.get(case.part_id or 0),
                case.metric,
                case.level,
            ),
            would=sorted(would.get(case, ())),
            was=sorted(was.get(case, ())),
        )
        for case in cases
    ]
    return sorted(rows, key=_order)


def _order(row: Difference) -> tuple[Any, ...]:
    line = row.line
    return (
        row.same,
        line.supplier.code,
        line.metric,
        -Level(line.level).rank,
        "" if line.plant is None else line.plant.code,
        "" if line.part is None else line.part.number,
    )
