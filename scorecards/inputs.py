"""What other systems may write about figures: checked field by field, spelt as the API reads it."""

from typing import Any

from rest_framework import serializers

from scorecards.enums import METRICS
from scorecards.metrics import Metric
from scorecards.serializers.month import MonthField
from suppliers.inputs import REASON, CodeField, DisputeInput, Input, reason
from suppliers.models import Part, Supplier


class LineDisputeInput(DisputeInput):
    """What a supplier disagrees with in a published month, and in which of its lines."""

    metric = serializers.ChoiceField(choices=METRICS)

    @property
    def line_metric(self) -> Metric:
        """The line's metric."""
        return Metric(self.validated_data["metric"])


class BaselineInput(Input):
    """Limits to be proposed: whose, for which metric, from which months."""

    supplier = CodeField(slug_field="code", queryset=Supplier.objects.all())
    part = CodeField(slug_field="number", queryset=Part.objects.all(), default=None)
    metric = serializers.ChoiceField(choices=METRICS)
    first_month = MonthField()
    last_month = MonthField()
    note = serializers.CharField(max_length=REASON, default="", allow_blank=True)

    @property
    def given(self) -> dict[str, Any]:
        """The arguments of the service."""
        values = self.validated_data
        return {
            "supplier": values["supplier"],
            "part": values["part"],
            "metric": Metric(values["metric"]),
            "first": values["first_month"],
            "last": values["last_month"],
            "note": values["note"],
        }


class PointInput(Input):
    """A month of a proposal to be left out for a cause, or taken back."""

    month = MonthField()
    excluded = serializers.BooleanField(default=True)
    cause = serializers.CharField(max_length=REASON, default="", allow_blank=True)


class AcceptanceInput(Input):
    """Why limits hold from now on."""

    reason = reason()


class SeenInput(Input):
    """What was found when somebody looked at a signal."""

    note = serializers.CharField(max_length=1_000, default="", allow_blank=True)
