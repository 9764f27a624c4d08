"""Published scorecards in the API."""

from rest_framework import serializers

from scorecards.models import Scorecard
from scorecards.serializers.month import MonthField


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
            "score",
            "grade",
            "sha256",
        )


class ScorecardDetailSerializer(ScorecardSerializer):
    """The same with everything that was frozen; `sha256` is the hash of its canonical JSON."""

    class Meta(ScorecardSerializer.Meta):
        fields = (*ScorecardSerializer.Meta.fields, "snapshot")  # type: ignore[assignment]  # longer
