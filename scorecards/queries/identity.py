"""Who a scorecard is about, as written at that moment: supplier, tier, certificates."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class SupplierFacts:
    """Who the supplier is, as written at that moment."""

    code: str
    name: str
    country: str


@dataclass(frozen=True, kw_only=True)
class TierFacts:
    """The tier the supplier was in at the end of the month."""

    level: int
    name: str


@dataclass(frozen=True, kw_only=True)
class CertificateFacts:
    """A certificate and the day it ends."""

    standard: str
    number: str
    expires_on: date
    mandatory: bool

    def expired(self, on: date) -> bool:
        """Return whether it no longer held on that day."""
        return self.expires_on < on
