"""Deliveries on time and the incident rate, in the API."""

from typing import Any

from rest_framework import serializers

from scorecards.periods import Window
from scorecards.queries.performance_figure import PerformanceKind
from scorecards.serializers.figures import WINDOWS
from scorecards.serializers.month import MonthField

PERFORMANCE_KINDS = [kind.value for kind in PerformanceKind]
UNITS = ["percent", "per_billion"]


class PerformanceQuery(serializers.Serializer[Any]):
    """Which figure beside the PPMs, over which window."""

    kind = serializers.ChoiceField(choices=PERFORMANCE_KINDS)
    window = serializers.ChoiceField(choices=WINDOWS, default=Window.MONTH.value)
    month = MonthField(help_text="The window's last month, like 2026-03.")


class PerformanceMonthSerializer(serializers.Serializer[Any]):
    """Counts and value of a month, or of the window."""

    month = serializers.CharField()
    numerator = serializers.CharField(help_text="Lines on time, or weight of incidents.")
    denominator = serializers.CharField(help_text="Lines promised, or pieces received.")
    value = serializers.CharField(allow_null=True, help_text="Null without a denominator.")
    unit = serializers.ChoiceField(choices=UNITS)


class PerformanceSerializer(PerformanceMonthSerializer):
    """Deliveries on time or the incident rate taken apart."""

    supplier = serializers.CharField()
    kind = serializers.ChoiceField(choices=PERFORMANCE_KINDS)
    window = serializers.ChoiceField(choices=WINDOWS)
    formula = serializers.CharField()
    months = PerformanceMonthSerializer(many=True)
    counting_policy = serializers.IntegerField(help_text="Version of the policy in force.")
    on_time_early_days = serializers.IntegerField()
    on_time_late_days = serializers.IntegerField()
    rows_numerator = serializers.CharField(help_text="Sum of the rows that the asking user sees.")
    rows_denominator = serializers.CharField()
    agrees = serializers.BooleanField()
    rows = serializers.CharField(help_text="Address of the rows.")


class PerformanceRowSerializer(serializers.Serializer[Any]):
    """A promised line, or an issue with its weight; `id` is that of its own endpoint."""

    id = serializers.IntegerField()
    record = serializers.CharField()
    on = serializers.CharField()
    promised_on = serializers.CharField(allow_null=True)
    severity = serializers.CharField(allow_null=True)
    plant = serializers.CharField()
    part = serializers.CharField()
    counted = serializers.CharField(help_text="1 for on time and 0 for not; or the weight.")
