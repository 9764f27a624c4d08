"""The control chart as a published scorecard freezes it: counts, limits and what was flagged."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from scorecards.formulas.frozen_limits import Signal
from scorecards.metrics import Metric
from scorecards.models import Baseline
from scorecards.periods import Month
from scorecards.queries.control import ControlMonth, control_series
from suppliers.models import Supplier


@dataclass(frozen=True, kw_only=True)
class FrozenControlMonth:
    """One month against the limits; rates per part, None where nothing was received."""

    month: Month
    counted: Decimal
    received: Decimal
    rate: float | None
    center: float | None
    lower: float | None
    upper: float | None
    signals: tuple[Signal, ...]
    baseline: bool
    excluded: bool
    cause: str


@dataclass(frozen=True, kw_only=True)
class FrozenControl:
    """External PPM against the limits in force at publication: version, months, method."""

    version: int
    first: Month
    last: Month
    method: str
    months: tuple[FrozenControlMonth, ...]


def frozen_control(*, supplier: Supplier, last: Month, most: int) -> FrozenControl | None:
    """Return the newest months against the limits in force; None without limits or facts."""
    baselines: Any = Baseline.objects.about(supplier, Metric.EXTERNAL_PPM, None).in_force()
    baseline: Baseline | None = baselines.prefetch_related("points").first()
    if baseline is None or baseline.limits is None:
        return None
    series = control_series(
        supplier=supplier, metric=Metric.EXTERNAL_PPM, last=last, baseline=baseline
    )
    if not series.months:
        return None
    return FrozenControl(
        version=baseline.version,
        first=baseline.first,
        last=baseline.last,
        method=baseline.method,
        months=tuple(_frozen(month) for month in series.months[-most:]),
    )


def _frozen(month: ControlMonth) -> FrozenControlMonth:
    judged, received = month.judged, max(month.counts.received, Decimal(0))
    return FrozenControlMonth(
        month=month.month,
        counted=month.counts.counted,
        received=received,
        rate=float(month.counts.counted / received) if received else None,
        center=None if judged is None else judged.center,
        lower=None if judged is None else judged.lower,
        upper=None if judged is None else judged.upper,
        signals=month.signals,
        baseline=month.baseline,
        excluded=month.excluded,
        cause=month.cause,
    )
