"""What a supplier's rejects of a window are made of, by any cause and measure, and their records.

The one path of the Pareto on pages, in files and in the API. It adds up the rows that the roll-up
sums, so pieces are counted by the verdict rules and an issue is one incident, at its worst report.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

from django.db.models import Case, Count, IntegerField, Max, Q, QuerySet, Sum, Value, When
from django.utils.translation import gettext as _

from scorecards.enums import CauseKind, CauseMeasure
from scorecards.metrics import Metric
from scorecards.models import CountedReject
from scorecards.periods import Month, Window, window_months
from scorecards.queries.figures import supplier_series, window_figure
from scorecards.queries.rows import reject_rows
from scorecards.queries.scopes import of_supplier
from suppliers.access import AnyUser, plants_shown_to
from suppliers.enums import DetectionPoint, Severity
from suppliers.models import Supplier
from suppliers.queries.part_chains import Family, families_of

# What tells causes of a kind apart, and what else is said of one.
COLUMNS: Final[dict[CauseKind, tuple[str, str]]] = {
    CauseKind.DEFECT_CODE: ("reject__defect_code__code", "reject__defect_code__name"),
    CauseKind.PART: ("part__number", "part__name"),
    CauseKind.PLANT: ("plant__code", "plant__name"),
    CauseKind.DETECTION_POINT: ("reject__detection_point", ""),
    CauseKind.MACHINE: ("reject__machine", ""),
    CauseKind.SHIFT: ("reject__shift", ""),
}
COUNTED_BY: Final = {
    CauseMeasure.PIECES: "counted_qty",
    CauseMeasure.INCIDENTS: "incidents",
    CauseMeasure.COST: "reject__cost",
}
HARDEST_FIRST: Final = tuple(reversed(Severity))
RANK: Final = Case(
    *(When(reject__severity=one.value, then=Value(rank)) for rank, one in enumerate(Severity)),
    output_field=IntegerField(),
)


@dataclass(frozen=True, kw_only=True)
class CauseQuestion:
    """Whose rejects, of which window, told apart by what, and measured how.

    Costs are those in `currency` alone: amounts of different currencies are never added.
    """

    supplier: Supplier
    end: Month
    window: Window = Window.ROLLING_12
    by: CauseKind = CauseKind.DEFECT_CODE
    measure: CauseMeasure = CauseMeasure.PIECES
    currency: str = ""

    @property
    def first(self) -> Month:
        """The first month of the window."""
        return window_months(self.window, end=self.end)[0]


@dataclass(frozen=True, kw_only=True)
class CauseCount:
    """One cause: what it counts, and how bad it was.

    `key` names it in addresses: a code, the newest number of a part that the supplier has, a
    detection point; it is empty for rejects whose machine or shift nobody reported. `numbers` are
    the numbers of a part that were superseded; `cost` is in the currency that was asked for;
    `worst` is a severity's value; `severities` are incidents by severity, hardest first, without
    those there were none of.
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
class Reported:
    """What the records of a window say besides what all of them do.

    `currencies` are those of the costs, first the one that most records have.
    """

    machine: bool
    shift: bool
    currencies: tuple[str, ...]


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


@dataclass(frozen=True, kw_only=True)
class CauseRecords:
    """The records behind some causes, of those a reader sees, and what they add up to."""

    rows: QuerySet[Any]
    total: Decimal


def cause_table(asked: CauseQuestion) -> CauseTable:
    """Return what the rejects are made of; whoever asks has fetched the supplier.

    Like every sum of a supplier it is over all plants.
    """
    found = _along_families(asked, [_count(asked, row) for row in _rows(asked)])
    counts = sorted((one for one in found if one.value > 0), key=lambda one: (-one.value, one.key))
    return CauseTable(asked=asked, causes=_with_shares(counts))


def reported(asked: CauseQuestion) -> Reported:
    """Return whether machines, shifts and costs are reported of what counts in the window."""
    rows = (
        _counting(asked)
        .values("reject__cost_currency")
        .annotate(
            machines=Count("pk", filter=~Q(reject__machine="")),
            shifts=Count("pk", filter=~Q(reject__shift="")),
            costs=Count("pk", filter=Q(reject__cost__gt=0)),
        )
        .order_by("-costs", "reject__cost_currency")
    )
    found = list(rows)
    return Reported(
        machine=any(row["machines"] for row in found),
        shift=any(row["shifts"] for row in found),
        currencies=tuple(row["reject__cost_currency"] for row in found if row["costs"]),
    )


class UnreportedCurrencyError(ValueError):
    """Costs were asked for in a currency that no record of the window has."""

    def __init__(self, currency: str, known: Sequence[str]) -> None:
        super().__init__(currency)
        self.currency = currency
        self.known = known

    @property
    def message(self) -> str:
        """Say it to whoever asked, with the currencies there are."""
        words = {"currency": self.currency[:12], "known": ", ".join(self.known)}
        if self.known:
            said = _(
                "Nothing is reported in %(currency)s; costs of this time are reported in %(known)s."
            )
        else:
            said = _("Nothing is reported in %(currency)s; no costs of this time are reported.")
        return said % words


def in_currency(asked: CauseQuestion, currency: str = "") -> CauseQuestion:
    """Return the question about one currency: the one named, else what most costs are in.

    Raises:
        UnreportedCurrencyError: for one that no cost of the window is in.
    """
    if asked.measure is not CauseMeasure.COST:
        return asked
    known, named = reported(asked).currencies, currency.strip().upper()
    if named and named not in known:
        raise UnreportedCurrencyError(named, known)
    return replace(asked, currency=named or next(iter(known), ""))


def counted_in(asked: CauseQuestion) -> Decimal:
    """Return the numerator of the supplier's external PPM, which all pieces must add up to."""
    series = supplier_series(
        supplier_id=asked.supplier.pk,
        metric=Metric.EXTERNAL_PPM,
        first=asked.first,
        last=asked.end,
    )
    figure = window_figure(series, metric=Metric.EXTERNAL_PPM, window=asked.window, end=asked.end)
    return figure.counted


def cause_records(
    asked: CauseQuestion, causes: Collection[CauseCount], *, user: AnyUser
) -> CauseRecords:
    """Return the records that make up these causes, newest first, of those `user` may see."""
    rows = reject_rows(
        user=user, scope=of_supplier(asked.supplier), first=asked.first, last=asked.end
    ).filter(_of_causes(asked.by, causes), _measured(asked), counted_qty__gt=0)
    total = rows.aggregate(total=Sum(COUNTED_BY[asked.measure]))["total"] or 0
    return CauseRecords(rows=rows, total=Decimal(total))


def openable(table: CauseTable, *, user: AnyUser) -> frozenset[str]:
    """Return the causes of which `user` sees a record; all but for people narrowed to plants."""
    asked = table.asked
    if plants_shown_to(user, asked.supplier.pk) is None:
        return frozenset(cause.key for cause in table.causes)
    rows = cause_records(asked, table.causes, user=user).rows.order_by()
    seen = set(rows.values_list(COLUMNS[asked.by][0], flat=True).distinct())
    return frozenset(cause.key for cause in table.causes if seen & set(cause.keys))


def _measured(asked: CauseQuestion) -> Q:
    """Select the records of which there is any in the measure."""
    some = Q(**{f"{COUNTED_BY[asked.measure]}__gt": 0})
    if asked.measure is CauseMeasure.COST:
        return some & Q(reject__cost_currency=asked.currency)
    return some


def _counting(asked: CauseQuestion) -> QuerySet[Any]:
    rows: QuerySet[Any] = CountedReject.objects.filter(
        supplier=asked.supplier,
        detected_on__range=(asked.first.first_day, asked.end.last_day),
        counted_qty__gt=0,
    )
    return rows


def _of_causes(by: CauseKind, causes: Collection[CauseCount]) -> Q:
    keys = sorted(key for cause in causes for key in cause.keys)
    return Q(**{f"{COLUMNS[by][0]}__in": keys})


def _rows(asked: CauseQuestion) -> QuerySet[Any, dict[str, Any]]:
    key, name = COLUMNS[asked.by]
    part = ["part", "part__supersedes"] if asked.by is CauseKind.PART else []
    rows: QuerySet[Any, dict[str, Any]] = (
        _counting(asked)
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
    known = families_of(asked.supplier, [part for _cause, part in counts if part is not None])
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
