"""The target and the tier in force for a supplier in a month."""

from scorecards.metrics import Metric
from scorecards.models import Target
from scorecards.periods import Month
from suppliers.models import Supplier, Tier


def tier_in(month: Month, *, supplier: Supplier) -> Tier | None:
    """Return the tier the supplier was in at the end of that month."""
    return Tier.objects.filter(
        suppliers__supplier=supplier, suppliers__during__contains=month.last_day
    ).first()


def targets_in_force(
    month: Month, *, supplier: Supplier, tier: Tier | None
) -> dict[Metric, Target]:
    """Return the target of each metric at the end of the month; metrics without one lack a key.

    What was agreed with the supplier goes before what holds for its tier.
    """
    dated = Target.objects.filter(during__contains=month.last_day)
    found = {
        Metric(target.metric): target for target in dated.filter(tier=tier) if tier is not None
    }
    return found | {Metric(target.metric): target for target in dated.filter(supplier=supplier)}
