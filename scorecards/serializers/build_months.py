"""Warranty by build month and months in service, in the API."""

from typing import Any

from rest_framework import serializers

from scorecards.enums import ScopeKind
from scorecards.metrics import Metric
from scorecards.queries.by_build_month import MONTHS_IN_SERVICE
from scorecards.serializers.figures import FIGURE_STATES, FigureQuery
from scorecards.serializers.month import MonthField
from scorecards.spreadsheets import FileForm


class BuildMonthsQuery(serializers.Serializer[Any]):
    """Whose warranty by build month: a supplier's, a part's, both together, or everybody's."""

    month = MonthField(help_text="What was known at the end of this month, like 2026-03.")
    supplier = serializers.CharField(required=False, help_text="The supplier.")
    part = serializers.CharField(required=False, help_text="The part's number.")

    validate_supplier = FigureQuery.validate_supplier

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Say whose it is as figures do; the table looks years back, and warranty is of today."""
        named = [kind for kind in (ScopeKind.PART, ScopeKind.SUPPLIER) if kind.value in attrs]
        scope = (named or [ScopeKind.ALL])[0]
        return {**attrs, "scope": scope.value, "metric": Metric.WARRANTY_PPM.value}


class BuildMonthsFileQuery(BuildMonthsQuery):
    """The same, and the kind of file."""

    form = serializers.ChoiceField(choices=[form.value for form in FileForm], default="csv")


class BuildMonthsRowsQuery(BuildMonthsQuery):
    """The same, and which cell."""

    built = MonthField(help_text="The month in which the parts were built.")
    mis = serializers.ChoiceField(
        choices=[str(limit) for limit in MONTHS_IN_SERVICE], help_text="Months in service."
    )


class BuildCellSerializer(serializers.Serializer[Any]):
    """Returns within so many months in service, of the pieces built in a month."""

    months_in_service = serializers.IntegerField()
    numerator = serializers.CharField()
    denominator = serializers.CharField()
    value = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(choices=FIGURE_STATES)
    mature = serializers.BooleanField()
    rows = serializers.CharField(allow_null=True)


class BuildMonthSerializer(serializers.Serializer[Any]):
    """One row of the table."""

    built = serializers.CharField()
    received = serializers.CharField()
    cells = BuildCellSerializer(many=True)


class BuildMonthsSerializer(serializers.Serializer[Any]):
    """Warranty by build month and months in service; `totals` are over mature months only."""

    scope_kind = serializers.ChoiceField(choices=ScopeKind.choices)
    scope = serializers.CharField()
    month = serializers.CharField()
    field_lag_months = serializers.IntegerField()
    build_months = BuildMonthSerializer(many=True)
    totals = BuildCellSerializer(many=True)
    derived = serializers.CharField()
    unplaced = serializers.CharField()
    older = serializers.CharField()
