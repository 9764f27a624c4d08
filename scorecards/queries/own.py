"""The suppliers a user acts for."""

from collections.abc import Sequence

from suppliers.access import AnyUser, standing
from suppliers.models import Supplier


def own_suppliers(user: AnyUser) -> Sequence[Supplier]:
    """Return the suppliers whose member the user is, by code; none for the OEM's people."""
    return list(Supplier.objects.filter(pk__in=standing(user).supplier_ids).order_by("code"))
