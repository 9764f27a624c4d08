"""Counting policy, targets, the roll-up and its views, published scorecards."""

from scorecards.models.agreement import TargetAgreement
from scorecards.models.baseline import Baseline, BaselinePoint, ChartSignal
from scorecards.models.document import ScorecardDocument
from scorecards.models.policy import CountingPolicy
from scorecards.models.publication import PublicationRequest
from scorecards.models.rollup import (
    LateMark,
    PartMonth,
    RollupRun,
    StaleKey,
    SupplierMonth,
    WarrantyMonth,
)
from scorecards.models.scheme import ScoringScheme
from scorecards.models.scorecard import Scorecard
from scorecards.models.sign_off import SignOffStep
from scorecards.models.target import Target
from scorecards.models.views import (
    ADDS,
    CountedDelivery,
    CountedReject,
    CountedReturn,
    FieldMonth,
    GroupMonth,
    TierMonth,
)
from scorecards.models.work import WorkState

__all__ = [
    "ADDS",
    "Baseline",
    "BaselinePoint",
    "ChartSignal",
    "CountedDelivery",
    "CountedReject",
    "CountedReturn",
    "CountingPolicy",
    "FieldMonth",
    "GroupMonth",
    "LateMark",
    "PartMonth",
    "PublicationRequest",
    "RollupRun",
    "Scorecard",
    "ScorecardDocument",
    "ScoringScheme",
    "SignOffStep",
    "StaleKey",
    "SupplierMonth",
    "Target",
    "TargetAgreement",
    "TierMonth",
    "WarrantyMonth",
    "WorkState",
]
