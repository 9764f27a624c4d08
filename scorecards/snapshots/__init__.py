"""Frozen scorecards: an overview as JSON, its hash, and what differs between two of them."""

from scorecards.codec import canonical, sha256
from scorecards.snapshots.differences import Difference, differences
from scorecards.snapshots.envelope import FORMAT, Envelope, open_snapshot, seal

__all__ = [
    "FORMAT",
    "Difference",
    "Envelope",
    "canonical",
    "differences",
    "open_snapshot",
    "seal",
    "sha256",
]
