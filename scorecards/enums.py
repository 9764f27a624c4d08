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
    COMMODITY = "commodity", _("Commodity")
    DEFECT_CODE = "defect_code", _("Defect code")
    ALL = "all", _("All suppliers")


class ProvisionalRule(TextChoices):
    """How a reject counts while nobody has decided it."""

    FOUND_ONLY = "found_only", _("Confirmed pieces only")
    EXTRAPOLATED = "extrapolated", _("Confirmed share of what was checked, on all suspect pieces")
    WHOLE_LOT = "whole_lot", _("All suspect pieces")


class BaselineState(TextChoices):
    """Where a baseline stands."""

    PROPOSED = "proposed", _("Proposed")
    ACCEPTED = "accepted", _("In force")
    REPLACED = "replaced", _("Replaced")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ChartType(TextChoices):
    """What a control chart counts."""

    P = "p", _("p chart: defective parts ÷ parts")
    U = "u", _("u chart: counts ÷ parts")


class ChartMethod(TextChoices):
    """How the limits of a control chart are formed."""

    NO_LIMITS = "no_limits", _("no limits: too little data")
    RARE_EVENT = "rare_event", _("exact limits, rare rejects")
    EXACT_LIMITS = "exact_limits", _("exact limits")
    SIGMA_LIMITS = "sigma_limits", _("3σ limits")
    LANEY = "laney", _("Laney's limits, widened")


class SignalKind(TextChoices):
    """Why a month is flagged on a control chart."""

    ABOVE = "above", _("above the upper limit")
    BELOW = "below", _("below the lower limit: look for what went well")
    TWO_OF_THREE = "n5", _("two of three months beyond 2 σ on one side")
    FOUR_OF_FIVE = "n6", _("four of five months beyond 1 σ on one side")
    RUN_OF_EIGHT = "we4", _("eight months in a row on one side of the centre")
    EARLY_WARNING = "cusum", _("early warning: the rate may have doubled")
    PARTS_SOONER = "g_lo", _("fewer parts since the last reject than chance explains")
    PARTS_LATER = "g_hi", _("more parts since the last reject than chance explains: better")
    THIRD_SOONER = "r_lo", _("three rejects in fewer parts than chance explains")
    THIRD_LATER = "r_hi", _("three rejects in more parts than chance explains: better")
    DAYS_SOONER = "t_lo", _("fewer days since the last reject than chance explains")
    DAYS_LATER = "t_hi", _("more days since the last reject than chance explains: better")


class CauseKind(TextChoices):
    """By what rejects are told apart in a Pareto."""

    DEFECT_CODE = "defect_code", _("Defect code")
    SUPPLIER = "supplier", _("Supplier")
    PART = "part", _("Part")
    PLANT = "plant", _("Plant")
    DETECTION_POINT = "detection_point", _("Detection point")
    MACHINE = "machine", _("Machine")
    SHIFT = "shift", _("Shift")


class CauseMeasure(TextChoices):
    """How much of a cause there is."""

    PIECES = "pieces", _("Pieces")
    INCIDENTS = "incidents", _("Incidents")
    COST = "cost", _("Cost")
