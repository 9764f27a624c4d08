"""Baselines of control charts and their signals, in the API."""

from rest_framework import serializers

from scorecards.models import Baseline, BaselinePoint, ChartSignal
from scorecards.serializers.month import MonthField
from suppliers.resources import QuantityField


class BaselinePointSerializer(serializers.ModelSerializer[BaselinePoint]):
    """A month of a baseline as it was counted when it was proposed."""

    month = MonthField()
    counted = QuantityField()
    volume = QuantityField()

    class Meta:
        model = BaselinePoint
        fields = ("month", "counted", "volume", "excluded", "cause")


class BaselineSerializer(serializers.ModelSerializer[Baseline]):
    """A version of control limits; of one supplier (or part) and metric one is in force."""

    supplier = serializers.CharField(source="supplier.code")
    part = serializers.CharField(source="part.number", allow_null=True, default=None)
    first_month = MonthField()
    last_month = MonthField()
    counted = QuantityField()
    volume = QuantityField()
    points = BaselinePointSerializer(many=True)

    class Meta:
        model = Baseline
        fields = (
            "id",
            "supplier",
            "part",
            "metric",
            "version",
            "state",
            "first_month",
            "last_month",
            "kind",
            "method",
            "counted",
            "volume",
            "sigma_z",
            "accepted_at",
            "reason",
            "ended_at",
            "points",
        )


class ChartSignalSerializer(serializers.ModelSerializer[ChartSignal]):
    """A month that signals; a notice to look, never an escalation."""

    supplier = serializers.CharField(source="baseline.supplier.code")
    part = serializers.CharField(source="baseline.part.number", allow_null=True, default=None)
    metric = serializers.CharField(source="baseline.metric")
    month = MonthField()
    counted = QuantityField()
    volume = QuantityField()

    class Meta:
        model = ChartSignal
        fields = (
            "id",
            "baseline",
            "supplier",
            "part",
            "metric",
            "month",
            "kind",
            "counted",
            "volume",
            "raised_at",
            "gone_at",
            "seen_at",
        )
