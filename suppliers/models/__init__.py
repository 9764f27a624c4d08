"""Masters, people, facts, decisions and imports."""

from suppliers.models.decisions import RejectVerdict, WarrantyVerdict
from suppliers.models.disputes import Dispute, DisputeStep
from suppliers.models.evidence import Evidence
from suppliers.models.facts import Delivery, ProductionCount
from suppliers.models.imports import ImportBatch, ImportMapping, ImportRow
from suppliers.models.masters import DefectCode, Part, PartUnit, Plant, Tier
from suppliers.models.rejects import Reject
from suppliers.models.suppliers import (
    Certificate,
    Supplier,
    SupplierGroup,
    SupplierGroupMembership,
    SupplierPart,
    SupplierTier,
)
from suppliers.models.tokens import ApiToken
from suppliers.models.users import Membership, MembershipLimit, SupplierContact, User
from suppliers.models.warranty import FieldPopulation, WarrantyReturn

__all__ = [
    "ApiToken",
    "Certificate",
    "DefectCode",
    "Delivery",
    "Dispute",
    "DisputeStep",
    "Evidence",
    "FieldPopulation",
    "ImportBatch",
    "ImportMapping",
    "ImportRow",
    "Membership",
    "MembershipLimit",
    "Part",
    "PartUnit",
    "Plant",
    "ProductionCount",
    "Reject",
    "RejectVerdict",
    "Supplier",
    "SupplierContact",
    "SupplierGroup",
    "SupplierGroupMembership",
    "SupplierPart",
    "SupplierTier",
    "Tier",
    "User",
    "WarrantyReturn",
    "WarrantyVerdict",
]
