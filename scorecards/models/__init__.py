"""Counting policy, targets, the roll-up and its views."""

from scorecards.models.policy import CountingPolicy
from scorecards.models.rollup import (
    PartMonth,
    RollupRun,
    StaleKey,
    SupplierMonth,
    WarrantyMonth,
)
from scorecards.models.target import Target
from scorecards.models.views import (
    CountedDelivery,
    CountedReject,
    CountedReturn,
    FieldMonth,
    TierMonth,
)

__all__ = [
    "CountedDelivery",
    "CountedReject",
    "CountedReturn",
    "CountingPolicy",
    "FieldMonth",
    "PartMonth",
    "RollupRun",
    "StaleKey",
    "SupplierMonth",
    "Target",
    "TierMonth",
    "WarrantyMonth",
]
