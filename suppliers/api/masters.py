"""Endpoints of suppliers and of what they delivered."""

from typing import Final

from django.db.models import Prefetch

from suppliers.enums import TokenScope
from suppliers.filters import DeliveryFilters, SupplierFilters
from suppliers.models import Certificate, Delivery, Supplier, SupplierTier
from suppliers.resources import Pages, Resource
from suppliers.serializers import DeliverySerializer
from suppliers.supplier_serializers import SupplierSerializer

CODE: Final = r"[^/\s?#%\\]+"
NUMBER: Final = "[0-9]+"


class ByCode(Pages):
    """Suppliers in the order of their codes."""

    ordering = ("code",)


class Suppliers(Resource[Supplier]):
    """Suppliers with their tiers and certificates."""

    token_scope = TokenScope.SUPPLIERS
    queryset = Supplier.objects.prefetch_related(
        Prefetch("tiers", SupplierTier.objects.select_related("tier").order_by("during")),
        Prefetch("certificates", Certificate.objects.order_by("standard", "number")),
    )
    serializer_class = SupplierSerializer
    filterset_class = SupplierFilters
    pagination_class = ByCode
    lookup_field = "code"
    lookup_value_regex = CODE


class Deliveries(Resource[Delivery]):
    """Goods-receipt lines in the order they were recorded."""

    token_scope = TokenScope.FACTS
    queryset = Delivery.objects.select_related("supplier", "plant", "part")
    serializer_class = DeliverySerializer
    filterset_class = DeliveryFilters
    lookup_value_regex = NUMBER
