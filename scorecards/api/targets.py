"""Targets as other systems read and set them."""

from typing import Any

from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from scorecards.enums import METRICS
from scorecards.metrics import Metric
from scorecards.models import Target
from scorecards.queries.target_list import targets_visible_to
from scorecards.services.targets import Owner, TargetError, agree_target
from suppliers import access
from suppliers.enums import TokenScope
from suppliers.inputs import CodeField, Input
from suppliers.models import Supplier, SupplierPart, Tier
from suppliers.resources import QuantityField, Resource, SupplierFilter
from suppliers.writing import PARSERS, Conflict, answer_with


class TargetSerializer(serializers.ModelSerializer[Target]):
    """A target: one of tier, supplier, or supplier with part is named."""

    tier = serializers.IntegerField(source="tier.level", allow_null=True, default=None)
    supplier = serializers.SerializerMethodField(help_text="Code; null for a tier's target.")
    part = serializers.CharField(source="supplier_part.part.number", allow_null=True, default=None)
    target_ppm = QuantityField()
    first_day = serializers.DateField(source="during.lower", allow_null=True)
    last_day_before = serializers.DateField(
        source="during.upper", allow_null=True, help_text="The day it no longer holds."
    )
    acknowledged_by = serializers.CharField(source="agreement.name", allow_null=True, default=None)
    acknowledged_at = serializers.DateTimeField(
        source="agreement.at", allow_null=True, default=None
    )

    class Meta:
        model = Target
        fields = (
            "id",
            "tier",
            "supplier",
            "part",
            "metric",
            "target_ppm",
            "first_day",
            "last_day_before",
            "acknowledged_by",
            "acknowledged_at",
        )

    def get_supplier(self, target: Target) -> str | None:
        """Return the code of the supplier, also of a part's target."""
        if target.supplier_part is not None:
            return target.supplier_part.supplier.code
        return None if target.supplier is None else target.supplier.code


class TargetInput(Input):
    """A new target: a tier's level, or a supplier's code and perhaps a part number."""

    tier = serializers.SlugRelatedField(
        slug_field="level", queryset=Tier.objects.all(), required=False
    )
    supplier = CodeField(slug_field="code", queryset=Supplier.objects.all(), required=False)
    part = serializers.CharField(max_length=60, required=False)
    metric = serializers.ChoiceField(choices=METRICS)
    target_ppm = serializers.DecimalField(max_digits=12, decimal_places=3, min_value=0)
    first_day = serializers.DateField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Find with whom it is agreed."""
        tier, supplier, number = (attrs.get(name) for name in ("tier", "supplier", "part"))
        if (tier is None) == (supplier is None):
            raise serializers.ValidationError("Name a tier or a supplier.")
        if number is None:
            return attrs | {"owner": Owner(tier=tier, supplier=supplier)}
        part = SupplierPart.objects.filter(supplier=supplier, part__number=number).first()
        if part is None:
            raise serializers.ValidationError({"part": ["The supplier has no such part."]})
        return attrs | {"owner": Owner(supplier_part=part)}


class TargetFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Targets."""

    metric = filters.ChoiceFilter(choices=METRICS)
    supplier = SupplierFilter(method="by_supplier")
    on = filters.DateFilter(field_name="during", lookup_expr="contains")

    def by_supplier(self, queryset: QuerySet[Any], _name: str, supplier: Supplier) -> QuerySet[Any]:
        """Keep what was agreed with the supplier, also for single parts of it."""
        return queryset.filter(Q(supplier=supplier) | Q(supplier_part__supplier=supplier))


class Targets(Resource[Target]):
    """What was agreed with tiers, suppliers and for their parts."""

    token_scope = TokenScope.FIGURES
    parser_classes = PARSERS
    queryset = Target.objects.all()
    serializer_class = TargetSerializer
    filterset_class = TargetFilters
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Target]:
        """Return only what the user may see."""
        return targets_visible_to(self.request.user)

    @extend_schema(request=TargetInput, responses={201: TargetSerializer, 200: TargetSerializer})
    def create(self, request: Request) -> Response:
        """Set a target from a day on; the same again changes nothing."""
        access.demand(request.user, *access.QUALITY)
        asked = TargetInput(data=request.data, context={"request": request})
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        try:
            target, is_new = agree_target(
                owner=given["owner"],
                metric=Metric(given["metric"]),
                target_ppm=given["target_ppm"],
                first_day=given["first_day"],
                by=access.signed_in(request),
            )
        except TargetError as error:
            raise Conflict(str(error)) from error
        written = self.get_queryset().get(pk=target.pk)
        return answer_with(TargetSerializer(written), is_new=is_new)
