"""A supplier beside the others of its tier, in the API."""

from typing import Any

from rest_framework import serializers

from scorecards.enums import METRICS
from scorecards.formulas.peers import Place
from scorecards.serializers.month import MonthField


class PeersQuery(serializers.Serializer[Any]):
    """Which figure of comparable suppliers, up to which month."""

    metric = serializers.ChoiceField(choices=METRICS)
    month = MonthField(help_text="The last of twelve months; a running one gives the one before.")


class QuartilesSerializer(serializers.Serializer[Any]):
    """PPMs that a quarter, half and three quarters are at or below, in bands (5, 10, 20, 50 …)."""

    lower = serializers.CharField()
    median = serializers.CharField()
    upper = serializers.CharField()


class PeersSerializer(serializers.Serializer[Any]):
    """A supplier beside the others of its tier, of other groups than its own."""

    supplier = serializers.CharField()
    metric = serializers.ChoiceField(choices=METRICS)
    window = serializers.CharField()
    month = serializers.CharField()
    quartiles = QuartilesSerializer(
        allow_null=True, help_text="Null below five peers of three groups that have a figure."
    )
    own_ppm = serializers.CharField(allow_null=True)
    quarter = serializers.ChoiceField(
        choices=[place.value for place in Place],
        allow_null=True,
        help_text="From the best, read off the bands, which may tell no more than a half or "
        "the middle; null without quartiles or without an own figure.",
    )
