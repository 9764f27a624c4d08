"""Every page a supplier may open, in German: nothing of the product's own words stays English."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.urls import reverse

from suppliers.models import User
from tests.access.reading import text_of
from tests.access.table import ADDRESSES, Address
from tests.access.world import World
from tests.escalations.translated import missing

__all__ = ["missing"]  # a fixture

pytestmark = pytest.mark.django_db

ROLE = "admin_a"
PAGES = [one for one in ADDRESSES if ROLE in one.open_to and not one.is_api]
# What is wrong in it is said in the language of whoever sent it.
WRONG = urlencode(
    {
        **dict.fromkeys(("comment", "reason", "name", "statement", "text", "claimed_qty"), ""),
        **dict.fromkeys(("until", "claimed_qty", "supplier_qty", "quiet_from", "zone"), "?"),
        "action": "queried",
        "pasted": "day;part;plant\n2031-01-01;X;Y\n",
    }
)


@pytest.mark.parametrize("address", PAGES, ids=lambda address: address.name)
def test_supplier_reads_and_errs_in_german(
    world: World, address: Address, missing: set[str]
) -> None:
    with transaction.atomic():
        User.objects.filter(memberships__role="supplier_admin").update(language="de")
        path = reverse(address.name, kwargs=address.of(world.a))
        client: Any = world.clients[ROLE]
        text_of(client.get(path, QUERY_STRING=address.query))
        text_of(client.get(path, QUERY_STRING="page=9&state=open&q=%00&month=2026-03&rows=rejects"))
        if "POST" in address.methods:
            answer = client.generic(
                "POST", path, WRONG, content_type="application/x-www-form-urlencoded"
            )
            text_of(answer)
        transaction.set_rollback(True)
    assert missing == set()
