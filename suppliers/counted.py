"""What a record or a published line counts now; the app above, which counts, knows it.

It may not be imported from here: it registers a `Counter` when it starts. What may be disputed, how
far an answer goes, and what a figure is without the disputed are all measured by it.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from suppliers.published_lines import PublishedLine

if TYPE_CHECKING:
    from suppliers.models import Reject, WarrantyReturn

ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What a record counts against its supplier.

    `as_a_whole`: by its defect code it counts all of `quantity` or nothing, one per incident,
    whatever the pieces.
    """

    quantity: Decimal
    as_a_whole: bool

    def disputed(self, claimed_qty: Decimal) -> Decimal:
        """Return how much of it no longer counts where `claimed_qty` pieces do not count."""
        if claimed_qty <= 0:
            return ZERO
        return self.quantity if self.as_a_whole else min(claimed_qty, self.quantity)


class Counter(Protocol):
    """What decisions ask the app that counts."""

    def counted(self, record: "Reject | WarrantyReturn") -> Counted:
        """Return what a record counts now."""

    def counted_line(self, line: PublishedLine, *, supplier_id: int, at: datetime) -> Decimal:
        """Return what the records count now that the line's version in force at `at` was of."""


_counters: list[Counter] = []


def register(counter: Counter) -> None:
    """Have `counter` asked."""
    _counters[:] = [counter]


def counter() -> Counter:
    """Return who counts."""
    return _counters[0]
