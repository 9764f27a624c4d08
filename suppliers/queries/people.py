"""Who acts for a supplier and who answers for it at the customer."""

from collections.abc import Sequence
from dataclasses import dataclass

from suppliers.enums import SUPPLIER_ROLES, Responsibility
from suppliers.models import Membership, Supplier, SupplierContact, User


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody of the supplier; `memberships` are the roles, each a row."""

    user: User
    memberships: Sequence[Membership]

    @property
    def is_next_contact(self) -> bool:
        """Whether it is told when nobody reacts."""
        return any(one.is_next_contact for one in self.memberships)


def people_of(supplier: Supplier) -> list[Person]:
    """Return the supplier's people who can log in, by name."""
    rows = Membership.objects.filter(
        supplier=supplier, role__in=sorted(SUPPLIER_ROLES), user__is_active=True
    ).select_related("user")
    found: dict[int, list[Membership]] = {}
    for row in rows.order_by("user__name", "user__email", "pk"):
        found.setdefault(row.user_id, []).append(row)
    return [Person(user=own[0].user, memberships=own) for own in found.values()]


def answering_for(supplier: Supplier) -> list[SupplierContact]:
    """Return the customer's people who answer for the supplier, quality first."""
    rows = SupplierContact.objects.filter(
        supplier=supplier, responsibility__in=Responsibility.values, user__is_active=True
    )
    return list(rows.select_related("user").order_by("-responsibility", "is_deputy", "pk"))
