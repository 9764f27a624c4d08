"""Scores of suppliers in a month, from the live counts; every page comes through here."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from scorecards.cases import OpenCase
from scorecards.enums import ScopeKind
from scorecards.metrics import Metric
from scorecards.periods import Month, Window, window_months
from scorecards.queries.figures import Series, monthly_counts, window_figure
from scorecards.queries.identity import CertificateFacts
from scorecards.queries.performance import MonthPerformance, Performance, performance
from scorecards.responsiveness import OwedSteps, owed_steps
from scorecards.scoring import Criterion, Gate, GateHit, Measure, Scheme, Score, score

# The longest window any criterion may have, and the one months of data are counted in.
LONGEST: Final = 12
NOTHING: Final = MonthPerformance(
    received=Decimal(0), weighted_incidents=0, lines_promised=0, lines_on_time=0, active=False
)
METRIC_OF: Final = {
    Criterion.EXTERNAL_PPM: Metric.EXTERNAL_PPM,
    Criterion.WARRANTY_PPM: Metric.WARRANTY_PPM,
}
CASE_GATES: Final = {gate.value: gate for gate in (Gate.OPEN_CS2, Gate.NEW_BUSINESS_HOLD)}


def supplier_score(
    *,
    supplier_id: int,
    month: Month,
    scheme: Scheme | None,
    series: Mapping[Metric, Series],
    held: Sequence[GateHit],
) -> Score | None:
    """Return one supplier's score; None while no scheme holds for the month.

    `series` are its monthly counts, as far back as the longest window; `held` are its gates.
    """
    if scheme is None:
        return None
    known = {metric: {supplier_id: counts} for metric, counts in series.items()}
    return Counts([supplier_id], first=month, last=month, series=known).score(
        supplier_id,
        month=month,
        scheme=scheme,
        gates=held,
    )


class Counts:
    """Everything the scores of some suppliers need from the first to the last month.

    Read once, with a fixed number of queries however many suppliers and months there are.
    """

    def __init__(
        self,
        supplier_ids: Collection[int],
        *,
        first: Month,
        last: Month,
        series: Mapping[Metric, Mapping[int, Series]] | None = None,
    ) -> None:
        """Read the counts; whoever asks has chosen suppliers the reader may see.

        `series` are the PPM counts where they are known already.
        """
        self._ids = list(supplier_ids)
        oldest = first.minus(LONGEST - 1)
        self._performance = performance(self._ids, first=oldest, last=last)
        self._series = series or {
            metric: monthly_counts(
                metric=metric, scope=ScopeKind.SUPPLIER, keys=self._ids, first=oldest, last=last
            )
            for metric in Metric
        }
        self._owed: dict[tuple[Window, Month], Mapping[int, OwedSteps]] = {}

    def score(
        self, supplier_id: int, *, month: Month, scheme: Scheme, gates: Sequence[GateHit] = ()
    ) -> Score:
        """Return the score of a supplier in one of the months."""
        return score(
            scheme=scheme,
            measures=dict(self._measures(supplier_id, month, scheme)),
            gates=gates,
            months_of_data=self._months_of_data(supplier_id, month),
        )

    def _measures(
        self, supplier_id: int, month: Month, scheme: Scheme
    ) -> Iterator[tuple[Criterion, Measure]]:
        for rule in scheme.rules:
            if metric := METRIC_OF.get(rule.criterion):
                series = self._series[metric].get(supplier_id, {})
                yield rule.criterion, _ratio(series, metric, rule.window, month)
            elif rule.criterion is Criterion.EIGHT_D:
                yield rule.criterion, self._answers(supplier_id, rule.window, month)
            else:
                months = self._performance.get(supplier_id, {})
                yield rule.criterion, delivered(months, rule.criterion, rule.window, month)

    def _answers(self, supplier_id: int, window: Window, month: Month) -> Measure:
        """Return 8D steps in time of those owed; asked once for all suppliers."""
        if (window, month) not in self._owed:
            first = window_months(window, end=month)[0].first_day
            self._owed[window, month] = owed_steps(self._ids, first, month.last_day)
        steps = self._owed[window, month].get(supplier_id)
        if steps is None:
            return Measure()
        return Measure(numerator=Decimal(steps.in_time), denominator=Decimal(steps.owed))

    def _months_of_data(self, supplier_id: int, month: Month) -> int:
        months = self._performance.get(supplier_id, {})
        year = window_months(Window.ROLLING_12, end=month)
        return sum(months.get(one, NOTHING).active for one in year)


def _ratio(series: Series, metric: Metric, window: Window, end: Month) -> Measure:
    figure = window_figure(series, metric=metric, window=window, end=end)
    return Measure(numerator=figure.counted, denominator=figure.exposure)


def delivered(months: Performance, criterion: Criterion, window: Window, end: Month) -> Measure:
    """Return incidents or deliveries on time over a window: its months added up, divided last."""
    rows = [months.get(month, NOTHING) for month in window_months(window, end=end)]
    if criterion is Criterion.ON_TIME:
        return Measure(
            numerator=Decimal(sum(row.lines_on_time for row in rows)),
            denominator=Decimal(sum(row.lines_promised for row in rows)),
        )
    return Measure(
        numerator=Decimal(sum(row.weighted_incidents for row in rows)),
        denominator=max(sum((row.received for row in rows), Decimal(0)), Decimal(0)),
    )


def gates(
    month: Month, *, cases: Iterable[OpenCase], certificates: Iterable[CertificateFacts]
) -> tuple[GateHit, ...]:
    """Return what makes the grade C.

    Hard levels that were open at the month's end, and mandatory certificates that had lapsed
    on its last day without a newer one of the same standard.

    Args:
        month: the month that is graded.
        cases: those open at its end (`scorecards.cases.open_cases` with `on`), whatever became
            of them since.
        certificates: as they held on its last day (`queries.certificates`).
    """
    held = [
        GateHit(gate=CASE_GATES[case.level], about=case.number, since=case.opened_on)
        for case in cases
        if case.level in CASE_GATES and case.opened_on <= month.last_day
    ]
    rows = list(certificates)
    valid = {row.standard for row in rows if not row.expired(month.last_day)}
    lapsed = [
        GateHit(gate=Gate.EXPIRED_CERTIFICATE, about=row.standard, since=row.expires_on)
        for row in rows
        if row.mandatory and row.standard not in valid
    ]
    return (*held, *lapsed)
