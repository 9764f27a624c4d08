"""People and access of a supplier: who is named as the next contact, and by whom."""

import pytest
from django.test import Client
from django.urls import reverse

from escalations.enums import Audience
from escalations.queries.recipients import recipients
from suppliers.models import Membership, Supplier, User

pytestmark = pytest.mark.django_db


def named(supplier: Supplier) -> set[User]:
    rows = Membership.objects.filter(supplier=supplier, is_next_contact=True)
    return {row.user for row in rows.select_related("user")}


def test_administrator_and_engineer_name_the_next_contact(
    client: Client, supplier_a: Supplier, admin_a: User, member_a: User, member_b: User, sqe: User
) -> None:
    address = reverse("people", args=[supplier_a.code])
    client.force_login(admin_a)
    page = client.get(address).content.decode()
    assert member_a.email in page
    assert member_b.email not in page
    told = {"next_contact": [str(member_a.pk), str(member_b.pk), "x"]}
    assert client.post(address, told).status_code == 302
    assert named(supplier_a) == {member_a}
    assert recipients([supplier_a.pk])[supplier_a.pk, Audience.NEXT] == [member_a]
    client.force_login(sqe)
    assert "checked" in client.get(address).content.decode()
    client.post(address, {})
    assert named(supplier_a) == set()
    assert recipients([supplier_a.pk])[supplier_a.pk, Audience.NEXT] == [admin_a]


def test_others_read_or_see_nothing(
    client: Client, supplier_a: Supplier, member_a: User, member_b: User, buyer: User
) -> None:
    address = reverse("people", args=[supplier_a.code])
    for user, reads, writes in ((member_a, 200, 404), (buyer, 200, 403), (member_b, 404, 404)):
        client.force_login(user)
        found = client.get(address)
        assert found.status_code == reads
        assert b'type="checkbox"' not in found.content
        assert client.post(address, {"next_contact": str(member_a.pk)}).status_code == writes
    assert named(supplier_a) == set()
