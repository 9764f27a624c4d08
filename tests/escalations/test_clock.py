"""Times by the reader's clock, with its name."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from escalations.models import EightD, MailPreference, Message
from suppliers.models import Supplier, User
from tests.escalations.facts import evaluated, external
from tests.factories import ImportBatchFactory

pytestmark = pytest.mark.django_db
WINTER = datetime(2026, 11, 12, 8, tzinfo=UTC)


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


def test_mails_and_imports_are_read_by_the_own_clock(
    client: Client, supplier_a: Supplier, sqe: User
) -> None:
    MailPreference.objects.create(user=sqe, time_zone="Asia/Tokyo")
    external(supplier_a, counted=7, received=100_000)
    evaluated(at=WINTER)
    Message.objects.update(created_at=WINTER)
    batch = ImportBatchFactory(uploaded_at=WINTER, uploaded_by=sqe)
    client.force_login(sqe)
    message = Message.objects.latest("pk")
    for address in (
        reverse("messages"),
        reverse("message", args=[message.pk]),
        reverse("imports"),
        reverse("import_batch", args=[batch.pk]),
    ):
        assert "17:00 JST" in client.get(address).content.decode(), address


def test_supplier_finds_its_8ds_and_controlled_shipping_in_the_menu(
    client: Client, member_a: User, sqe: User
) -> None:
    for user, there in ((member_a, True), (sqe, False)):
        client.force_login(user)
        menu = client.get(reverse("escalations")).content.decode().partition("</nav>")[0]
        for name in ("eight_ds", "shippings"):
            assert (f'href="{reverse(name)}"' in menu) is there
