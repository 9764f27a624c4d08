"""Locking a record before anything is decided about it; every decision begins here.

One lock, always taken first: decisions on one record wait for each other, so numbers follow
each other without gaps and nobody decides on what has just changed.
"""

from typing import TypeVar

from suppliers.models import Reject, RejectVerdict, WarrantyReturn, WarrantyVerdict

Record = Reject | WarrantyReturn
Locked = TypeVar("Locked", bound=Reject | WarrantyReturn)


class ConflictError(Exception):
    """What was asked for contradicts what happened meanwhile; `message` says it to people."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def locked(record: Locked) -> Locked:
    """Return the record as it stands now, locked until the transaction ends."""
    found: Locked = type(record).objects.select_for_update(of=("self",)).get(pk=record.pk)
    return found


def newest_reject_verdict(reject: Reject) -> RejectVerdict | None:
    """Return the verdict in force; None while nobody has decided."""
    found: RejectVerdict | None = reject.verdicts.order_by("-number").first()
    return found


def newest_warranty_verdict(returned: WarrantyReturn) -> WarrantyVerdict | None:
    """Return the verdict in force; None while nobody has decided."""
    found: WarrantyVerdict | None = returned.verdicts.order_by("-number").first()
    return found
