"""An overview's series as the monthly chart takes it: months, target and thresholds."""

from collections.abc import Callable

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from scorecards import badges
from scorecards.charts import Limit, MonthValue
from scorecards.formulas.rates import FigureState
from scorecards.periods import Month, Window
from scorecards.queries.overview import MetricOverview, MonthPoint


def chart_months(
    overview: MetricOverview, *, url: Callable[[Month], str] = lambda _month: ""
) -> tuple[MonthValue, ...]:
    """Return the 13 months, oldest first; `url` leads from a month to what is behind it."""
    return tuple(_month_value(point, url(point.month)) for point in overview.series)


def chart_limits(overview: MetricOverview) -> tuple[Limit, ...]:
    """Return the target and the thresholds of monthly figures, as lines of the chart."""
    limits = [
        Limit(value=threshold.threshold_ppm, label=_above(threshold.level), kind="threshold")
        for threshold in overview.thresholds
        if threshold.window is Window.MONTH
    ]
    if overview.target_ppm is not None:
        limits.append(Limit(value=overview.target_ppm, label=_("Target"), kind="target"))
    return tuple(limits)


def _above(level: str) -> str:
    return _("%(level)s above") % {"level": badges.level(level).label}


def _month_value(point: MonthPoint, url: str) -> MonthValue:
    return MonthValue(
        month=point.month,
        label=date_format(point.month.first_day, "M"),
        value=point.figure.ppm,
        provisional=point.provisional_ppm,
        rolling=point.rolling.ppm,
        counted=point.figure.counted,
        volume=point.figure.received,
        rolling_counted=point.rolling.counted,
        rolling_volume=point.rolling.received,
        reason=_reason(point.figure.state),
        url=url,
    )


def _reason(state: FigureState) -> str:
    return {
        FigureState.FIGURE: "",
        FigureState.NO_ACTIVITY: _("no activity"),
        FigureState.REJECTS_WITHOUT_RECEIPTS: _("rejects without receipts"),
    }[state]
