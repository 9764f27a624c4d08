"""How figures and scorecards are asked for and written in the API."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from scorecards.enums import METRICS, ScopeKind
from scorecards.formulas.rates import FigureState
from scorecards.metrics import Metric
from scorecards.models import Scorecard
from scorecards.periods import InvalidMonthError, Month, Window
from suppliers.models import Supplier
from suppliers.resources import visible_suppliers

FIGURE_STATES = [state.value for state in FigureState]
WINDOWS = [window.value for window in Window]


class MonthField(serializers.CharField):
    """A calendar month, written like 2026-03."""

    def to_internal_value(self, data: Any) -> Any:
        """Read the month."""
        try:
            return Month.parse(super().to_internal_value(data))
        except InvalidMonthError as error:
            raise serializers.ValidationError(_("Write a month like 2026-03.")) from error

    def to_representation(self, value: Any) -> str:
        """Write the month of its first day."""
        return str(Month.of(value))


class FigureQuery(serializers.Serializer[Any]):
    """Which figures: of which metric, about what, over which window, for which months."""

    metric = serializers.ChoiceField(choices=METRICS, default=Metric.EXTERNAL_PPM.value)
    scope = serializers.ChoiceField(choices=ScopeKind.choices, default=ScopeKind.SUPPLIER.value)
    window = serializers.ChoiceField(choices=WINDOWS, default=Window.MONTH.value)
    month = MonthField(required=False, help_text="One month; by default the newest with data.")
    supplier = serializers.CharField(required=False, help_text="Only what this supplier delivered.")
    plant = serializers.CharField(required=False, help_text="With scope=plant: only this plant.")
    part = serializers.CharField(required=False, help_text="With scope=part: only this part.")

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
        for name in ("plant", "part"):
            if name in attrs and attrs["scope"] != name:
                message = _("It narrows figures of scope=%(name)s only.") % {"name": name}
                raise serializers.ValidationError({name: [message]})
        return attrs


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


class ScorecardSerializer(serializers.ModelSerializer[Scorecard]):
    """A version of a supplier's published month; of several the highest is in force."""

    supplier = serializers.CharField(source="supplier.code")
    month = MonthField()

    class Meta:
        model = Scorecard
        fields = (
            "id",
            "supplier",
            "month",
            "version",
            "published_at",
            "cut_off_at",
            "reason",
            "difference",
            "sha256",
        )


class ScorecardDetailSerializer(ScorecardSerializer):
    """The same with everything that was frozen; `sha256` is the hash of its canonical JSON."""

    class Meta(ScorecardSerializer.Meta):
        fields = (*ScorecardSerializer.Meta.fields, "snapshot")  # type: ignore[assignment]  # longer
