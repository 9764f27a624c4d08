"""Frozen scorecards: an overview as JSON, its hash, and what differs between two of them."""

from scorecards.codec import canonical, sha256
from scorecards.snapshots.differences import (
    Aspect,
    Changes,
    Difference,
    ValueChange,
    changes,
    stored_changes,
)
from scorecards.snapshots.envelope import FORMAT, Envelope, open_snapshot, seal

__all__ = [
    "FORMAT",
    "Aspect",
    "Changes",
    "Difference",
    "Envelope",
    "ValueChange",
    "canonical",
    "changes",
    "open_snapshot",
    "seal",
    "sha256",
    "stored_changes",
]
