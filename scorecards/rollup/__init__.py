"""Rolls facts up to counts per month: drains stale keys, rebuilds, verifies."""

from scorecards.rollup.drain import drain
from scorecards.rollup.rebuild import rebuild
from scorecards.rollup.verify import Difference, verify

__all__ = ["Difference", "drain", "rebuild", "verify"]
