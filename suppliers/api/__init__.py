"""Endpoints of suppliers, of what they delivered, and of what is decided about it."""

from rest_framework.routers import SimpleRouter

from suppliers.api.asking import checked, person
from suppliers.api.disputes import Disputes
from suppliers.api.evidence import EvidenceFiles
from suppliers.api.masters import Deliveries, Suppliers
from suppliers.api.records import Rejects, Returns

__all__ = ["checked", "person", "router"]

router = SimpleRouter()
router.register("suppliers", Suppliers, basename="api_supplier")
router.register("deliveries", Deliveries, basename="api_delivery")
router.register("rejects", Rejects, basename="api_reject")
router.register("returns", Returns, basename="api_return")
router.register("evidence", EvidenceFiles, basename="api_evidence")
router.register("disputes", Disputes, basename="api_dispute")
