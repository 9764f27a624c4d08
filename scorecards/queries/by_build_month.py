"""Warranty by build month and months in service: does a bad batch show, and how early?

Returns are placed by the month the part was built and by how many months it had been in service
when it failed; what is below them is the pieces received in the build month. A cell is mature
when every part of the build month has had that many months in service; until then more returns
may still come, and it is shown in grey.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from django.db.models import (
    Case,
    Exists,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, ExtractMonth, ExtractYear, Greatest, TruncMonth

from scorecards.formulas.rates import Figure, figure
from scorecards.models import CountedReturn, CountingPolicy, PartMonth
from scorecards.periods import Month, months
from scorecards.queries.rows import RowKind, Rows, open_disputes
from scorecards.queries.scopes import Scope
from suppliers.access import AnyUser

Row = Mapping[str, Any]

MONTHS_IN_SERVICE: Final = (3, 12, 24)
BUILD_MONTHS: Final = 36
# How strongly a cell is tinted, by how many times the rate of all mature months it is.
HEAT: Final = (Decimal("0.5"), Decimal(1), Decimal(2), Decimal(4))


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Returns within so many months in service, of the pieces built in a month.

    `heat` is 0 (nothing returned) to 5 (at least four times the rate of all mature months).
    """

    months_in_service: int
    counted: Decimal
    received: Decimal
    mature: bool
    heat: int = 0

    @cached_property
    def shape(self) -> Figure:
        """The rate with its state; no pieces, no rate."""
        return figure(counted=self.counted, received=max(self.received, Decimal(0)))


@dataclass(frozen=True, kw_only=True)
class BuildMonth:
    """One row of the table."""

    month: Month
    received: Decimal
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class BuildMonthTable:
    """Warranty of a scope by build month, as it was known at the end of `end`.

    `totals` are over mature months only. `derived` pieces came without months in service, which
    were taken from the dates; `unplaced` pieces name no build month or neither of both, `older`
    ones were built before the first row.
    """

    end: Month
    lag_months: int
    rows: Sequence[BuildMonth]
    totals: tuple[Cell, ...]
    derived: Decimal
    unplaced: Decimal
    older: Decimal


def build_month_table(*, scope: Scope, end: Month) -> BuildMonthTable:
    """Return the table; whoever asks has fetched what the scope is about as visible."""
    lag = CountingPolicy.objects.in_force().field_lag_months
    first = end.minus(BUILD_MONTHS - 1)
    found = list(
        _returns(scope, end, lag)
        .annotate(built=TruncMonth("warranty_return__built_on"))
        .values("built", "in_service", given=F("warranty_return__months_in_service"))
        .annotate(pieces=Sum("returned_qty"))
        .order_by()
    )
    placed = [row for row in found if row["built"] is not None and row["in_service"] is not None]
    received = _received(scope, first, end)
    rows = [
        _row(month, placed, received.get(month, Decimal(0)), end=end, lag=lag)
        for month in months(first, end)
    ]
    totals = tuple(_total(rows, index) for index in range(len(MONTHS_IN_SERVICE)))
    return BuildMonthTable(
        end=end,
        lag_months=lag,
        rows=[_tinted(row, totals) for row in rows if row.received or _any_returned(row)],
        totals=totals,
        derived=_pieces(row for row in placed if row["given"] is None),
        unplaced=_pieces(row for row in found if row not in placed),
        older=_pieces(row for row in placed if Month.of(row["built"]) < first),
    )


def rows_of_cell(
    *, scope: Scope, user: AnyUser, end: Month, built: Month, months_in_service: int
) -> Rows:
    """Return the returns that a cell counts; what they count adds up to it."""
    lag = CountingPolicy.objects.in_force().field_lag_months
    rows = (
        _returns(scope, end, lag)
        .visible_to(user)
        .filter(
            warranty_return__built_on__range=(built.first_day, built.last_day),
            in_service__lte=months_in_service,
        )
        .select_related("warranty_return", "supplier", "part")
        .annotate(disputed=Exists(open_disputes(warranty_return=OuterRef("pk"))))
        .order_by("-received_on", "-pk")
    )
    total = rows.aggregate(total=Sum("returned_qty"))["total"] or Decimal(0)
    return Rows(kind=RowKind.RETURNS, all=rows, total=total)


def _returns(scope: Scope, end: Month, lag: int) -> Any:
    """Returns known by the end of the month, with months in service: stated, else by the dates."""
    rows: QuerySet[CountedReturn] = CountedReturn.objects.filter(
        scope.rows, received_on__lte=end.last_day
    )
    by_dates = Greatest(
        Value(0),
        _ordinal("warranty_return__failed_on") - _ordinal("warranty_return__built_on") - lag,
        output_field=IntegerField(),
    )
    dated = When(
        warranty_return__failed_on__isnull=False,
        warranty_return__built_on__isnull=False,
        then=by_dates,  # GREATEST would make 0 of what is unknown
    )
    return rows.annotate(
        in_service=Coalesce(
            "warranty_return__months_in_service", Case(dated, output_field=IntegerField())
        )
    )


def _ordinal(day: str) -> Any:
    return ExtractYear(day) * 12 + ExtractMonth(day)


def _received(scope: Scope, first: Month, end: Month) -> dict[Month, Decimal]:
    rows: Any = PartMonth.objects.filter(scope.rows, month__range=(first.first_day, end.first_day))
    sums = rows.values("month").annotate(received=Sum("received_qty")).order_by()
    return {Month.of(row["month"]): row["received"] for row in sums}


def _row(
    month: Month, placed: Sequence[Row], received: Decimal, *, end: Month, lag: int
) -> BuildMonth:
    own = [row for row in placed if Month.of(row["built"]) == month]
    return BuildMonth(
        month=month,
        received=received,
        cells=tuple(
            Cell(
                months_in_service=limit,
                counted=_pieces(row for row in own if row["in_service"] <= limit),
                received=received,
                mature=month.plus(lag + limit) <= end,
            )
            for limit in MONTHS_IN_SERVICE
        ),
    )


def _pieces(rows: Iterable[Row]) -> Decimal:
    return sum((row["pieces"] for row in rows), Decimal(0))


def _any_returned(row: BuildMonth) -> bool:
    return any(cell.counted for cell in row.cells)


def _total(rows: Sequence[BuildMonth], index: int) -> Cell:
    mature = [row.cells[index] for row in rows if row.cells[index].mature]
    return Cell(
        months_in_service=MONTHS_IN_SERVICE[index],
        counted=sum((cell.counted for cell in mature), Decimal(0)),
        received=sum((cell.received for cell in mature), Decimal(0)),
        mature=bool(mature),
    )


def _tinted(row: BuildMonth, totals: Sequence[Cell]) -> BuildMonth:
    pairs = zip(row.cells, totals, strict=True)
    return replace(row, cells=tuple(replace(one, heat=_heat(one, total)) for one, total in pairs))


def _heat(cell: Cell, total: Cell) -> int:
    """Compare a cell's rate with that of all mature months, by counts and without division."""
    if not cell.counted or cell.received <= 0:
        return 0
    own, common = cell.counted * total.received, total.counted * cell.received
    return 1 + sum(own >= times * common for times in HEAT)
