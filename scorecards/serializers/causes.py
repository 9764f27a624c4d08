"""Causes of a supplier's rejects, in the API."""

from typing import Any

from rest_framework import serializers

from scorecards.enums import CauseKind, CauseMeasure
from scorecards.periods import Window
from scorecards.serializers.figures import WINDOWS
from scorecards.serializers.month import MonthField
from scorecards.spreadsheets import FileForm
from suppliers.enums import Severity

# One supplier's rejects are all its own.
WAYS = [choice for choice in CauseKind.choices if choice[0] != CauseKind.SUPPLIER.value]


class CausesQuery(serializers.Serializer[Any]):
    """By what the rejects of which window are told apart, and how they are measured."""

    by = serializers.ChoiceField(choices=WAYS, default=CauseKind.DEFECT_CODE.value)
    measure = serializers.ChoiceField(
        choices=CauseMeasure.choices, default=CauseMeasure.PIECES.value
    )
    window = serializers.ChoiceField(choices=WINDOWS, default=Window.ROLLING_12.value)
    month = MonthField(help_text="The window's last month, like 2026-03.")
    currency = serializers.CharField(
        required=False, max_length=3, help_text="Of costs; without it what most of them are in."
    )


class CauseRowsQuery(CausesQuery):
    """The same, and whose records."""

    cause = serializers.CharField(
        required=False, allow_blank=True, help_text="Only of this cause, by its key."
    )


class CausesFileQuery(CausesQuery):
    """The same, and the kind of file."""

    form = serializers.ChoiceField(choices=[form.value for form in FileForm], default="csv")


class CauseSerializer(serializers.Serializer[Any]):
    """One cause with what it counts; `value` is in the measure that was asked for."""

    key = serializers.CharField()
    name = serializers.CharField()
    superseded = serializers.ListField(
        child=serializers.CharField(), help_text="Of a part: its numbers that were superseded."
    )
    value = serializers.CharField()
    pieces = serializers.CharField()
    incidents = serializers.IntegerField()
    cost = serializers.CharField(allow_null=True, help_text="Where costs are asked for.")
    share_pct = serializers.CharField()
    reached_pct = serializers.CharField()
    worst = serializers.ChoiceField(choices=Severity.choices)
    severities = serializers.DictField(
        child=serializers.IntegerField(), help_text="Incidents by severity."
    )
    rows = serializers.CharField(help_text="Address of the records behind it.")


class CausesSerializer(serializers.Serializer[Any]):
    """Every cause of a window, largest first; their values add up to `total`."""

    supplier = serializers.CharField()
    month = serializers.CharField()
    window = serializers.ChoiceField(choices=WINDOWS)
    by = serializers.ChoiceField(choices=WAYS)
    measure = serializers.ChoiceField(choices=CauseMeasure.choices)
    currency = serializers.CharField(help_text="Of the costs asked for; else empty.")
    currencies = serializers.ListField(
        child=serializers.CharField(), help_text="Those costs are reported in; never added."
    )
    total = serializers.CharField()
    numerator = serializers.CharField(help_text="Of the external PPM over the window, in pieces.")
    causes = CauseSerializer(many=True)


class CauseRowSerializer(serializers.Serializer[Any]):
    """A record with what it counts; `id` is that of `rejects/`."""

    id = serializers.IntegerField()
    record = serializers.CharField()
    on = serializers.CharField()
    plant = serializers.CharField()
    part = serializers.CharField()
    defect_code = serializers.CharField()
    detection_point = serializers.CharField()
    severity = serializers.ChoiceField(choices=Severity.choices)
    counted = serializers.CharField()
    provisional = serializers.CharField()
    incidents = serializers.IntegerField()
    machine = serializers.CharField()
    shift = serializers.CharField()
    cost = serializers.CharField(allow_null=True)
    cost_currency = serializers.CharField()
    decided = serializers.BooleanField()
    disputed = serializers.BooleanField()
