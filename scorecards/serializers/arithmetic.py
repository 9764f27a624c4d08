"""How a figure is taken apart in the API: its months, suppliers, rules and rows."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from scorecards.enums import METRICS, ProvisionalRule, ScopeKind
from scorecards.metrics import Metric
from scorecards.periods import Window
from scorecards.queries.rows import DENOMINATOR, NUMERATOR, RowKind
from scorecards.serializers.figures import (
    FIGURE_STATES,
    NARROWING,
    WINDOWS,
    FigureQuery,
    FigureSerializer,
)
from scorecards.serializers.month import MonthField


class ArithmeticQuery(serializers.Serializer[Any]):
    """Which figure to take apart: the parameters of one figure, with what names its scope."""

    metric = serializers.ChoiceField(choices=METRICS, default=Metric.EXTERNAL_PPM.value)
    scope = serializers.ChoiceField(choices=ScopeKind.choices, default=ScopeKind.SUPPLIER.value)
    window = serializers.ChoiceField(choices=WINDOWS, default=Window.MONTH.value)
    month = MonthField(help_text="The window's last month, like 2026-03.")
    supplier = serializers.CharField(
        required=False,
        help_text="The supplier; with scope=plant, part, commodity or defect_code only what it"
        " delivered.",
    )
    plant = serializers.CharField(required=False, help_text="With scope=plant: its code.")
    part = serializers.CharField(required=False, help_text="With scope=part: its number.")
    commodity = serializers.CharField(required=False, help_text="With scope=commodity: its name.")
    defect_code = serializers.CharField(
        required=False,
        help_text="With scope=defect_code: its code; over all received (of the supplier if named).",
    )
    tier = serializers.IntegerField(required=False, help_text="With scope=tier: its level.")
    group = serializers.CharField(required=False, help_text="With scope=group: its name.")

    validate_supplier = FigureQuery.validate_supplier

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Demand what names the scope and refuse what names another."""
        scope = attrs["scope"]
        if scope != ScopeKind.ALL and scope not in attrs:
            raise serializers.ValidationError({scope: [_("Say which one.")]})
        for name in (*NARROWING, "tier", "group"):
            if name in attrs and scope != name:
                message = _("It is for scope=%(name)s only.") % {"name": name}
                raise serializers.ValidationError({name: [message]})
        if scope == ScopeKind.ALL and "supplier" in attrs:
            alone = _("All suppliers are all; ask for scope=supplier.")
            raise serializers.ValidationError({"supplier": [alone]})
        return attrs


class ArithmeticRowsQuery(ArithmeticQuery):
    """The same, and which rows."""

    rows = serializers.ChoiceField(
        choices=[kind.value for kind in RowKind],
        help_text="rejects or deliveries of external PPM, returns or in-field of warranty PPM.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse rows of another metric."""
        attrs = super().validate(attrs)
        metric = Metric(attrs["metric"])
        kinds = [NUMERATOR[metric].value, DENOMINATOR[metric].value]
        if attrs["rows"] not in kinds:
            message = _("Its rows are %(kinds)s.") % {"kinds": ", ".join(kinds)}
            raise serializers.ValidationError({"rows": [message]})
        return attrs


class MonthCountsSerializer(serializers.Serializer[Any]):
    """One month of a window."""

    month = serializers.CharField()
    numerator = serializers.CharField()
    denominator = serializers.CharField()
    provisional = serializers.CharField()
    value = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(choices=FIGURE_STATES)


class SupplierShareSerializer(serializers.Serializer[Any]):
    """What one supplier adds to a figure of several."""

    supplier = serializers.CharField()
    numerator = serializers.CharField()
    denominator = serializers.CharField()
    value = serializers.CharField(allow_null=True)


class CountingSerializer(serializers.Serializer[Any]):
    """The counting policy in force."""

    version = serializers.IntegerField()
    provisional = serializers.ChoiceField(choices=ProvisionalRule.choices)
    warranty_months = serializers.IntegerField()
    field_lag_months = serializers.IntegerField()


class ThresholdSerializer(serializers.Serializer[Any]):
    """A threshold and whether the exact counts pass it."""

    level = serializers.CharField()
    threshold_ppm = serializers.CharField()
    comparator = serializers.CharField()
    window = serializers.CharField()
    passed = serializers.BooleanField()
    verdict = serializers.CharField(help_text="above_shown, below_shown, undecided or no_data.")


class EscalationPolicySerializer(serializers.Serializer[Any]):
    """The escalation policy in force for the supplier."""

    policy = serializers.CharField()
    version = serializers.IntegerField()
    thresholds = ThresholdSerializer(many=True)


class DisputedSerializer(serializers.Serializer[Any]):
    """How much of the numerator is disputed, and the PPM without it."""

    quantity = serializers.CharField()
    value_without = serializers.CharField(allow_null=True)


class RowsSumSerializer(serializers.Serializer[Any]):
    """Rows of one kind: their sum, what they must add up to, and where they are."""

    kind = serializers.CharField()
    total = serializers.CharField(help_text="Sum of the rows that the asking user sees.")
    figure = serializers.CharField(help_text="What the figure holds.")
    agrees = serializers.BooleanField()
    rows = serializers.CharField(help_text="Address of the rows.")


class ContributingRowSerializer(serializers.Serializer[Any]):
    """A row behind a figure with what it counts; `id` is that of its own endpoint."""

    id = serializers.IntegerField(allow_null=True)
    record = serializers.CharField()
    on = serializers.CharField()
    supplier = serializers.CharField()
    plant = serializers.CharField(allow_null=True)
    part = serializers.CharField(allow_null=True)
    counted = serializers.CharField()
    provisional = serializers.CharField()
    decided = serializers.BooleanField(allow_null=True)
    disputed = serializers.BooleanField()
    counted_by = serializers.CharField(
        allow_blank=True, help_text="The reject that counts the lot, where this one does not."
    )


class ArithmeticSerializer(FigureSerializer):
    """A figure taken apart: formula, months, suppliers, rules, and the sums of its rows."""

    arithmetic = None  # type: ignore[assignment]  # it would lead here
    formula = serializers.CharField()
    months = MonthCountsSerializer(many=True)
    suppliers = SupplierShareSerializer(many=True)
    counting_policy = CountingSerializer()
    escalation_policy = EscalationPolicySerializer(allow_null=True)
    target_ppm = serializers.CharField(allow_null=True)
    disputed = DisputedSerializer(allow_null=True)
    rows = RowsSumSerializer(many=True)
    page = serializers.CharField(
        allow_null=True, help_text="The page that shows the same, where the user may open it."
    )
