"""By what the API narrows suppliers and facts."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django_filters import rest_framework as filters

from suppliers import enums
from suppliers.models import RejectVerdict, WarrantyVerdict
from suppliers.models.disputes import OPEN_DISPUTES
from suppliers.resources import MonthFilter, SupplierFilter


class RecordFilter(filters.Filter):  # type: ignore[misc]
    """`reject=17`: what is about the record with that id."""

    field_class = forms.IntegerField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=2**63 - 1, **kwargs)


class SupplierFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Suppliers by code, tier level and whether they are archived."""

    code = filters.CharFilter()
    country = filters.CharFilter(lookup_expr="iexact")
    archived = filters.BooleanFilter(field_name="archived_at", lookup_expr="isnull", exclude=True)


class FactFilters(filters.FilterSet):  # type: ignore[misc]
    """What all facts are narrowed by."""

    supplier = SupplierFilter()
    part = filters.CharFilter(field_name="part__number")


class DeliveryFilters(FactFilters):
    """Deliveries."""

    plant = filters.CharFilter(field_name="plant__code")
    month = MonthFilter(field_name="received_on")
    received_from = filters.DateFilter(field_name="received_on", lookup_expr="gte")
    received_to = filters.DateFilter(field_name="received_on", lookup_expr="lte")
    kind = filters.ChoiceFilter(choices=enums.DeliveryKind.choices)


class RejectFilters(FactFilters):
    """Rejects."""

    plant = filters.CharFilter(field_name="plant__code")
    month = MonthFilter(field_name="detected_on")
    detected_from = filters.DateFilter(field_name="detected_on", lookup_expr="gte")
    detected_to = filters.DateFilter(field_name="detected_on", lookup_expr="lte")
    defect_code = filters.CharFilter(field_name="defect_code__code")
    severity = filters.ChoiceFilter(choices=enums.Severity.choices)
    detection_point = filters.ChoiceFilter(choices=enums.DetectionPoint.choices)
    decided = filters.BooleanFilter(method="by_decision")

    def by_decision(self, queryset: QuerySet[Any], _name: str, value: bool) -> QuerySet[Any]:
        """Keep rejects with a verdict, or without."""
        decided = Exists(RejectVerdict.objects.filter(reject=OuterRef("pk")))
        return queryset.filter(decided if value else ~decided)


class DisputeFilters(filters.FilterSet):  # type: ignore[misc]
    """Disputes."""

    supplier = SupplierFilter()
    state = filters.ChoiceFilter(choices=enums.DisputeState.choices)
    reason = filters.ChoiceFilter(choices=enums.DisputeReason.choices)
    open = filters.BooleanFilter(method="by_openness")

    def by_openness(self, queryset: QuerySet[Any], _name: str, value: bool) -> QuerySet[Any]:
        """Keep disputes that wait for an answer, or the others."""
        waiting = Q(state__in=OPEN_DISPUTES)
        return queryset.filter(waiting if value else ~waiting)


class ReturnFilters(FactFilters):
    """Warranty returns."""

    month = MonthFilter(field_name="received_on")
    received_from = filters.DateFilter(field_name="received_on", lookup_expr="gte")
    received_to = filters.DateFilter(field_name="received_on", lookup_expr="lte")
    decided = filters.BooleanFilter(method="by_decision")

    def by_decision(self, queryset: QuerySet[Any], _name: str, value: bool) -> QuerySet[Any]:
        """Keep returns with a verdict, or without."""
        decided = Exists(WarrantyVerdict.objects.filter(warranty_return=OuterRef("pk")))
        return queryset.filter(decided if value else ~decided)


class EvidenceFilters(filters.FilterSet):  # type: ignore[misc]
    """Files."""

    supplier = SupplierFilter()
    reject = RecordFilter()
    warranty_return = RecordFilter()
    dispute = RecordFilter()
