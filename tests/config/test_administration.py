from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from suppliers.enums import Role
from tests.cast import person
from tests.factories import SupplierFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> Client:
    client = Client()
    client.force_login(person(Role.ADMINISTRATOR, is_staff=True))
    return client


def shortcut(kind: ContentType, key: Any) -> str:
    return f"/admin/r/{kind.pk}/{key}/"


def test_view_on_site_opens_the_page_of_a_supplier(administrator: Client) -> None:
    supplier: Any = SupplierFactory(code="ACME-01")
    kind = ContentType.objects.get_for_model(supplier)
    response: Any = administrator.get(shortcut(kind, supplier.pk))
    assert response.status_code == 302
    assert response.headers["Location"] == "/suppliers/ACME-01/"


def test_view_on_site_finds_nothing_for_any_other_kind(administrator: Client) -> None:
    for kind in ContentType.objects.all():
        for key in ("1", "x", "9" * 40):
            if (kind.model, key) != ("supplier", "1"):
                assert administrator.get(shortcut(kind, key)).status_code == 404, kind
    assert administrator.get("/admin/r/999999/1/").status_code == 404
