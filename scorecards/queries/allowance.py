"""What the next month would allow: whole rejects within a threshold at the usual volume."""

from dataclasses import dataclass
from decimal import Decimal

from scorecards.formulas.verdicts import allowed_rejects
from scorecards.periods import Window
from scorecards.queries.overview import MetricOverview

MONTHS = 3


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """So many whole rejects keep a month of `volume` pieces within the threshold."""

    volume: int
    threshold_ppm: Decimal
    rejects: int


def allowance(metric: MetricOverview) -> Allowance | None:
    """Return the allowance at the mean volume of the last three months; None without one."""
    monthly = [limit for limit in metric.thresholds if limit.window is Window.MONTH]
    volume = int(metric.rolling_3.received // MONTHS)
    if not monthly or volume <= 0:
        return None
    threshold = monthly[0].threshold_ppm
    return Allowance(
        volume=volume,
        threshold_ppm=threshold,
        rejects=allowed_rejects(exposure=volume, threshold_ppm=threshold),
    )
