"""Where escalation begins, as pages, scorecards and PDFs draw and judge it.

The policy lives in the escalations app, which may not be imported from here. It registers
its query when it starts (`register`); until then the shipped thresholds hold.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from scorecards.formulas.rates import Comparator
from scorecards.metrics import Metric
from scorecards.periods import Month, Window


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """A PPM of a metric over a window above which `level` is called for.

    `level` is the escalation level's value (for example "8d", "cs1"). Not a target, which is
    what was agreed, and not a control limit, which is what the supplier's own past says.
    """

    metric: Metric
    threshold_ppm: Decimal
    level: str
    window: Window = Window.MONTH
    comparator: Comparator = Comparator.ABOVE


@dataclass(frozen=True, kw_only=True)
class ThresholdPolicy:
    """The thresholds that hold in a month and the policy version they come from."""

    policy: str
    version: int
    thresholds: tuple[Threshold, ...]

    def of(self, metric: Metric) -> tuple[Threshold, ...]:
        """Return the thresholds of one metric, lowest first."""
        found = [threshold for threshold in self.thresholds if threshold.metric is metric]
        return tuple(sorted(found, key=lambda threshold: threshold.threshold_ppm))


# The default the product is shipped with, for every tier: strictly above, monthly figures.
SHIPPED: Final = ThresholdPolicy(
    policy="default",
    version=1,
    thresholds=tuple(
        Threshold(metric=metric, threshold_ppm=Decimal(ppm), level=level)
        for metric in Metric
        for ppm, level in ((50, "8d"), (100, "cs1"))
    ),
)

# Tier's id (None: the supplier was in no tier) and month to what holds for it then.
ThresholdSource = Callable[[int | None, Month], ThresholdPolicy]

_sources: list[ThresholdSource] = []


def register(source: ThresholdSource) -> None:
    """Let `source` say which thresholds hold; called once when its app starts."""
    if source not in _sources:
        _sources.append(source)


def thresholds_in_force(tier_id: int | None, *, month: Month) -> ThresholdPolicy:
    """Return the thresholds by which suppliers of a tier are judged in a month."""
    return _sources[-1](tier_id, month) if _sources else SHIPPED
