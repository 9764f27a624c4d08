"""How escalations are written in the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from escalations.models import ControlledShipping, EightD, Episode, EpisodeHit, EpisodeStep
from scorecards.serializers import MonthField
from suppliers.resources import QuantityField


class HitSerializer(serializers.ModelSerializer[EpisodeHit]):
    """A month that passed the threshold, with what was compared."""

    month = MonthField()
    numerator = QuantityField(source="judgement.counted_qty")
    denominator = QuantityField(source="judgement.received_qty")
    provisional = QuantityField(source="judgement.provisional_qty")
    ppm = QuantityField(source="judgement.ppm", allow_null=True)
    comparator = serializers.CharField(source="judgement.comparator")
    threshold_ppm = QuantityField(source="judgement.threshold_ppm")

    class Meta:
        model = EpisodeHit
        fields = (
            "month",
            "breaching",
            "numerator",
            "denominator",
            "provisional",
            "ppm",
            "comparator",
            "threshold_ppm",
        )


class StepSerializer(serializers.ModelSerializer[EpisodeStep]):
    """A move from one state to the next, and why."""

    class Meta:
        model = EpisodeStep
        fields = ("number", "action", "from_state", "to_state", "at", "reason")


class EightDSerializer(serializers.ModelSerializer[EightD]):
    """The 8D request: until when which steps are due."""

    class Meta:
        model = EightD
        fields = (
            "number",
            "problem",
            "requested_on",
            "d3_due_on",
            "d5_due_on",
            "d6_due_on",
            "d8_due_on",
        )


class ControlledShippingSerializer(serializers.ModelSerializer[ControlledShipping]):
    """Controlled shipping, and what ends it."""

    class Meta:
        model = ControlledShipping
        fields = (
            "number",
            "level",
            "entered_on",
            "exit_production_days",
            "exit_shipments",
            "exit_action_verified",
        )


class EpisodeSerializer(serializers.ModelSerializer[Episode]):
    """A level at which a supplier is held, from its first breach to its end."""

    supplier = serializers.CharField(source="supplier.code")
    plant = serializers.CharField(source="plant.code", allow_null=True, default=None)
    part = serializers.CharField(source="part.number", allow_null=True, default=None)
    first_month = MonthField()
    last_month = MonthField()
    hits = HitSerializer(many=True)
    steps = StepSerializer(many=True)
    eight_d = serializers.SerializerMethodField()
    controlled_shipping = serializers.SerializerMethodField()

    class Meta:
        model = Episode
        fields = (
            "number",
            "supplier",
            "plant",
            "part",
            "metric",
            "level",
            "state",
            "raised_on",
            "raised_at",
            "first_month",
            "last_month",
            "ended_at",
            "hits",
            "steps",
            "eight_d",
            "controlled_shipping",
        )

    @extend_schema_field(EightDSerializer(allow_null=True))
    def get_eight_d(self, episode: Episode) -> dict[str, Any] | None:
        """Return the 8D request, where the level demands one."""
        found = getattr(episode, "eightd", None)
        return None if found is None else EightDSerializer(found).data

    @extend_schema_field(ControlledShippingSerializer(allow_null=True))
    def get_controlled_shipping(self, episode: Episode) -> dict[str, Any] | None:
        """Return the controlled shipping, where the level demands it."""
        found = getattr(episode, "controlledshipping", None)
        return None if found is None else ControlledShippingSerializer(found).data
