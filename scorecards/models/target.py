"""Targets: what was agreed with a tier, a supplier or for one part of a supplier."""

from collections.abc import Iterable

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from scorecards.enums import METRICS
from scorecards.metrics import Metric
from suppliers.models import Supplier, SupplierPart, Tier
from suppliers.quantities import plain


@pghistory.track()
class Target(models.Model):
    """An agreed PPM for a metric, dated; not a threshold, which is where we escalate."""

    metric = models.CharField(_("metric"), max_length=16, choices=METRICS)
    target_ppm = models.DecimalField(_("target (PPM)"), max_digits=12, decimal_places=3)
    during = DateRangeField(_("during"))
    tier = models.ForeignKey(
        Tier, on_delete=models.CASCADE, null=True, blank=True, related_name="targets"
    )
    supplier = models.ForeignKey(
        Supplier, on_delete=models.CASCADE, null=True, blank=True, related_name="targets"
    )
    supplier_part = models.ForeignKey(
        SupplierPart, on_delete=models.CASCADE, null=True, blank=True, related_name="targets"
    )

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            CheckConstraint(
                condition=Q(tier__isnull=False, supplier__isnull=True, supplier_part__isnull=True)
                | Q(tier__isnull=True, supplier__isnull=False, supplier_part__isnull=True)
                | Q(tier__isnull=True, supplier__isnull=True, supplier_part__isnull=False),
                name="target_for_one_of_tier_supplier_part",
                violation_error_message=_("Name a tier, a supplier or a part of a supplier."),
            ),
            CheckConstraint(condition=Q(target_ppm__gte=0), name="target_not_negative"),
            CheckConstraint(
                condition=Q(metric__in=[metric.value for metric in Metric]),
                name="target_metric_known",
            ),
            *(
                ExclusionConstraint(
                    name=f"target_{owner}_no_overlap",
                    expressions=[
                        (owner, RangeOperators.EQUAL),
                        ("metric", RangeOperators.EQUAL),
                        ("during", RangeOperators.OVERLAPS),
                    ],
                    condition=Q(**{f"{owner}__isnull": False}),
                    violation_error_message=_("The dates overlap another target of the same kind."),
                )
                for owner in ("tier", "supplier", "supplier_part")
            ),
        ]

    def __str__(self) -> str:
        owners: Iterable[object] = (self.tier, self.supplier, self.supplier_part)
        owner = next(filter(None, owners), "")
        return f"{owner}: {self.get_metric_display()} {plain(self.target_ppm)}"
