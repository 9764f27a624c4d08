"""What is asked of causes: whose rejects, of which months, told apart by what, measured how."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from scorecards.enums import CauseKind, CauseMeasure, ScopeKind
from scorecards.metrics import Metric
from scorecards.models import ADDS, CountedReject
from scorecards.periods import Month, Window, window_months
from scorecards.queries.figures import window_figure
from scorecards.queries.scopes import Scope

# What tells causes of a kind apart, and what else is said of one.
COLUMNS: Final[dict[CauseKind, tuple[str, str]]] = {
    CauseKind.SUPPLIER: ("supplier__code", "supplier__name"),
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
# What a scope is itself about tells nothing apart.
ONE_ALONE: Final = {
    ScopeKind.SUPPLIER: CauseKind.SUPPLIER,
    ScopeKind.PLANT: CauseKind.PLANT,
    ScopeKind.PART: CauseKind.PART,
    ScopeKind.DEFECT_CODE: CauseKind.DEFECT_CODE,
}


@dataclass(frozen=True, kw_only=True)
class CauseQuestion:
    """Whose rejects, of which window, told apart by what, and measured how.

    Costs are those in `currency` alone: amounts of different currencies are never added.
    """

    scope: Scope
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
class Reported:
    """What the records of a window say besides what all of them do.

    `currencies` are those of the costs, first the one that most records have.
    """

    machine: bool
    shift: bool
    currencies: tuple[str, ...]


def kinds_of(scope: Scope) -> tuple[CauseKind, ...]:
    """Return by what the rejects of a scope can be told apart, the usual way first."""
    return tuple(kind for kind in CauseKind if kind is not ONE_ALONE.get(scope.kind))


def counting(asked: CauseQuestion) -> QuerySet[Any]:
    """Return the rejects that count in the window, at every plant."""
    rows: QuerySet[Any] = CountedReject.objects.filter(
        ADDS,
        asked.scope.rejects,
        detected_on__range=(asked.first.first_day, asked.end.last_day),
    )
    return rows


def reported(asked: CauseQuestion) -> Reported:
    """Return whether machines, shifts and costs are reported of what counts in the window."""
    rows = (
        counting(asked)
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
    """Return the numerator of the scope's external PPM, which all pieces must add up to."""
    series = asked.scope.series(metric=Metric.EXTERNAL_PPM, first=asked.first, last=asked.end)
    figure = window_figure(series, metric=Metric.EXTERNAL_PPM, window=asked.window, end=asked.end)
    return figure.counted
