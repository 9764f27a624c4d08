import pytest

from escalations.enums import Audience
from escalations.queries.recipients import recipients
from suppliers.enums import Responsibility, Role
from suppliers.models import Supplier, User
from tests.factories import (
    DeliveryFactory,
    MembershipFactory,
    MembershipLimitFactory,
    PlantFactory,
    SupplierContactFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def told(supplier: Supplier, audience: Audience) -> set[User]:
    return set(recipients([supplier.pk]).get((supplier.pk, audience), []))


def member_of(role: Role, **fields: object) -> User:
    user: User = UserFactory(**fields)
    MembershipFactory(user=user, role=role)
    return user


def test_contacts_and_deputies_are_told_instead_of_the_whole_role(supplier_a: Supplier) -> None:
    buyer, deputy = member_of(Role.BUYER), member_of(Role.BUYER)
    member_of(Role.BUYER)
    for user, is_deputy in ((buyer, False), (deputy, True)):
        SupplierContactFactory(
            supplier=supplier_a,
            user=user,
            responsibility=Responsibility.BUYER,
            is_deputy=is_deputy,
        )
    assert told(supplier_a, Audience.PURCHASING) == {buyer, deputy}


def test_without_contact_the_role_is_told_as_far_as_it_may_see(
    supplier_a: Supplier, supplier_b: Supplier
) -> None:
    free, other, at_plant = (member_of(Role.BUYER) for _ in range(3))
    plant = PlantFactory()
    MembershipLimitFactory(membership=other.memberships.get(), supplier=supplier_b)
    MembershipLimitFactory(membership=at_plant.memberships.get(), plant=plant)
    assert told(supplier_a, Audience.PURCHASING) == {free}
    DeliveryFactory(supplier=supplier_a, plant=plant)
    assert told(supplier_a, Audience.PURCHASING) == {free, at_plant}
    assert told(supplier_b, Audience.PURCHASING) == {free, other}


def test_contact_who_left_is_replaced_by_the_role(supplier_a: Supplier, buyer: User) -> None:
    gone = member_of(Role.BUYER, is_active=False)
    SupplierContactFactory(supplier=supplier_a, user=gone, responsibility=Responsibility.BUYER)
    assert told(supplier_a, Audience.PURCHASING) == {buyer}


def test_outsider_named_as_contact_gets_no_insiders_mail(
    supplier_a: Supplier, member_a: User, stranger: User
) -> None:
    for user, responsibility in (
        (member_a, Responsibility.BUYER),
        (stranger, Responsibility.SQE),
    ):
        SupplierContactFactory(supplier=supplier_a, user=user, responsibility=responsibility)
    assert told(supplier_a, Audience.PURCHASING) == set()
    assert told(supplier_a, Audience.QUALITY) == set()


def test_suppliers_people_are_told_of_their_own_supplier_once(
    supplier_a: Supplier, member_a: User, admin_a: User, member_b: User
) -> None:
    MembershipFactory(user=member_a, role=Role.SUPPLIER_ADMIN, supplier=supplier_a)
    assert told(supplier_a, Audience.SUPPLIER) == {member_a, admin_a}
    people = recipients([supplier_a.pk])[supplier_a.pk, Audience.SUPPLIER]
    assert len(people) == 2
