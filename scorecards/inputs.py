"""What other systems may write about figures: checked field by field, spelt as the API reads it."""

from rest_framework import serializers

from scorecards.enums import METRICS
from scorecards.metrics import Metric
from suppliers.inputs import DisputeInput


class LineDisputeInput(DisputeInput):
    """What a supplier disagrees with in a published month, and in which of its lines."""

    metric = serializers.ChoiceField(choices=METRICS)

    @property
    def line_metric(self) -> Metric:
        """The line's metric."""
        return Metric(self.validated_data["metric"])
