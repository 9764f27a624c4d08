"""Facts of a supplier in few words, for tests of pages."""

from datetime import UTC, datetime
from typing import Any

from scorecards.periods import Month
from scorecards.rollup import drain
from suppliers.models import Delivery, Reject, Supplier
from tests.factories import DeliveryFactory, RejectFactory, RejectVerdictFactory

OCTOBER = Month(2025, 10)


def deliver(supplier: Supplier, quantity: int, month: Month = OCTOBER, **fields: Any) -> Delivery:
    """Receive pieces on the first of a month."""
    delivery: Delivery = DeliveryFactory(
        supplier=supplier, received_on=month.first_day, quantity=quantity, **fields
    )
    return delivery


def decide(supplier: Supplier, quantity: int, month: Month = OCTOBER, **fields: Any) -> Reject:
    """Reject pieces and decide that all are the supplier's."""
    reject = suspect(supplier, quantity, month, **fields)
    RejectVerdictFactory(reject=reject)
    return reject


def suspect(supplier: Supplier, quantity: int, month: Month = OCTOBER, **fields: Any) -> Reject:
    """Reject pieces that nobody decides."""
    reject: Reject = RejectFactory(
        supplier=supplier, detected_on=month.first_day, suspect_qty=quantity, **fields
    )
    return reject


def roll_up() -> None:
    """Bring the figures up to the facts."""
    drain(at=datetime(2025, 11, 2, tzinfo=UTC))
