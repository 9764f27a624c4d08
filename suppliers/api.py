"""Read endpoints of suppliers and of what they delivered."""

from typing import Final

from django.db.models import Prefetch
from rest_framework.routers import SimpleRouter

from suppliers.enums import TokenScope
from suppliers.filters import DeliveryFilters, RejectFilters, ReturnFilters, SupplierFilters
from suppliers.models import (
    Certificate,
    Delivery,
    Reject,
    RejectVerdict,
    Supplier,
    SupplierTier,
    WarrantyReturn,
    WarrantyVerdict,
)
from suppliers.resources import Pages, Resource
from suppliers.serializers import (
    DeliverySerializer,
    RejectSerializer,
    SupplierSerializer,
    WarrantyReturnSerializer,
)

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


class Rejects(Resource[Reject]):
    """Complaints about delivered parts in the order they were recorded."""

    token_scope = TokenScope.FACTS
    queryset = Reject.objects.select_related(
        "supplier", "plant", "part", "defect_code"
    ).prefetch_related(Prefetch("verdicts", RejectVerdict.objects.order_by("number")))
    serializer_class = RejectSerializer
    filterset_class = RejectFilters
    lookup_value_regex = NUMBER


class Returns(Resource[WarrantyReturn]):
    """Parts that failed in the field, in the order they were recorded."""

    token_scope = TokenScope.FACTS
    queryset = WarrantyReturn.objects.select_related("supplier", "part").prefetch_related(
        Prefetch("verdicts", WarrantyVerdict.objects.order_by("number"))
    )
    serializer_class = WarrantyReturnSerializer
    filterset_class = ReturnFilters
    lookup_value_regex = NUMBER


router = SimpleRouter()
router.register("suppliers", Suppliers, basename="api_supplier")
router.register("deliveries", Deliveries, basename="api_delivery")
router.register("rejects", Rejects, basename="api_reject")
router.register("returns", Returns, basename="api_return")
