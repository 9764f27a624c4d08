"""Locking a record before anything is decided about it; every decision begins here.

One lock, always taken first: decisions on one record wait for each other, so numbers follow
each other without gaps and nobody decides on what has just changed.
"""

from typing import TypeVar

from django.utils.translation import gettext as _

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


def version_of(reject: Reject) -> int:
    """Return how often a reject was changed since it was recorded."""
    version: int = Reject.objects.with_version().get(pk=reject.pk).version
    return version


def check_seen(record: Reject, seen: int | None) -> None:
    """Refuse a change of a locked reject by somebody who had another version before them.

    `seen` is how many changes that person saw (`with_version`); None: they do not say.

    Raises:
        ConflictError: somebody changed the record meanwhile.
    """
    if seen is None or seen == version_of(record):
        return
    raise ConflictError(
        _("Somebody has changed this record meanwhile. Look at what it says now, then send again.")
    )


def newest_reject_verdict(reject: Reject) -> RejectVerdict | None:
    """Return the verdict in force; None while nobody has decided."""
    found: RejectVerdict | None = reject.verdicts.order_by("-number").first()
    return found


def newest_warranty_verdict(returned: WarrantyReturn) -> WarrantyVerdict | None:
    """Return the verdict in force; None while nobody has decided."""
    found: WarrantyVerdict | None = returned.verdicts.order_by("-number").first()
    return found
