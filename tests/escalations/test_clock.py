"""Times by the reader's clock, with its name."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from escalations.models import EightD, MailPreference
from escalations.templatetags.clock import when, when_short
from suppliers.models import Supplier, User
from tests.escalations.facts import evaluated, external

pytestmark = pytest.mark.django_db
WINTER = datetime(2026, 11, 12, 8, tzinfo=UTC)


def test_time_is_written_with_the_name_of_its_zone() -> None:
    assert when(WINTER, "Europe/Berlin") == "2026-11-12 09:00 CET"
    assert when_short(WINTER, "Asia/Kolkata") == "2026-11-12 13:30 IST"
    assert when(WINTER, "UTC") == "2026-11-12 08:00 UTC"
    assert when(None, "UTC") == ""


def test_history_is_read_by_the_own_clock(
    client: Client, supplier_a: Supplier, sqe: User, member_a: User
) -> None:
    Supplier.objects.filter(pk=supplier_a.pk).update(time_zone="Europe/Berlin")
    MailPreference.objects.create(user=sqe, time_zone="Asia/Tokyo")
    external(supplier_a, counted=7, received=100_000)
    evaluated(at=WINTER)
    case = EightD.objects.get().episode
    for user, said in ((member_a, "09:00 CET"), (sqe, "17:00 JST")):
        client.force_login(user)
        assert said in client.get(case.get_absolute_url()).content.decode()


def test_supplier_finds_its_8ds_and_controlled_shipping_in_the_menu(
    client: Client, member_a: User, sqe: User
) -> None:
    for user, there in ((member_a, True), (sqe, False)):
        client.force_login(user)
        menu = client.get(reverse("escalations")).content.decode().partition("</nav>")[0]
        for name in ("eight_ds", "shippings"):
            assert (f'href="{reverse(name)}"' in menu) is there
