"""The metrics of a scorecard with the words around them, the same for page and PDF."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.utils.translation import gettext as _

from scorecards import badges
from scorecards.charts import Limit, MonthValue
from scorecards.formulas.sentences import paragraph
from scorecards.metrics import Metric
from scorecards.periods import Month
from scorecards.queries.chart import chart_limits, chart_months
from scorecards.queries.overview import MetricOverview, SupplierOverview
from scorecards.templatetags.figures import quantity
from scorecards.thresholds import Threshold
from scorecards.wording import reader_wording


@dataclass(frozen=True, kw_only=True)
class SheetBlock:
    """One metric: its sentences, its table's limit names, and the series for its chart.

    `called` says which level the month calls for, empty when no threshold is passed.
    """

    metric: MetricOverview
    months: tuple[MonthValue, ...]
    limits: tuple[Limit, ...]
    said: str
    called: str
    limit_names: tuple[str, ...]
    rolling_name: str
    name: str
    title: str
    counted_name: str
    volume_name: str

    @property
    def limits_ppm(self) -> tuple[Decimal, ...]:
        """Target and thresholds: what no printed number may be rounded across."""
        return self.metric.month.limits_ppm

    @property
    def external(self) -> bool:
        """Whether this is external PPM (and not warranty)."""
        return self.metric.metric is Metric.EXTERNAL_PPM

    @property
    def same_volume(self) -> bool:
        """Whether every window is over the same parts: those in field at its end."""
        return not self.external

    @property
    def provisional(self) -> bool:
        """Whether a window holds something undecided."""
        return any(figure.provisional for figure in self.metric.figures)

    @property
    def drawn(self) -> bool:
        """Whether the chart says anything: without returns, warranty would be a line of zeros."""
        figures = any(point.value is not None for point in self.months)
        return figures and (self.external or any(point.counted for point in self.months))

    @property
    def shows_chart(self) -> bool:
        """Whether a scorecard has room for the chart, or for saying that it is empty."""
        return self.external or self.drawn


def sheet_blocks(
    overview: SupplierOverview, *, months_of: Callable[[Metric, Month], str] | None = None
) -> tuple[SheetBlock, ...]:
    """Return external and warranty PPM in the active language.

    `months_of` gives the address that a month of a chart leads to; none on paper.
    """
    return tuple(_block(metric, months_of) for metric in overview.metrics)


def _block(metric: MetricOverview, months_of: Callable[[Metric, Month], str] | None) -> SheetBlock:
    return SheetBlock(
        metric=metric,
        months=chart_months(metric, **_leading(metric.metric, months_of)),
        limits=chart_limits(metric),
        said=paragraph(parts=metric.month.statements, wording=reader_wording()),
        called=_called(metric.month.called_for),
        limit_names=tuple(_limit_name(threshold) for threshold in metric.thresholds),
        rolling_name=_("12 months"),
        **_words(metric.metric),
    )


def _leading(
    metric: Metric, months_of: Callable[[Metric, Month], str] | None
) -> dict[str, Callable[[Month], str]]:
    return {} if months_of is None else {"url": partial(months_of, metric)}


def _called(threshold: Threshold | None) -> str:
    if threshold is None:
        return ""
    badge = badges.level(threshold.level)
    level = f"{badge.label} ({badge.hint})" if badge.hint else str(badge.label)
    return _("Above %(threshold)s PPM in the month: escalation level %(level)s.") % {
        "threshold": quantity(threshold.threshold_ppm),
        "level": level,
    }


def _limit_name(threshold: Threshold) -> str:
    return _("%(level)s above %(ppm)s") % {
        "level": badges.level(threshold.level).label,
        "ppm": quantity(threshold.threshold_ppm),
    }


def _words(metric: Metric) -> dict[str, str]:
    if metric is Metric.EXTERNAL_PPM:
        return {
            "name": _("External PPM"),
            "title": _("External PPM by month"),
            "counted_name": _("rejected"),
            "volume_name": _("received"),
        }
    return {
        "name": _("Warranty PPM"),
        "title": _("Warranty PPM by month"),
        "counted_name": _("returned"),
        "volume_name": _("in field"),
    }
