"""Naming who of a supplier is told when nobody reacts."""

from collections.abc import Collection

import pghistory
from django.db import transaction

from suppliers.enums import SUPPLIER_ROLES
from suppliers.models import Membership, Supplier, User


@transaction.atomic
def choose_next_contacts(*, supplier: Supplier, user_ids: Collection[int], by: User) -> int:
    """Name the people who are told when nobody of the supplier reacts; return how many changed.

    People who do not act for the supplier are left out: nobody outside learns of its cases.
    With nobody named, the supplier's administrators are told.
    """
    changed = 0
    with pghistory.context(user=by.pk):
        rows = Membership.objects.select_for_update().filter(
            supplier=supplier, role__in=sorted(SUPPLIER_ROLES), user__is_active=True
        )
        for row in rows.order_by("pk"):
            wanted = row.user_id in user_ids
            if row.is_next_contact != wanted:
                row.is_next_contact = wanted
                row.save(update_fields=["is_next_contact"])
                changed += 1
    return changed
