"""How much of a figure is disputed; it still counts, and the PPM without it stands beside."""

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from scorecards.metrics import Metric
from scorecards.periods import Month
from scorecards.queries.claimed import without_claims
from scorecards.queries.figures import WindowFigure
from scorecards.queries.lines import Line, claimed_of_lines, counted_of_lines
from scorecards.queries.scopes import Scope
from suppliers.models import Dispute
from suppliers.models.disputes import OPEN_DISPUTES

# metric → what is disputed, and its date
RECORDS: Final[dict[Metric, tuple[str, str]]] = {
    Metric.EXTERNAL_PPM: ("reject", "detected_on"),
    Metric.WARRANTY_PPM: ("warranty_return", "received_on"),
}


@dataclass(frozen=True, kw_only=True)
class Disputed:
    """The disputed part of a numerator, and the figure as it would be without it."""

    quantity: Decimal
    without: WindowFigure


def disputed(figure: WindowFigure, *, scope: Scope, first: Month) -> Disputed | None:
    """Return the disputed part of a scope's figure since `first`; None without one.

    Of each record no more is disputed than it counts, and nothing where another record of the
    figure would count instead. A line may be disputed beside its own
    records: of a supplier's month no more is disputed than it counts, and so of the figure.
    """
    record, dated = RECORDS[figure.metric]
    span = (first.first_day, figure.end.last_day)
    opened = Dispute.objects.filter(state__in=OPEN_DISPUTES, **{f"{record}__{dated}__range": span})
    claims = {getattr(dispute, f"{record}_id"): dispute.still_claimed_qty for dispute in opened}
    selected = scope.rejects if figure.metric is Metric.EXTERNAL_PPM else scope.rows
    by_month: dict[Line, Decimal] = defaultdict(Decimal)
    for less in without_claims(figure.metric, claims, rows=selected):
        if first <= less.month <= figure.end:
            by_month[less.supplier_id, less.month] += less.quantity
    of_lines = claimed_of_lines(figure.metric, scope=scope, first=first, last=figure.end)
    counted_of = counted_of_lines(figure.metric, of_lines, scope=scope)
    for line, claimed in of_lines.items():
        by_month[line] = min(by_month[line] + claimed, counted_of[line])
    quantity = min(sum(by_month.values(), Decimal(0)), figure.counted)
    if quantity <= 0:
        return None
    return Disputed(quantity=quantity, without=replace(figure, counted=figure.counted - quantity))
