"""A supplier's control chart as a picture: months, limits, signals, addresses."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from scorecards.charts import WIDE, Layout
from scorecards.enums import METRICS, ChartMethod
from scorecards.formulas.quantities import MILLION
from scorecards.metrics import Metric
from scorecards.models import Baseline
from scorecards.periods import Month
from scorecards.pictures.control import ControlTerms, PeriodLine, control_picture
from scorecards.pictures.figure import Picture, month_label, month_text
from scorecards.queries.control import ControlMonth, ControlSeries
from scorecards.queries.frozen_control import FrozenControl, FrozenControlMonth

MonthAddress = Callable[[Month], str]


def control_picture_of(
    series: ControlSeries, *, url: MonthAddress = lambda _month: "", most: int = 36
) -> Picture:
    """Return the picture of the newest months; `url` leads from a month to what is behind it."""
    name = str(dict(METRICS)[series.metric.value])
    baseline = series.baseline
    return control_picture(
        [_line(month, url(month.month)) for month in series.months[-most:]],
        name=f"control-{series.metric.value.replace('_', '-')}",
        title=_("%(metric)s against its own history") % {"metric": name},
        terms=terms_of(series.metric),
        note=_limits_note(baseline),
        frozen=baseline is None or baseline.accepted_at is not None,
    )


def terms_of(metric: Metric) -> ControlTerms:
    """Return the nouns of a metric."""
    if metric is Metric.EXTERNAL_PPM:
        return ControlTerms(counted=_("rejected"), volume=_("received"))
    return ControlTerms(counted=_("returned"), volume=_("in the field"))


def frozen_picture(control: FrozenControl, *, layout: Layout = WIDE) -> Picture:
    """Return the picture of what a scorecard froze; it asks for nothing that may have changed."""
    metric = Metric.EXTERNAL_PPM
    return control_picture(
        [_frozen_line(month) for month in control.months],
        name="control-scorecard",
        title=_("%(metric)s against its own history") % {"metric": dict(METRICS)[metric.value]},
        terms=terms_of(metric),
        note=_note(control.version, control.first, control.last, control.method),
        layout=layout,
    )


def _limits_note(baseline: Baseline | None) -> str:
    if baseline is None or baseline.limits is None:
        return _("No limits yet: these are the months alone.")
    if baseline.accepted_at is None:
        said = _(
            "Limits proposed as version %(version)d, from %(first)s to %(last)s: %(method)s. "
            "Nothing is judged against them until they are accepted."
        )
        return said % _words(baseline.version, baseline.first, baseline.last, baseline.method)
    return _note(baseline.version, baseline.first, baseline.last, baseline.method)


def _note(version: int, first: Month, last: Month, method: str) -> str:
    return _(
        "Limits of version %(version)d, frozen from %(first)s to %(last)s: %(method)s. "
        "They say what is usual for this supplier, not what was agreed."
    ) % _words(version, first, last, method)


def _words(version: int, first: Month, last: Month, method: str) -> dict[str, Any]:
    return {
        "version": version,
        "first": month_text(first),
        "last": month_text(last),
        "method": ChartMethod(method).label,
    }


def _frozen_line(month: FrozenControlMonth) -> PeriodLine:
    return PeriodLine(
        name=month_text(month.month),
        label=month_label(month.month),
        year=str(month.month.year),
        counted=month.counted,
        volume=month.received,
        value=_ppm(month.rate),
        center=_ppm(month.center),
        lower=_ppm(month.lower),
        upper=_ppm(month.upper),
        signals=month.signals,
        baseline=month.baseline,
        excluded=month.excluded,
        cause=month.cause,
    )


def _line(month: ControlMonth, url: str) -> PeriodLine:
    judged, received = month.judged, max(month.counts.received, Decimal(0))
    value = float(month.counts.counted / received) if received else None
    return PeriodLine(
        name=month_text(month.month),
        label=month_label(month.month),
        year=str(month.month.year),
        counted=month.counts.counted,
        volume=received,
        value=_ppm(value),
        center=None if judged is None else _ppm(judged.center),
        lower=None if judged is None else _ppm(judged.lower),
        upper=None if judged is None else _ppm(judged.upper),
        signals=month.signals,
        baseline=month.baseline,
        excluded=month.excluded,
        cause=month.cause,
        url=url,
    )


def _ppm(rate: float | None) -> float | None:
    return None if rate is None else rate * MILLION
