"""How much of a figure is disputed; it still counts, and the PPM without it stands beside."""

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from scorecards.metrics import Metric
from scorecards.models import CountedReject, CountedReturn
from scorecards.periods import Month
from scorecards.queries.figures import WindowFigure
from scorecards.queries.lines import Line, claimed_of_lines, counted_of_lines
from scorecards.queries.scopes import Scope
from suppliers.models import Dispute
from suppliers.models.disputes import OPEN_DISPUTES

# metric → what is disputed, its date, where it counts, and the column that counts it
RECORDS: Final[dict[Metric, tuple[str, str, Any, str]]] = {
    Metric.EXTERNAL_PPM: ("reject", "detected_on", CountedReject, "counted_qty"),
    Metric.WARRANTY_PPM: ("warranty_return", "received_on", CountedReturn, "returned_qty"),
}


@dataclass(frozen=True, kw_only=True)
class Disputed:
    """The disputed part of a numerator, and the figure as it would be without it."""

    quantity: Decimal
    without: WindowFigure


def disputed(figure: WindowFigure, *, scope: Scope, first: Month) -> Disputed | None:
    """Return the disputed part of a scope's figure since `first`; None without one.

    Of each record no more is disputed than it counts. A line may be disputed beside its own
    records: of a supplier's month no more is disputed than it counts, and so of the figure.
    """
    record, dated, view, counts = RECORDS[figure.metric]
    span = (first.first_day, figure.end.last_day)
    claims = dict(
        Dispute.objects.filter(
            state__in=OPEN_DISPUTES, **{f"{record}__{dated}__range": span}
        ).values_list(record, "claimed_qty")
    )
    selected = scope.rejects if figure.metric is Metric.EXTERNAL_PPM else scope.rows
    rows = view.objects.filter(selected, pk__in=claims)
    by_month: dict[Line, Decimal] = defaultdict(Decimal)
    for pk, supplier, month, counted in rows.values_list("pk", "supplier", "month", counts):
        by_month[supplier, Month.of(month)] += min(claims[pk], counted)
    of_lines = claimed_of_lines(figure.metric, scope=scope, first=first, last=figure.end)
    counted_of = counted_of_lines(figure.metric, of_lines, scope=scope)
    for line, claimed in of_lines.items():
        by_month[line] = min(by_month[line] + claimed, counted_of[line])
    quantity = min(sum(by_month.values(), Decimal(0)), figure.counted)
    if not quantity:
        return None
    return Disputed(quantity=quantity, without=replace(figure, counted=figure.counted - quantity))
