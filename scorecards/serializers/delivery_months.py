"""Rejects by the month of their deliveries, in the API."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from scorecards.enums import ScopeKind
from scorecards.metrics import Metric
from scorecards.serializers.figures import FIGURE_STATES, FigureQuery
from scorecards.serializers.month import MonthField
from scorecards.spreadsheets import FileForm


class DeliveryMonthsQuery(serializers.Serializer[Any]):
    """Whose rejects by delivery month: a supplier's, a part's, both together, a tier's, all."""

    month = MonthField(help_text="What was detected in the twelve months until this one.")
    supplier = serializers.CharField(required=False, help_text="The supplier.")
    part = serializers.CharField(required=False, help_text="The part's number.")
    tier = serializers.IntegerField(required=False, help_text="The tier's level, alone.")

    validate_supplier = FigureQuery.validate_supplier

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Say whose it is as figures do; the table looks a year back."""
        if "tier" in attrs and attrs.keys() & {"part", "supplier"}:
            alone = _("A tier is all of its suppliers and parts; leave these out.")
            raise serializers.ValidationError({"tier": [alone]})
        order = (ScopeKind.TIER, ScopeKind.PART, ScopeKind.SUPPLIER)
        scope = next((kind for kind in order if kind.value in attrs), ScopeKind.ALL)
        return {**attrs, "scope": scope.value, "metric": Metric.EXTERNAL_PPM.value}


class DeliveryMonthsFileQuery(DeliveryMonthsQuery):
    """The same, and the kind of file."""

    form = serializers.ChoiceField(choices=[form.value for form in FileForm], default="csv")


class DeliveryMonthSerializer(serializers.Serializer[Any]):
    """What was received in a month, and what of it counts as rejected until the table's end."""

    delivered = serializers.CharField()
    numerator = serializers.CharField()
    denominator = serializers.CharField()
    provisional = serializers.CharField()
    value = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(choices=FIGURE_STATES)


class DeliveryMonthsSerializer(serializers.Serializer[Any]):
    """Rejects by delivery month; months, `unplaced` and `outside` add up to `numerator`."""

    scope_kind = serializers.ChoiceField(choices=ScopeKind.choices)
    scope = serializers.CharField()
    month = serializers.CharField()
    delivery_months = DeliveryMonthSerializer(many=True)
    unplaced = serializers.CharField(help_text="Counted pieces that name no delivery.")
    outside = serializers.CharField(help_text="Of deliveries before the first month.")
    numerator = serializers.CharField(help_text="Of rolling twelve months by day of detection.")
