"""How a supplier's figure comes about: months, sums, formula, rule."""

from collections.abc import Sequence
from dataclasses import dataclass

from scorecards.metrics import Metric
from scorecards.models import CountingPolicy
from scorecards.periods import Month, Window, window_months
from scorecards.queries.disputed import Disputed, disputed
from scorecards.queries.figures import WindowFigure, supplier_series, window_figure
from scorecards.queries.judged import JudgedFigure, judge
from scorecards.queries.targets import targets_in_force, tier_in
from scorecards.thresholds import ThresholdPolicy, thresholds_in_force
from suppliers.models import Supplier


@dataclass(frozen=True, kw_only=True)
class Arithmetic:
    """A figure taken apart: its months add up to it, its rows add up to them."""

    judged: JudgedFigure
    months: Sequence[WindowFigure]
    disputed: Disputed | None
    counting_policy: CountingPolicy
    escalation_policy: ThresholdPolicy

    @property
    def figure(self) -> WindowFigure:
        """The figure itself."""
        return self.judged.figure

    @property
    def first(self) -> Month:
        """The first month of the window."""
        return self.months[0].end


def arithmetic(*, supplier: Supplier, metric: Metric, window: Window, end: Month) -> Arithmetic:
    """Take a supplier's figure apart; whoever asks has fetched `supplier` as visible."""
    span = window_months(window, end=end)
    series = supplier_series(supplier_id=supplier.pk, metric=metric, first=span[0], last=end)
    figure = window_figure(series, metric=metric, window=window, end=end)
    tier = tier_in(end, supplier=supplier)
    policy = thresholds_in_force(None if tier is None else tier.pk)
    target = targets_in_force(end, supplier=supplier, tier=tier).get(metric)
    return Arithmetic(
        judged=judge(
            figure,
            thresholds=policy.of(metric),
            target_ppm=None if target is None else target.target_ppm,
        ),
        months=[
            window_figure(series, metric=metric, window=Window.MONTH, end=month) for month in span
        ],
        disputed=disputed(figure, supplier=supplier, first=span[0]),
        counting_policy=CountingPolicy.objects.in_force(),
        escalation_policy=policy,
    )
