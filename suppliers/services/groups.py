"""Merges supplier groups from a day on; what was before stays as it was."""

from datetime import date

import pghistory
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from suppliers.models import SupplierGroup, SupplierGroupMembership, User


class MergeIntoItselfError(ValueError):
    """A group cannot be merged into itself."""


@transaction.atomic
def merge_groups(*, group: SupplierGroup, into: SupplierGroup, on: date, by: User) -> int:
    """Let the suppliers of `group` belong to `into` from the day `on`; return how many moved.

    Earlier months keep the group they had. A membership that begins later begins in `into`.

    Raises:
        MergeIntoItselfError: when both are the same group.
    """
    if group == into:
        raise MergeIntoItselfError
    with pghistory.context(user=by.pk):
        rows = SupplierGroupMembership.objects.select_for_update().filter(
            Q(during__endswith__gt=on) | Q(during__endswith__isnull=True), group=group
        )
        moved = list(rows.order_by("pk"))
        for membership in moved:
            _move(membership, into=into, on=on)
    return len({membership.supplier_id for membership in moved})


def _move(membership: SupplierGroupMembership, *, into: SupplierGroup, on: date) -> None:
    since, until = membership.during.lower, membership.during.upper
    if since is not None and since >= on:
        membership.group = into
        membership.save(update_fields=["group"])
        return
    membership.during = DateRange(since, on)
    membership.save(update_fields=["during"])
    SupplierGroupMembership.objects.create(
        supplier_id=membership.supplier_id, group=into, during=DateRange(on, until)
    )
