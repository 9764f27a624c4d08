"""Who is told about a supplier."""

from collections import defaultdict
from collections.abc import Collection

from escalations.enums import Audience
from suppliers.enums import INTERNAL_ROLES, SUPPLIER_ROLES, Responsibility, Role
from suppliers.models import Membership, Supplier, SupplierContact, User

Recipients = dict[tuple[int, Audience], list[User]]

INSIDERS = {
    Audience.PURCHASING: (Responsibility.BUYER, Role.BUYER),
    Audience.QUALITY: (Responsibility.SQE, Role.SQE),
}


def recipients(supplier_ids: Collection[int]) -> Recipients:
    """Return the people to tell, by supplier and audience; no key where there is nobody.

    Purchasing and supplier quality: the supplier's contacts and deputies; without any,
    everybody of that role who may see the supplier. Quality manager: everybody of that role
    who may see it. Supplier: its members. Its next contact: those named so,
    else its administrators.
    """
    found = _members(supplier_ids)
    for supplier_id, people in _by_role(supplier_ids, Role.QUALITY_MANAGER).items():
        found[supplier_id, Audience.MANAGER] = people
    for audience, (responsibility, role) in INSIDERS.items():
        contacts = _contacts(supplier_ids, responsibility)
        without = [supplier_id for supplier_id in supplier_ids if supplier_id not in contacts]
        by_supplier = {**(_by_role(without, role) if without else {}), **contacts}
        for supplier_id, people in by_supplier.items():
            found[supplier_id, audience] = people
    return found


def _contacts(
    supplier_ids: Collection[int], responsibility: Responsibility
) -> dict[int, list[User]]:
    # An insider's mail never goes to somebody who is none, whatever the contact list says.
    insiders = Membership.objects.filter(role__in=sorted(INTERNAL_ROLES)).values("user")
    rows = (
        SupplierContact.objects.filter(
            supplier__in=supplier_ids,
            responsibility=responsibility,
            user__is_active=True,
            user__in=insiders,
        )
        .select_related("user")
        .order_by("is_deputy", "pk")
    )
    found = defaultdict(list)
    for row in rows:
        found[row.supplier_id].append(row.user)
    return found


def _by_role(supplier_ids: Collection[int], role: Role) -> dict[int, list[User]]:
    people = User.objects.filter(is_active=True, memberships__role=role)
    found = defaultdict(list)
    for user in people.distinct().order_by("pk"):
        visible = Supplier.objects.filter(pk__in=supplier_ids).visible_to(user)
        for supplier_id in visible.values_list("pk", flat=True):
            found[supplier_id].append(user)
    return found


def _members(supplier_ids: Collection[int]) -> Recipients:
    rows = Membership.objects.filter(
        supplier__in=supplier_ids, role__in=sorted(SUPPLIER_ROLES), user__is_active=True
    ).select_related("user")
    found: Recipients = {}
    admins: Recipients = {}
    for row in rows.order_by("pk"):
        if row.supplier_id is None:
            continue
        _add(found, row, Audience.SUPPLIER)
        if row.is_next_contact:
            _add(found, row, Audience.NEXT)
        if row.role == Role.SUPPLIER_ADMIN:
            _add(admins, row, Audience.NEXT)
    return admins | found


def _add(found: Recipients, row: Membership, audience: Audience) -> None:
    people = found.setdefault((row.supplier_id or 0, audience), [])
    if row.user not in people:
        people.append(row.user)
