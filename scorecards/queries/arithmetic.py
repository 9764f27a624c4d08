"""How a figure of any scope comes about: months, sums, suppliers, formula, rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from scorecards.enums import ScopeKind
from scorecards.metrics import Metric
from scorecards.models import CountingPolicy, Scorecard
from scorecards.periods import Month, Window, window_months
from scorecards.queries.disputed import Disputed, disputed
from scorecards.queries.figures import (
    MonthCounts,
    WindowFigure,
    member_counts,
    monthly_counts,
    window_figure,
)
from scorecards.queries.judged import JudgedFigure, judge
from scorecards.queries.overview import WINDOWS
from scorecards.queries.published import newest_scorecard, published_overview
from scorecards.queries.scopes import MEMBERS, Scope
from scorecards.queries.targets import target_of_part, targets_in_force, tier_in
from scorecards.thresholds import ThresholdPolicy, thresholds_in_force
from suppliers.access import AnyUser
from suppliers.models import Supplier


@dataclass(frozen=True, kw_only=True)
class Arithmetic:
    """A figure taken apart: its months add up to it, its rows add up to them.

    `escalation_policy` is None where no level can follow: it is about whole suppliers.
    """

    scope: Scope
    judged: JudgedFigure
    months: Sequence[WindowFigure]
    disputed: Disputed | None
    counting_policy: CountingPolicy
    escalation_policy: ThresholdPolicy | None

    @property
    def figure(self) -> WindowFigure:
        """The figure itself."""
        return self.judged.figure

    @property
    def first(self) -> Month:
        """The first month of the window."""
        return self.months[0].end


def arithmetic(*, scope: Scope, metric: Metric, window: Window, end: Month) -> Arithmetic:
    """Take a figure apart; whoever asks has fetched what the scope is about as visible.

    Raises:
        UnsupportedScopeError: where the metric has no figure for the scope.
    """
    span = window_months(window, end=end)
    series = scope.series(metric=metric, first=span[0], last=end)
    figure = window_figure(series, metric=metric, window=window, end=end)
    judged, policy = _judged(figure, scope)
    return Arithmetic(
        scope=scope,
        judged=judged,
        months=[
            window_figure(series, metric=metric, window=Window.MONTH, end=month) for month in span
        ],
        disputed=disputed(figure, scope=scope, first=span[0]),
        counting_policy=CountingPolicy.objects.in_force(),
        escalation_policy=policy,
    )


def _judged(figure: WindowFigure, scope: Scope) -> tuple[JudgedFigure, ThresholdPolicy | None]:
    """Compare a whole supplier's figure with its target and thresholds, a part's with its target.

    Others have none.
    """
    if not scope.is_whole_supplier or scope.supplier is None:
        return judge(figure, thresholds=(), target_ppm=_of_part(figure, scope)), None
    tier = tier_in(figure.end, supplier=scope.supplier)
    policy = thresholds_in_force(None if tier is None else tier.pk, month=figure.end)
    target = targets_in_force(figure.end, supplier=scope.supplier, tier=tier).get(figure.metric)
    judged = judge(
        figure,
        thresholds=policy.of(figure.metric),
        target_ppm=None if target is None else target.target_ppm,
    )
    return judged, policy


def _of_part(figure: WindowFigure, scope: Scope) -> Decimal | None:
    """Return what was agreed for the part everywhere: a target is not of a single plant."""
    if scope.supplier is None or scope.part is None or scope.narrowed.keys() != {"part"}:
        return None
    return target_of_part(
        figure.end, supplier=scope.supplier, part=scope.part, metric=figure.metric
    )


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """What one supplier adds to the figure of several."""

    supplier: Supplier
    figure: WindowFigure


def contributions(figure: WindowFigure, *, scope: Scope, user: AnyUser) -> list[Contribution]:
    """Return what each supplier adds to a wide scope's figure, most rejected pieces first.

    Only suppliers that `user` may see; they add up to the figure when these are all.
    """
    counts = _by_supplier(figure, scope, user)
    suppliers = Supplier.objects.in_bulk(list(counts))
    found = [
        Contribution(
            supplier=suppliers[key],
            figure=window_figure(
                series, metric=figure.metric, window=figure.window, end=figure.end
            ),
        )
        for key, series in counts.items()
    ]
    active = [row for row in found if row.figure.received or row.figure.counted]
    return sorted(
        active, key=lambda row: (-row.figure.counted, -row.figure.received, row.supplier.code)
    )


def _by_supplier(
    figure: WindowFigure, scope: Scope, user: AnyUser
) -> dict[int, dict[Month, MonthCounts]]:
    first = window_months(figure.window, end=figure.end)[0]
    seen = Supplier.objects.visible_to(user)
    if scope.kind in MEMBERS:
        return member_counts(
            metric=figure.metric, members=scope.rows, suppliers=seen, first=first, last=figure.end
        )
    return monthly_counts(
        metric=figure.metric,
        scope=ScopeKind.SUPPLIER,
        suppliers=seen,
        plant=scope.key if scope.kind is ScopeKind.PLANT else None,
        part=scope.key if scope.kind is ScopeKind.PART else None,
        commodity=scope.key if scope.kind is ScopeKind.COMMODITY else "",
        defect_code=scope.key if scope.kind is ScopeKind.DEFECT_CODE else None,
        first=first,
        last=figure.end,
    )


@dataclass(frozen=True, kw_only=True)
class Published:
    """The figure as a published scorecard froze it, and whether facts have changed since."""

    scorecard: Scorecard
    figure: WindowFigure
    differs: bool


def published(figure: WindowFigure, *, scope: Scope) -> Published | None:
    """Return what the month's scorecard in force says of a whole supplier's figure, if anything."""
    if not scope.is_whole_supplier or scope.supplier is None or figure.window not in WINDOWS:
        return None
    scorecard = newest_scorecard(supplier=scope.supplier, month=figure.end)
    if scorecard is None:
        return None
    overview = published_overview(scorecard)
    frozen = next(m for m in overview.metrics if m.metric is figure.metric).over(figure.window)
    return Published(
        scorecard=scorecard,
        figure=frozen.figure,
        differs=(frozen.counted, frozen.received) != (figure.counted, figure.received),
    )
