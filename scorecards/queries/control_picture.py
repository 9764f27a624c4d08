"""A supplier's control chart as a picture: months, limits, signals, addresses."""

from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import gettext as _

from scorecards.enums import METRICS
from scorecards.formulas.quantities import MILLION
from scorecards.metrics import Metric
from scorecards.periods import Month
from scorecards.pictures.control import ControlTerms, PeriodLine, control_picture
from scorecards.pictures.figure import Picture, month_label, month_text
from scorecards.queries.control import ControlMonth, ControlSeries

MonthAddress = Callable[[Month], str]


def control_picture_of(
    series: ControlSeries, *, url: MonthAddress = lambda _month: "", most: int = 36
) -> Picture:
    """Return the picture of the newest months; `url` leads from a month to what is behind it."""
    name = str(dict(METRICS)[series.metric.value])
    return control_picture(
        [_line(month, url(month.month)) for month in series.months[-most:]],
        name=f"control-{series.metric.value.replace('_', '-')}",
        title=_("%(metric)s against its own history") % {"metric": name},
        terms=terms_of(series.metric),
        note=_limits_note(series),
    )


def terms_of(metric: Metric) -> ControlTerms:
    """Return the nouns of a metric."""
    if metric is Metric.EXTERNAL_PPM:
        return ControlTerms(counted=_("rejected"), volume=_("received"))
    return ControlTerms(counted=_("returned"), volume=_("in the field"))


def _limits_note(series: ControlSeries) -> str:
    baseline = series.baseline
    if baseline is None or baseline.limits is None:
        return _("No limits yet: these are the months alone.")
    return _(
        "Limits of version %(version)d, frozen from %(first)s to %(last)s: %(method)s. "
        "They say what is usual for this supplier, not what was agreed."
    ) % {
        "version": baseline.version,
        "first": month_text(baseline.first),
        "last": month_text(baseline.last),
        "method": baseline.get_method_display(),
    }


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
