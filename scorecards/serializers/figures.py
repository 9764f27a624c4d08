"""How figures are asked for and written in the API."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from scorecards.enums import METRICS, ScopeKind
from scorecards.formulas.rates import FigureState
from scorecards.metrics import Metric
from scorecards.periods import Window
from scorecards.serializers.month import MonthField
from suppliers.models import Supplier
from suppliers.resources import visible_suppliers

FIGURE_STATES = [state.value for state in FigureState]
WINDOWS = [window.value for window in Window]
# What a supplier's figures can be narrowed to.
NARROWING = ("plant", "part", "commodity", "defect_code")


class FigureQuery(serializers.Serializer[Any]):
    """Which figures: of which metric, about what, over which window, for which months."""

    metric = serializers.ChoiceField(choices=METRICS, default=Metric.EXTERNAL_PPM.value)
    scope = serializers.ChoiceField(choices=ScopeKind.choices, default=ScopeKind.SUPPLIER.value)
    window = serializers.ChoiceField(choices=WINDOWS, default=Window.MONTH.value)
    month = MonthField(required=False, help_text="One month; by default the newest with data.")
    supplier = serializers.CharField(required=False, help_text="Only what this supplier delivered.")
    plant = serializers.CharField(required=False, help_text="With scope=plant: only this plant.")
    part = serializers.CharField(required=False, help_text="With scope=part: only this part.")
    commodity = serializers.CharField(required=False, help_text="With scope=commodity: only it.")
    defect_code = serializers.CharField(
        required=False, help_text="With scope=defect_code: its code."
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add `from` and `to`, which Python does not take as names."""
        first = MonthField(required=False, help_text="First of several months.")
        last = MonthField(required=False, help_text="Last of several months.")
        return {**super().get_fields(), "from": first, "to": last}

    def validate_supplier(self, code: str) -> Supplier:
        """Return the supplier; unknown and not visible are the same."""
        supplier = visible_suppliers(self.context["request"]).filter(code=code).first()
        if supplier is None:
            raise serializers.ValidationError(_("No supplier with this code."))
        return supplier

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse parameters that contradict each other."""
        if "month" in attrs and ("from" in attrs or "to" in attrs):
            raise serializers.ValidationError({"month": [_("Give a month, or from and to.")]})
        if "from" in attrs and "to" in attrs and attrs["from"] > attrs["to"]:
            raise serializers.ValidationError({"from": [_("It is later than “to”.")]})
        for name in NARROWING:
            if name in attrs and attrs["scope"] != name:
                message = _("It narrows figures of scope=%(name)s only.") % {"name": name}
                raise serializers.ValidationError({name: [message]})
        return attrs


class RangeSerializer(serializers.Serializer[Any]):
    """The exact two-sided 95 % range that the counts are compatible with."""

    lower_ppm = serializers.CharField()
    upper_ppm = serializers.CharField()


class FigureSerializer(serializers.Serializer[Any]):
    """A PPM with its counts: numerator, denominator and value are exact decimals as text."""

    scope_kind = serializers.ChoiceField(choices=ScopeKind.choices)
    scope = serializers.CharField(help_text="Code, number or name of what the figure is about.")
    month = serializers.CharField(help_text="The window's last month, like 2026-03.")
    window = serializers.ChoiceField(choices=WINDOWS)
    metric = serializers.ChoiceField(choices=METRICS)
    numerator = serializers.CharField(help_text="Counted pieces, or accepted returns.")
    denominator = serializers.CharField(help_text="Received pieces, or parts in field.")
    provisional = serializers.CharField(help_text="Part of the numerator nobody has decided yet.")
    value = serializers.CharField(
        allow_null=True, help_text="PPM to six decimals; null without a denominator."
    )
    state = serializers.ChoiceField(choices=FIGURE_STATES)
    range = RangeSerializer(allow_null=True)
    sentence = serializers.CharField(help_text="What the counts show, in plain words.")
    arithmetic = serializers.CharField(help_text="Address at which the figure is taken apart.")
