"""A metric as pages show it: tiles for its windows, a chart, and the words for both."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from scorecards.charts import Limit, MonthValue
from scorecards.enums import METRICS, ScopeKind
from scorecards.metrics import Metric
from scorecards.periods import Month, Window
from scorecards.queries.chart import chart_limits, chart_months
from scorecards.queries.judged import JudgedFigure
from scorecards.queries.overview import WINDOWS, MetricOverview
from scorecards.queries.scopes import (
    BY_DELIVERY_MONTH,
    Scope,
    build_months_address,
    delivery_months_address,
    figure_address,
)

# Whose warranty there is a table by build month of.
BY_BUILD_MONTH = {ScopeKind.SUPPLIER, ScopeKind.PART}
FigureAddress = Callable[[Month, Window], str]


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One window's figure, with the address of its arithmetic where there is one."""

    window: Window
    label: str
    figure: JudgedFigure
    url: str


@dataclass(frozen=True, kw_only=True)
class MetricSheet:
    """Everything `scorecards/parts/metric.html` shows about one metric."""

    overview: MetricOverview
    name: str
    tiles: Sequence[Tile]
    chart_title: str
    months: Sequence[MonthValue]
    limits: Sequence[Limit]
    counted_name: str
    volume_name: str
    by_build_month: str = ""  # address of warranty by build month, where there is one
    by_delivery_month: str = ""  # address of rejects by delivery month, where there is one

    @property
    def drawn(self) -> bool:
        """Whether the chart says anything: external PPM always, others once something counts."""
        external = self.overview.metric is Metric.EXTERNAL_PPM
        return external or any(point.figure.counted for point in self.overview.series)

    @property
    def slug(self) -> str:
        """A name for ids in the page."""
        return self.overview.metric.value.replace("_", "-")


def metric_sheet(overview: MetricOverview, *, address: FigureAddress | None = None) -> MetricSheet:
    """Return a metric's sheet; `address` leads from a month and window to the arithmetic."""
    external = overview.metric is Metric.EXTERNAL_PPM
    name = str(dict(METRICS)[overview.metric.value])
    return MetricSheet(
        overview=overview,
        name=name,
        tiles=[
            Tile(
                window=window,
                label=_label(window),
                figure=overview.over(window),
                url=address(overview.month.figure.end, window) if address else "",
            )
            for window in WINDOWS
        ],
        chart_title=_("%(metric)s by month") % {"metric": name},
        months=chart_months(overview, **_months_lead_to(address)),
        limits=chart_limits(overview),
        counted_name=_("rejected") if external else _("returned"),
        volume_name=_("received") if external else _("in the field"),
    )


def scope_sheet(overview: MetricOverview, *, scope: Scope) -> MetricSheet:
    """Return a scope's sheet of a metric, with the addresses of all that is behind it."""
    sheet = metric_sheet(overview, address=figures_of(scope, overview.metric))
    month = overview.month.figure.end
    if overview.metric is Metric.EXTERNAL_PPM:
        if scope.kind not in BY_DELIVERY_MONTH:
            return sheet
        return replace(sheet, by_delivery_month=delivery_months_address(scope, month=month))
    if scope.kind not in BY_BUILD_MONTH:
        return sheet
    return replace(sheet, by_build_month=build_months_address(scope, month=month))


def figures_of(scope: Scope, metric: Metric) -> FigureAddress:
    """Return how a scope's figures are addressed."""

    def address(month: Month, window: Window) -> str:
        return figure_address(scope, metric=metric, month=month, window=window)

    return address


def _months_lead_to(address: FigureAddress | None) -> dict[str, Any]:
    return {} if address is None else {"url": lambda month: address(month, Window.MONTH)}


def _label(window: Window) -> str:
    return {
        Window.MONTH: _("Month"),
        Window.ROLLING_3: _("3 months"),
        Window.ROLLING_6: _("6 months"),
        Window.ROLLING_12: _("12 months"),
        Window.YEAR_TO_DATE: _("Year to date"),
    }[window]
