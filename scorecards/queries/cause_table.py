"""What the rejects of a window are made of, by any cause and measure.

The one path of the Pareto on pages, in files and in the API. It adds up the rows that the roll-up
sums, so pieces are counted by the verdict rules and an issue is one incident, at its worst report.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

from django.db.models import Case, IntegerField, Max, Q, QuerySet, Sum, Value, When

from scorecards.enums import CauseKind, CauseMeasure
from scorecards.queries.cause_question import COLUMNS, CauseQuestion, counting
from suppliers.enums import DetectionPoint, Severity
from suppliers.queries.part_chains import Family, families_among, families_of

HARDEST_FIRST: Final = tuple(reversed(Severity))
RANK: Final = Case(
    *(When(reject__severity=one.value, then=Value(rank)) for rank, one in enumerate(Severity)),
    output_field=IntegerField(),
)


@dataclass(frozen=True, kw_only=True)
class CauseCount:
    """One cause: what it counts, and how bad it was.

    `key` names it in addresses: a code, the newest number of a part that the supplier has (of
    several suppliers: that was rejected), a detection point; it is empty for rejects whose machine
    or shift nobody reported. `numbers` are the numbers of a part that were superseded; `cost` is in
    the currency that was asked for; `worst` is a severity's value; `severities` are incidents by
    severity, hardest first, without those there were none of.
    """

    key: str
    name: str
    pieces: Decimal
    incidents: int
    worst: str
    severities: tuple[tuple[Severity, int], ...]
    value: Decimal
    cost: Decimal = Decimal(0)
    numbers: tuple[str, ...] = ()
    share: Fraction = Fraction(0)
    reached: Fraction = Fraction(0)

    @property
    def keys(self) -> tuple[str, ...]:
        """What its records carry: of a part every number of its family that has any."""
        return (self.key, *self.numbers)


@dataclass(frozen=True, kw_only=True)
class CauseTable:
    """Every cause of which there is any, largest first, with the sum of all."""

    asked: CauseQuestion
    causes: tuple[CauseCount, ...]

    @cached_property
    def total(self) -> Decimal:
        """What all causes add up to, in the measure that was asked for."""
        return sum((cause.value for cause in self.causes), Decimal(0))

    def named(self, key: str) -> CauseCount | None:
        """Return the cause of that key, also by a superseded number; None if there is none."""
        return next((cause for cause in self.causes if key in cause.keys), None)


def cause_table(asked: CauseQuestion) -> CauseTable:
    """Return what the rejects are made of; whoever asks has fetched the scope.

    Like every sum of a supplier, those of a scope's suppliers are over all plants.
    """
    found = _along_families(asked, [_count(asked, row) for row in _rows(asked)])
    counts = sorted((one for one in found if one.value > 0), key=lambda one: (-one.value, one.key))
    return CauseTable(asked=asked, causes=_with_shares(counts))


def _rows(asked: CauseQuestion) -> QuerySet[Any, dict[str, Any]]:
    key, name = COLUMNS[asked.by]
    part = ["part", "part__supersedes"] if asked.by is CauseKind.PART else []
    rows: QuerySet[Any, dict[str, Any]] = (
        counting(asked)
        .values(*filter(None, (key, name)), *part)
        .annotate(
            pieces=Sum("counted_qty"),
            cases=Sum("incidents"),
            cost=Sum(
                "reject__cost",
                filter=Q(reject__cost_currency=asked.currency),
                default=Decimal(0),
            ),
            rank=Max(RANK),
            **{
                one.value: Sum("incidents", filter=Q(reject__severity=one.value), default=0)
                for one in Severity
            },
        )
        .order_by(key)
    )
    return rows


def _count(asked: CauseQuestion, row: dict[str, Any]) -> tuple[CauseCount, int | None]:
    """Return a row as a cause, with its part where it is one."""
    key, name = COLUMNS[asked.by]
    measured = {
        CauseMeasure.PIECES: row["pieces"],
        CauseMeasure.INCIDENTS: row["cases"],
        CauseMeasure.COST: row["cost"],
    }
    cause = CauseCount(
        key=row[key],
        name=_name(asked.by, row, name),
        pieces=row["pieces"],
        incidents=row["cases"],
        worst=list(Severity)[row["rank"]].value,
        severities=tuple((one, row[one.value]) for one in HARDEST_FIRST if row[one.value]),
        value=Decimal(measured[asked.measure]),
        cost=row["cost"],
    )
    return cause, row.get("part")


def _name(by: CauseKind, row: dict[str, Any], column: str) -> str:
    if by is CauseKind.DETECTION_POINT:
        return str(DetectionPoint(row["reject__detection_point"]).label)
    return str(row[column]) if column else ""


def _along_families(
    asked: CauseQuestion, counts: Sequence[tuple[CauseCount, int | None]]
) -> list[CauseCount]:
    """Put the numbers of a part that superseded each other into one cause, under its newest."""
    if asked.by is not CauseKind.PART:
        return [cause for cause, _part in counts]
    known = _families(asked, [part for _cause, part in counts if part is not None])
    together: dict[int, list[CauseCount]] = defaultdict(list)
    newest: dict[int, Family] = {}
    for cause, part in counts:
        family = known.get(part or 0)
        head = family.newest.pk if family else part or 0
        together[head].append(cause)
        if family:
            newest[head] = family
    return [
        _family(newest[head], own) if len(own) > 1 else own[0] for head, own in together.items()
    ]


def _families(asked: CauseQuestion, parts: Collection[int]) -> Mapping[int, Family]:
    supplier = asked.scope.supplier
    return families_among(parts) if supplier is None else families_of(supplier, parts)


def _family(family: Family, causes: Sequence[CauseCount]) -> CauseCount:
    """Add a family's numbers up; one that alone has rejects stands under its own."""
    incidents: dict[Severity, int] = defaultdict(int)
    for cause in causes:
        for severity, count in cause.severities:
            incidents[severity] += count
    return CauseCount(
        key=family.newest.number,
        name=family.newest.name,
        pieces=sum((cause.pieces for cause in causes), Decimal(0)),
        incidents=sum(cause.incidents for cause in causes),
        worst=max((Severity(cause.worst) for cause in causes), key=list(Severity).index).value,
        severities=tuple((one, incidents[one]) for one in HARDEST_FIRST if incidents[one]),
        value=sum((cause.value for cause in causes), Decimal(0)),
        cost=sum((cause.cost for cause in causes), Decimal(0)),
        numbers=tuple(sorted({cause.key for cause in causes} - {family.newest.number})),
    )


def _with_shares(causes: Sequence[CauseCount]) -> tuple[CauseCount, ...]:
    total = sum((Fraction(cause.value) for cause in causes), Fraction(0))
    found, so_far = [], Fraction(0)
    for cause in causes:
        share = Fraction(cause.value) / total
        so_far += share
        found.append(replace(cause, share=share, reached=so_far))
    return tuple(found)
