"""Who would have another grade under a draft scheme, month by month, and why."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db.models import QuerySet
from django.db.models.fields.json import KT

from scorecards.codec import decode
from scorecards.models import Scorecard
from scorecards.periods import Month, months
from scorecards.queries.gates import Gates
from scorecards.queries.schemes import scheme_of
from scorecards.queries.scores import Counts
from scorecards.scoring import Criterion, GateHit, Scheme, Score
from suppliers.models import Supplier

MONTHS: Final = 12


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A criterion that is worth something else: points and weight, None where it does not count."""

    criterion: Criterion
    before: tuple[Decimal | None, Decimal] | None
    after: tuple[Decimal | None, Decimal] | None


@dataclass(frozen=True, kw_only=True)
class GradeChange:
    """A supplier's month that would have another grade."""

    supplier: Supplier
    month: Month
    before: Score
    after: Score

    @property
    def better(self) -> bool:
        """Whether the draft gives the better grade."""
        return self.after.grade < self.before.grade

    @property
    def reasons(self) -> Iterator[Reason]:
        """Yield the criteria whose points or weight differ."""
        old, new = (
            {line.criterion: (line.points, line.rule.weight) for line in score.counted}
            for score in (self.before, self.after)
        )
        for criterion in Criterion:
            if old.get(criterion) != new.get(criterion):
                yield Reason(
                    criterion=criterion, before=old.get(criterion), after=new.get(criterion)
                )


@dataclass(frozen=True, kw_only=True)
class MonthTally:
    """How many suppliers have each grade in a month, by the scheme in force and by the draft."""

    month: Month
    before: dict[str, int]
    after: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class DryRun:
    """What a draft would have done to the last twelve months."""

    first: Month
    last: Month
    compared: int
    tallies: Sequence[MonthTally]
    changes: Sequence[GradeChange]


def dry_run(*, draft: Scheme, suppliers: QuerySet[Supplier], last: Month) -> DryRun:
    """Score twelve months that end with `last` by the draft and by the scheme of each month.

    Both read the same counts as they are now, so that what differs is the scheme's doing.
    Gates are those of the published scorecard; where there is none, those that
    held at the month's end.
    """
    by_pk = {supplier.pk: supplier for supplier in suppliers.order_by("code")}
    span = list(months(last.minus(MONTHS - 1), last))
    counts = Counts(by_pk, first=span[0], last=last)
    held = _Gates(by_pk, first=span[0], last=last)
    tallies, changes, compared = [], [], 0
    for month in reversed(span):
        scheme = scheme_of(month)
        tally = MonthTally(month=month, before={}, after={})
        for pk, supplier in by_pk.items() if scheme else ():
            gated = held.of(pk, month)
            before, after = (
                counts.score(pk, month=month, scheme=rules, gates=gated)
                for rules in (scheme or draft, draft)
            )
            if not before.grade and not after.grade:
                continue
            compared += 1
            tally.before[before.grade] = tally.before.get(before.grade, 0) + 1
            tally.after[after.grade] = tally.after.get(after.grade, 0) + 1
            if before.grade != after.grade:
                changes.append(
                    GradeChange(supplier=supplier, month=month, before=before, after=after)
                )
        tallies.append(tally)
    return DryRun(
        first=span[0], last=last, compared=compared, tallies=tallies, changes=tuple(changes)
    )


class _Gates:
    """Gates by supplier and month: frozen where the month is published."""

    def __init__(self, supplier_ids: Collection[int], *, first: Month, last: Month) -> None:
        ids = list(supplier_ids)
        rows = Scorecard.objects.newest().filter(
            supplier__in=ids, month__range=(first.first_day, last.first_day)
        )
        frozen = rows.values_list("supplier", "month", KT("snapshot__overview__score__gates"))
        self._frozen = {
            (pk, Month.of(day)): decode(tuple[GateHit, ...], json.loads(held))
            for pk, day, held in frozen
            if held is not None
        }
        self._live = Gates(ids)

    def of(self, pk: int, month: Month) -> tuple[GateHit, ...]:
        known: tuple[GateHit, ...] | None = self._frozen.get((pk, month))
        return self._live.of(pk, month) if known is None else known
