"""Evaluation: every ended month's counts against the policy in force, in order.

Twice changes nothing: judgements are appended only where counts changed, and only a fresh
judgement can raise, join or review. Evaluations take turns, month by month.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Self

from django.db import connection, transaction

from escalations.models import Episode, EpisodeHit
from escalations.queries.counts import months_with_counts
from escalations.queries.rules import evaluated_rules, judging_versions, version_that_judges
from escalations.services.judging import JudgedMonth, judge_month
from escalations.services.raising import MonthChanges, apply
from scorecards.periods import Month
from scorecards.rollup import drain

# Our own number; evaluations of one database take turns on it.
EVALUATION_LOCK = 7_405_003


@dataclass(kw_only=True)
class Outcome:
    """What an evaluation did.

    `judged_by_metric` counts supplier-months with a figure, `archived` those of archived
    suppliers among them, `fresh` the judgements appended.
    """

    months: list[Month] = field(default_factory=list)
    judged_by_metric: Counter[str] = field(default_factory=Counter)
    archived: int = 0
    fresh: int = 0
    raised: list[Episode] = field(default_factory=list)
    joined: list[EpisodeHit] = field(default_factory=list)
    reviewed: list[Episode] = field(default_factory=list)
    proposed: list[Episode] = field(default_factory=list)
    lapsed: list[Episode] = field(default_factory=list)

    @property
    def raised_by_level(self) -> Counter[str]:
        """How many episodes of each level were raised."""
        return Counter(episode.level for episode in self.raised)

    @property
    def proposed_count(self) -> int:
        """How many levels wait for somebody's approval."""
        return len(self.proposed)

    @property
    def joined_count(self) -> int:
        """How many months joined an open episode."""
        return len(self.joined)

    @property
    def reviewed_count(self) -> int:
        """How many episodes were put under review."""
        return len(self.reviewed)

    @property
    def changed(self) -> bool:
        """Whether anything was raised, proposed, joined, put under review or lapsed."""
        return bool(self.raised or self.proposed or self.joined or self.reviewed or self.lapsed)

    def __iadd__(self, other: "Outcome") -> Self:
        """Add another evaluation's outcome to this one."""
        self.months += other.months
        self.judged_by_metric += other.judged_by_metric
        self.archived += other.archived
        self.fresh += other.fresh
        self.raised += other.raised
        self.joined += other.joined
        self.reviewed += other.reviewed
        self.proposed += other.proposed
        self.lapsed += other.lapsed
        return self

    def add(self, judged: JudgedMonth, changes: MonthChanges) -> None:
        """Add what one month gave."""
        self.months.append(judged.month)
        for metric, suppliers in judged.judged.items():
            self.judged_by_metric[metric] += len(suppliers)
        self.archived += len(judged.archived)
        self.fresh += len(judged.fresh)
        self.raised += changes.raised
        self.joined += changes.joined
        self.reviewed += changes.reviewed
        self.proposed += changes.proposed
        self.lapsed += changes.lapsed


def evaluate(
    *,
    at: datetime,
    today: date,
    first: Month | None = None,
    last: Month | None = None,
    supplier_ids: Collection[int] | None = None,
) -> Outcome:
    """Judge every ended month that has counts; each month is one transaction.

    Args:
        at: when it is done; stored with everything written.
        today: the day it is at every plant; its month still runs and is not judged.
        first: earliest month; None for all.
        last: latest month; a month that has not ended is never judged.
        supplier_ids: only these suppliers; None for all, archived ones included.
    """
    drain(at=at)
    ended = Month.of(today).minus(1)
    until = ended if last is None else min(last, ended)
    versions = judging_versions()
    outcome = Outcome()
    for month in months_with_counts(first=first, last=until, supplier_ids=supplier_ids):
        rules = evaluated_rules(version_that_judges(month, versions))
        if rules:
            with transaction.atomic():
                take_turn()
                judged = judge_month(month=month, rules=rules, supplier_ids=supplier_ids, at=at)
                outcome.add(judged, apply(judged=judged, at=at))
    return outcome


def dry_run(
    *,
    at: datetime,
    today: date,
    first: Month | None = None,
    last: Month | None = None,
    supplier_ids: Collection[int] | None = None,
) -> Outcome:
    """Return what `evaluate` would do, and undo it; nobody is told anything."""
    with transaction.atomic():
        outcome = evaluate(at=at, today=today, first=first, last=last, supplier_ids=supplier_ids)
        transaction.set_rollback(True)
    return outcome


def take_turn() -> None:
    """Wait for another evaluation to finish its month; what it wrote is seen afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [EVALUATION_LOCK])
