"""How suppliers are written in the API, with what may not be placed with them."""

from typing import Any

from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from suppliers.holds import BusinessHold, business_holds
from suppliers.models import Certificate, Supplier, SupplierTier


class SupplierTierSerializer(serializers.ModelSerializer[SupplierTier]):
    """A tier and the days it holds; `until` is the first day it holds no more."""

    level = serializers.IntegerField(source="tier.level")
    name = serializers.CharField(source="tier.name", read_only=True)
    since = serializers.DateField(source="during.lower", allow_null=True)
    until = serializers.DateField(source="during.upper", allow_null=True)

    class Meta:
        model = SupplierTier
        fields = ("level", "name", "since", "until")


class CertificateSerializer(serializers.ModelSerializer[Certificate]):
    """A certificate."""

    class Meta:
        model = Certificate
        fields = ("standard", "number", "expires_on", "mandatory")


class BusinessHoldSerializer(serializers.Serializer[BusinessHold]):
    """A hold of new business in force: `number` of its case, what it is of ("" for all)."""

    number = serializers.CharField()
    since = serializers.DateField()
    where = serializers.CharField(allow_blank=True)
    forbids = serializers.CharField()


class SupplierSerializer(serializers.ModelSerializer[Supplier]):
    """A supplying site."""

    tiers = SupplierTierSerializer(many=True)
    certificates = CertificateSerializer(many=True)
    business_hold = serializers.SerializerMethodField()

    class Meta:
        model = Supplier
        fields = (
            "code",
            "name",
            "country",
            "time_zone",
            "archived_at",
            "tiers",
            "certificates",
            "business_hold",
        )

    @extend_schema_field(BusinessHoldSerializer(allow_null=True))
    def get_business_hold(self, supplier: Supplier) -> dict[str, Any] | None:
        """Return the hold in force; looked up once for all suppliers of the answer."""
        hold = self._holds.get(supplier.code)
        return None if hold is None else dict(BusinessHoldSerializer(hold).data)

    @cached_property
    def _holds(self) -> dict[str, BusinessHold]:
        return business_holds(self.context["request"].user)
