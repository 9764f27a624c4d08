"""8D steps in time taken apart, in the API."""

from typing import Any

from rest_framework import serializers

from escalations.eight_d_enums import MILESTONE_NAMES
from scorecards.periods import Window
from scorecards.serializers.figures import WINDOWS
from scorecards.serializers.month import MonthField

UNITS = ["percent"]


class InTimeQuery(serializers.Serializer[Any]):
    """Over which window."""

    window = serializers.ChoiceField(choices=WINDOWS, default=Window.MONTH.value)
    month = MonthField(help_text="The window's last month, like 2026-03.")


class InTimeStepSerializer(serializers.Serializer[Any]):
    """A step whose date fell in the window, as it stood at its end."""

    eight_d = serializers.CharField(help_text="Number of the 8D.")
    step = serializers.ChoiceField(choices=[(one.value, one.value) for one in MILESTONE_NAMES])
    due_on = serializers.DateField()
    handed_in_on = serializers.DateField(allow_null=True)
    counted = serializers.CharField(help_text="1 for in time and 0 for not.")


class InTimeSerializer(serializers.Serializer[Any]):
    """Steps in time of those owed; what `steps` count adds up to the numerator."""

    supplier = serializers.CharField()
    month = serializers.CharField()
    window = serializers.ChoiceField(choices=WINDOWS)
    formula = serializers.CharField()
    numerator = serializers.CharField(help_text="Steps handed in by their date.")
    denominator = serializers.CharField(help_text="Steps whose date fell in the window.")
    value = serializers.CharField(allow_null=True, help_text="Percent; null where none was owed.")
    unit = serializers.ChoiceField(choices=UNITS)
    agrees = serializers.BooleanField(help_text="False where the user sees only some of the 8Ds.")
    steps = InTimeStepSerializer(many=True)
