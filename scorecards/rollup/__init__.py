"""Rolls facts up to counts per month: drains stale keys, rebuilds, verifies."""

from scorecards.rollup.drain import drain
from scorecards.rollup.rebuild import Difference, rebuild, verify

__all__ = ["Difference", "drain", "rebuild", "verify"]
