"""The demo's control limits: one supplier's, frozen, and its newest months judged by them."""

from datetime import datetime

from scorecards.metrics import Metric
from scorecards.models import Baseline
from scorecards.periods import Month
from scorecards.services.baselines import accept_baseline, propose_baseline
from suppliers.models import Supplier, User

FIRST_MONTHS_AGO, LAST_MONTHS_AGO = 23, 6
REASON = "Eighteen ordinary months, looked at together with the supplier."


def freeze_limits(*, supplier: Supplier, newest: Month, by: User, at: datetime) -> Baseline:
    """Accept limits from the months before the last six, and judge these; once is enough."""
    known: Baseline | None = Baseline.objects.filter(supplier=supplier).order_by("version").first()
    if known is not None:
        return known
    proposed = propose_baseline(
        supplier=supplier,
        metric=Metric.EXTERNAL_PPM,
        first=newest.minus(FIRST_MONTHS_AGO),
        last=newest.minus(LAST_MONTHS_AGO),
        by=by,
        at=at,
    )
    return accept_baseline(baseline=proposed, reason=REASON, by=by, at=at)
