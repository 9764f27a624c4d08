"""The closed vocabularies of figures."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from scorecards.metrics import Metric

METRICS = [
    (Metric.EXTERNAL_PPM.value, _("External PPM")),
    (Metric.WARRANTY_PPM.value, _("Warranty PPM")),
]


class ScopeKind(TextChoices):
    """What a figure is about."""

    SUPPLIER = "supplier", _("Supplier")
    TIER = "tier", _("Tier")
    GROUP = "group", _("Group")
    PLANT = "plant", _("Plant")
    PART = "part", _("Part")
    ALL = "all", _("All suppliers")


class ProvisionalRule(TextChoices):
    """How a reject counts while nobody has decided it."""

    FOUND_ONLY = "found_only", _("Confirmed pieces only")
    EXTRAPOLATED = "extrapolated", _("Confirmed share of what was checked, on all suspect pieces")
    WHOLE_LOT = "whole_lot", _("All suspect pieces")
