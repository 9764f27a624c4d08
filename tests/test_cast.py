"""The cast and the factories themselves: they hold what other tests rely on."""

import socket
from typing import Any

import pytest
from factory.django import DjangoModelFactory

from suppliers.models import Delivery, Reject, Supplier, User
from tests import factories
from tests.factories import DeliveryFactory, RejectFactory
from tests.network import NetworkOffError

NEEDS_OWNER = {factories.TargetFactory, factories.MembershipLimitFactory}
FACTORIES = [
    found
    for found in vars(factories).values()
    if isinstance(found, type)
    and issubclass(found, DjangoModelFactory)
    and found is not DjangoModelFactory
    and found not in NEEDS_OWNER
]


@pytest.mark.django_db
@pytest.mark.parametrize("make", FACTORIES, ids=lambda found: found.__name__)
def test_every_factory_makes_two_valid_rows(make: Any) -> None:
    one, _other = make(), make()
    assert type(one).objects.filter(pk=one.pk).exists()


def test_members_see_only_their_own_supplier(
    member_a: User, member_b: User, supplier_a: Supplier, supplier_b: Supplier
) -> None:
    DeliveryFactory(supplier=supplier_a)
    RejectFactory(supplier=supplier_a)
    assert list(Supplier.objects.visible_to(member_a)) == [supplier_a]
    assert list(Supplier.objects.visible_to(member_b)) == [supplier_b]
    assert not Delivery.objects.visible_to(member_b).exists()
    assert not Reject.objects.visible_to(member_b).exists()


def test_stranger_sees_nothing_and_insiders_everything(
    stranger: User, sqe: User, auditor: User, supplier_a: Supplier
) -> None:
    assert not Supplier.objects.visible_to(stranger).exists()
    for insider in (sqe, auditor):
        assert list(Supplier.objects.visible_to(insider)) == [supplier_a]


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.com", 80)])
def test_network_off_refuses_other_machines(address: tuple[str, int]) -> None:
    with socket.socket() as sock, pytest.raises(NetworkOffError):
        sock.connect(address)
    with pytest.raises(NetworkOffError):
        socket.getaddrinfo(*address)
