"""Archives suppliers; they are never deleted, because their facts stay readable."""

from collections.abc import Collection
from datetime import datetime

import pghistory

from suppliers.models import Supplier, User


def archive_suppliers(*, suppliers: Collection[Supplier], by: User, at: datetime) -> int:
    """Take suppliers out of the lists; return how many were still active."""
    with pghistory.context(user=by.pk):
        return Supplier.objects.filter(pk__in=_keys(suppliers), archived_at__isnull=True).update(
            archived_at=at
        )


def restore_suppliers(*, suppliers: Collection[Supplier], by: User) -> int:
    """Put archived suppliers back into the lists; return how many were archived."""
    with pghistory.context(user=by.pk):
        return Supplier.objects.filter(pk__in=_keys(suppliers), archived_at__isnull=False).update(
            archived_at=None
        )


def _keys(suppliers: Collection[Supplier]) -> list[int]:
    return [supplier.pk for supplier in suppliers]
