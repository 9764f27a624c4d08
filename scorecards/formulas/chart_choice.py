"""Which chart the data of a supplier can bear."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from scorecards.formulas.attribute_charts import ChartKind, Sample, estimate_basis
from scorecards.formulas.dispersion import dispersion

LEAST_PERIODS = 8
LEAST_DEFECTS = 5
RARE_BELOW = 1
EXACT_BELOW = 10
ALPHA = 0.05


class ChartChoice(StrEnum):
    """The kinds of view, from least to most data."""

    NO_LIMITS = "no_limits"
    RARE_EVENT = "rare_event"
    EXACT_LIMITS = "exact_limits"
    SIGMA_LIMITS = "sigma_limits"
    LANEY = "laney"


@dataclass(frozen=True, kw_only=True)
class ChosenChart:
    """The choice with what it rests on; the median is None without volume."""

    choice: ChartChoice
    median_expected: float | None
    defects: float
    valid_periods: int


def choose_chart(*, periods: Sequence[Sample], kind: ChartKind = ChartKind.U) -> ChosenChart:
    """Return the chart for baseline periods.

    Under 8 periods with volume or under 5 defects no limits; a median expected count below
    1 the rare-event view, below 10 exact limits; from 10 on 3σ limits, or Laney's when the
    rates vary more than chance (p < 0.05).
    """
    valid = [period for period in periods if period.size]
    total, defects = sum(p.size for p in valid), sum(p.count for p in valid)
    expected = float(median(p.size * defects / total for p in valid)) if total else None
    return ChosenChart(
        choice=_choice(valid, kind, expected, float(defects)),
        median_expected=expected,
        defects=float(defects),
        valid_periods=len(valid),
    )


def _choice(
    valid: Sequence[Sample], kind: ChartKind, expected: float | None, defects: float
) -> ChartChoice:
    if expected is None or len(valid) < LEAST_PERIODS or defects < LEAST_DEFECTS:
        return ChartChoice.NO_LIMITS
    if expected < RARE_BELOW:
        return ChartChoice.RARE_EVENT
    if expected < EXACT_BELOW:
        return ChartChoice.EXACT_LIMITS
    return ChartChoice.LANEY if _overdispersed(valid, kind) else ChartChoice.SIGMA_LIMITS


def _overdispersed(valid: Sequence[Sample], kind: ChartKind) -> bool:
    basis = estimate_basis(kind=kind, periods=valid)
    if basis is None:
        return False
    test = dispersion(basis=basis, periods=valid)
    return test is not None and test.p_over < ALPHA
