"""Pages speak the person's language; what programs read speaks the same to everybody."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from suppliers.models import User
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up
from tests.suppliers.services.records import dispute_of

pytestmark = pytest.mark.django_db


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_files_and_api_stay_the_same_for_a_german(member_a_client: Client, member_a: User) -> None:
    supplier = member_a.memberships.get().supplier
    assert supplier is not None
    deliver(supplier, 10_000)
    reject = decide(supplier, 3)
    roll_up()
    dispute_of(reject, member_a, claimed=2)
    rows = f"{supplier.get_absolute_url()}figures/external_ppm/{OCTOBER}/rejects.csv"
    paths = [reverse("disputes_export"), reverse("eight_ds_export"), rows]
    paths += [reverse("shippings_export", args=["csv"]), "/api/v1/rejects/"]
    english = [body(member_a_client.get(path)) for path in paths]
    assert not any(answer.startswith(b"\n<!doctype") for answer in english)
    page = member_a_client.get(reverse("disputes")).content
    User.objects.filter(pk=member_a.pk).update(language="de")
    assert [body(member_a_client.get(path)) for path in paths] == english
    assert member_a_client.get(reverse("disputes")).content != page
    assert "Einsprüche" in member_a_client.get(reverse("disputes")).content.decode()
