"""Who answers for a supplier on the OEM's side, and what the supplier is certified for."""

from collections.abc import Sequence

from suppliers.models import Certificate, Supplier, SupplierContact


def contacts_of(supplier: Supplier) -> Sequence[SupplierContact]:
    """Return SQE and buyer with their deputies, principals first."""
    rows = SupplierContact.objects.filter(supplier=supplier).select_related("user")
    return list(rows.order_by("responsibility", "is_deputy", "user__name", "pk"))


def certificates_of(supplier: Supplier) -> Sequence[Certificate]:
    """Return the supplier's certificates, the first to end first."""
    rows = Certificate.objects.filter(supplier=supplier)
    return list(rows.order_by("expires_on", "standard", "pk"))
