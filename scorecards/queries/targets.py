"""The target and the tier in force for suppliers in a month."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.db.models import F

from scorecards.metrics import Metric
from scorecards.models import Target
from scorecards.periods import Month
from suppliers.models import Part, Supplier, SupplierTier, Tier


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


def tiers_in(month: Month, *, supplier_ids: Collection[int]) -> dict[int, Tier]:
    """Return the tier of each supplier at the end of that month; without one there is no key."""
    rows = SupplierTier.objects.filter(supplier__in=supplier_ids, during__contains=month.last_day)
    return {row.supplier_id: row.tier for row in rows.select_related("tier")}


def target_ppm_by_supplier(
    month: Month, *, supplier_ids: Collection[int], metric: Metric
) -> dict[int, Decimal]:
    """Return each supplier's target at the end of the month; without one there is no key.

    The rule of `targets_in_force`, for a whole list at once.
    """
    day = month.last_day
    dated = Target.objects.filter(metric=metric, during__contains=day)
    by_tier = (
        dated.filter(
            tier__suppliers__supplier__in=supplier_ids, tier__suppliers__during__contains=day
        )
        .annotate(owner=F("tier__suppliers__supplier"))
        .values_list("owner", "target_ppm")
    )
    own = dated.filter(supplier__in=supplier_ids).values_list("supplier", "target_ppm")
    return dict(by_tier) | dict(own)


def target_of_part(
    month: Month, *, supplier: Supplier, part: Part, metric: Metric
) -> Decimal | None:
    """Return what was agreed for one part of a supplier, as it held at the end of the month."""
    found = target_ppm_of_parts(month, suppliers=[supplier.pk], parts=[part.pk], metric=metric)
    return found.get((supplier.pk, part.pk))


def target_ppm_of_parts(
    month: Month,
    *,
    suppliers: Any,
    metric: Metric,
    parts: Collection[int] | None = None,
) -> dict[tuple[int, int], Decimal]:
    """Return what was agreed for single parts by supplier and part; others have no key.

    Args:
        month: at whose end it holds.
        suppliers: ids or a QuerySet of those the reader may see.
        metric: of which figure.
        parts: only these; None for all.
    """
    rows = Target.objects.filter(
        metric=metric, during__contains=month.last_day, supplier_part__supplier__in=suppliers
    )
    if parts is not None:
        rows = rows.filter(supplier_part__part__in=parts)
    return {
        (supplier, part): ppm
        for supplier, part, ppm in rows.values_list(
            "supplier_part__supplier", "supplier_part__part", "target_ppm"
        )
    }
