"""What changed about a supplier itself: tiers, groups, targets, certificates, its record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from scorecards import formatting
from scorecards.metrics import Metric
from scorecards.models import Target
from suppliers.models import Supplier, SupplierGroupMembership, SupplierTier

TARGETS = {
    Metric.EXTERNAL_PPM.value: _("Target, external PPM"),
    Metric.WARRANTY_PPM.value: _("Target, warranty PPM"),
}


@dataclass(frozen=True, kw_only=True)
class Period:
    """Something that held from a day (None: always) until before another (None: still)."""

    what: str | Promise
    label: str
    since: date | None
    until: date | None


def timeline_of(supplier: Supplier) -> Sequence[Period]:
    """Return tiers, groups and own targets of a supplier, newest first."""
    tiers = SupplierTier.objects.filter(supplier=supplier).select_related("tier")
    groups = SupplierGroupMembership.objects.filter(supplier=supplier).select_related("group")
    targets = Target.objects.filter(supplier=supplier)
    found = [
        *(_period(_("Tier"), row.tier.name, row.during) for row in tiers),
        *(_period(_("Group"), row.group.name, row.during) for row in groups),
        *(
            _period(TARGETS[row.metric], formatting.ppm(row.target_ppm), row.during)
            for row in targets
        ),
    ]
    return sorted(found, key=lambda row: (row.since or date.min, str(row.what)), reverse=True)


def _period(what: str | Promise, label: str, during: object) -> Period:
    return Period(
        what=what,
        label=label,
        since=getattr(during, "lower", None),
        until=getattr(during, "upper", None),
    )
