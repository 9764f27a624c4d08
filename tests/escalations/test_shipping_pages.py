"""The pages and the API of controlled shipping, as supplier, engineer and buyer use them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from escalations.models import ControlledShipping, Episode, ShippingLogEntry
from escalations.services.shipping_letters import send_entry_letter
from escalations.services.shipping_terms import confirm
from suppliers.models import Supplier, User
from tests.escalations.facts import evaluated, warranty
from tests.escalations.shippings import raised
from tests.factories import PartFactory, PlantFactory, SupplierFactory
from tests.scorecards.pdf.checker import Heard
from tests.scorecards.pdf.reading import Read

pytestmark = pytest.mark.django_db

HEADING = "Date;Part number;Plant;Inspected;Found;Shipments;Defect;Sorted by\n"


@pytest.fixture
def shipping(supplier_a: Supplier, sqe: User, member_a: User) -> ControlledShipping:
    """Confirmed, and entered three days ago by the clock."""
    now = timezone.now()
    part, plant = PartFactory(number="PN-1"), PlantFactory(code="W1")
    at = now - timedelta(days=3)
    found = raised(supplier_a, part=part, plant=plant, at=at, today=at.date())
    send_entry_letter(shipping=found, by=sqe, at=at)
    return confirm(shipping=found, name="Ms Weld", by=member_a, at=at)


def address(name: str, shipping: ControlledShipping, **more: str) -> str:
    return reverse(name, kwargs={"number": shipping.number, **more})


def on(shipping: ControlledShipping, number: int) -> str:
    return (shipping.entered_on + timedelta(days=number)).isoformat()


def test_supplier_logs_a_day_and_everybody_sees_the_progress(
    shipping: ControlledShipping, member_a_client: Client, buyer_client: Client, sqe_client: Client
) -> None:
    page = member_a_client.get(address("shipping_log", shipping)).content.decode()
    assert "PN-1" in page
    typed = {"day": on(shipping, 1), "sorted_by": "Shift B", "inspected_0": "120", "found_0": "1"}
    refused = member_a_client.post(address("shipping_log", shipping), typed)
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "does not say what" in text
    assert 'value="120"' in text
    done = member_a_client.post(
        address("shipping_log", shipping),
        {**typed, "defect_0": "Burr", "shipments_0": "2"},
        follow=True,
    )
    assert "1 row logged." in done.content.decode()
    for client in (sqe_client, buyer_client, member_a_client):
        text = client.get(address("shipping", shipping)).content.decode()
        assert "Counted since the find of" in text
        assert "0 of 20" in text
        assert "Shift B" in text
    assert "Log a day" not in buyer_client.get(address("shipping", shipping)).content.decode()


def test_nothing_typed_is_lost_and_empty_lines_say_nothing(
    shipping: ControlledShipping, member_a_client: Client
) -> None:
    where = address("shipping_log", shipping)
    empty = member_a_client.post(where, {"day": on(shipping, 1), "sorted_by": "Shift B"})
    assert "Fill in at least one line" in empty.content.decode()
    half = member_a_client.post(
        where, {"day": on(shipping, 1), "sorted_by": "Shift B", "shipments_0": "1"}
    )
    assert "How many were inspected?" in half.content.decode()
    assert not ShippingLogEntry.objects.exists()


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("{1};PN-1;W1;ten;0;1;;Shift A", ["Row 2", "ten", "This is not a number."]),
        ("{1};PN-2;W1;10;0;1;;Shift A", ["Row 2", "PN-2", "PN-1"]),
        ("{1};PN-1;W1;10;0;1;;", ["Row 2", "The value is missing."]),
        ("{1};PN-1;W1;10;1;1;;Shift A", ["Row 2", "does not say what"]),
        ("{1};PN-1;W1;10;0;1;;A\n{1};PN-1;W1;11;0;1;;A", ["Row 3", "Add the two up"]),
        ("{1};PN-1;W1;10;0;1;;A\n{9};PN-1;W1;11;0;1;;A", ["Row 3", "still to come"]),
        ("{1};PN-1;W1;1.5.1;-3;x;;A", ["1.5.1", "-3", "below 0", "Nothing was written"]),
        ("{1};PN-1;W9;1.5.1;3;1;;A", ["1.5.1", "W9", "The entry letter does not cover it"]),
    ],
)
def test_file_with_bad_rows_says_where_and_writes_nothing(
    shipping: ControlledShipping, member_a_client: Client, rows: str, says: list[str]
) -> None:
    text = HEADING + rows.replace("{1}", on(shipping, 1)).replace("{9}", on(shipping, 9))
    answer = member_a_client.post(address("shipping_log_file", shipping), {"pasted": text})
    assert answer.status_code == 422
    page = answer.content.decode()
    for one in says:
        assert one in page
    assert rows.split(";")[2] in page
    assert not ShippingLogEntry.objects.exists()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "Choose a file, or paste rows below."),
        ({"pasted": "Date;Part\n1;2"}, "No column was recognised for"),
        ({"pasted": HEADING}, "no row"),
        ({"pasted": "%PDF-1.7"}, "table"),
    ],
)
def test_file_that_is_none(
    shipping: ControlledShipping, member_a_client: Client, given: dict[str, str], says: str
) -> None:
    answer = member_a_client.post(address("shipping_log_file", shipping), given)
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_file_is_taken_once_and_comes_back_as_the_export(
    shipping: ControlledShipping, member_a_client: Client
) -> None:
    rows = "".join(f"{on(shipping, number)};PN-1;W1;1.250,0;0;1;;Shift A\n" for number in (0, 1, 2))
    where = address("shipping_log_file", shipping)
    done = member_a_client.post(where, {"pasted": HEADING + rows}, follow=True)
    assert "3 rows logged." in done.content.decode()
    again = member_a_client.post(where, {"pasted": HEADING + rows}, follow=True)
    assert "3 rows were in the log already." in again.content.decode()
    export: Any = member_a_client.get(address("shipping_log_export", shipping, form="csv"))
    lines = b"".join(export.streaming_content).decode().splitlines()
    assert len(lines) == 4
    assert f"{on(shipping, 0)},PN-1,W1,1250,0,1,,Shift A,1" in lines[1]


def test_letter_is_a_draft_until_it_is_sent(
    supplier_a: Supplier, sqe: User, sqe_client: Client, member_a_client: Client, heard: Heard
) -> None:
    found = raised(supplier_a)
    where = address("shipping_letter", found, kind="entry")
    draft = heard.add("entry-draft", sqe_client.get(where).content)
    assert "DRAFT" in Read(draft).text.upper()
    assert member_a_client.get(where).status_code == 404
    sqe_client.post(
        address("shipping_terms", found),
        {
            "lanes": [f"{one.part_id}-{one.plant_id}" for one in found.scopes.all()],
            "defect": "Burr at the bore",
            "reporting": "weekly",
            "exit_production_days": "7",
            "exit_shipments": "2",
        },
    )
    sqe_client.post(address("shipping_send", found))
    mine, theirs = sqe_client.get(where).content, member_a_client.get(where).content
    assert mine == theirs
    text = Read(heard.add("entry", mine)).text
    assert "DRAFT" not in text.upper()
    for one in ("Burr at the bore", "7 production days", "2 shipments", found.number):
        assert one in text
    answer = sqe_client.get(address("shipping_terms", found), follow=True)
    assert "fixed the terms" in answer.content.decode()
    page = member_a_client.post(address("shipping_confirm", found), {"name": ""})
    assert page.status_code == 422
    member_a_client.post(address("shipping_confirm", found), {"name": "Ms Weld"})
    found.refresh_from_db()
    assert found.confirmed_name == "Ms Weld"


def test_entry_by_hand_of_level_2_waits_for_the_manager_and_keeps_its_terms(
    supplier_a: Supplier,
    sqe_client: Client,
    member_a_client: Client,
    quality_manager: User,
    log_in: Callable[[User], Client],
) -> None:
    shipping = raised(supplier_a)
    scope = shipping.scopes.get()
    where = f"{reverse('shipping_new')}?supplier=alfa-4711"
    assert (
        "No supplier has this code"
        in sqe_client.get(f"{reverse('shipping_new')}?supplier=nobody").content.decode()
    )
    typed = {
        "level": "cs2",
        "metric": "external_ppm",
        "reason": "It goes on.",
        "lanes": f"{scope.part_id}-{scope.plant_id}",
        "defect": "Burr",
        "reporting": "daily",
        "exit_production_days": "30",
        "exit_shipments": "6",
    }
    refused = sqe_client.post(where, typed)
    assert "Level 2 needs the third party" in refused.content.decode()
    done = sqe_client.post(where, {**typed, "provider": "Sort & Co"}, follow=True)
    assert "waits for the decision" in done.content.decode()
    assert "Sort &amp; Co" in done.content.decode()
    assert not ControlledShipping.objects.filter(level="cs2").exists()
    case = Episode.objects.get(level="cs2")
    assert "Takes over once approved" in done.content.decode()
    assert f'href="{shipping.episode.get_absolute_url()}"' in done.content.decode()
    page = sqe_client.get(shipping.get_absolute_url()).content.decode()
    assert "Level 2 is proposed" in page
    assert f'href="{case.get_absolute_url()}"' in page
    theirs = member_a_client.get(shipping.get_absolute_url()).content.decode()
    assert case.number not in theirs
    again = sqe_client.post(where, {**typed, "provider": "Sort & Co"})
    assert f"Case {case.number}" in again.content.decode()
    deciding = reverse("decide_episode", args=[case.number])
    log_in(quality_manager).post(deciding, {"action": "approve"})
    harder = ControlledShipping.objects.get(level="cs2")
    assert harder.follows == shipping
    assert (harder.provider, harder.exit_production_days, harder.exit_shipments) == (
        "Sort & Co",
        30,
        6,
    )


def test_upgrade_keeps_the_subject_and_asks_for_neither(
    supplier_a: Supplier, sqe_client: Client
) -> None:
    warranty(supplier_a, returned=30, in_field=100_000)
    evaluated()
    milder = ControlledShipping.objects.get()
    where = f"{reverse('shipping_new')}?supplier={supplier_a.code}&follows={milder.number}"
    page = sqe_client.get(where).content.decode()
    assert "Upgrade to level 2" in page
    assert 'name="level"' not in page
    assert 'name="metric"' not in page
    typed = {
        "reason": "It goes on.",
        "lanes": [f"{one.part_id}-{one.plant_id or 0}" for one in milder.scopes.all()],
        "defect": "Leaks",
        "provider": "Sort & Co",
        "reporting": "daily",
        "exit_production_days": "20",
        "exit_shipments": "5",
    }
    assert sqe_client.post(where, typed).status_code == 302
    assert Episode.objects.get(level="cs2").metric == "warranty_ppm"


def test_queries_of_the_list_are_constant(sqe_client: Client, sqe: User) -> None:
    counts = []
    for suppliers in (1, 3):
        while Supplier.objects.count() < suppliers:
            raised(SupplierFactory())
        with CaptureQueriesContext(connection) as queries:
            assert sqe_client.get(reverse("shippings")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_list_filters_and_exports(
    shipping: ControlledShipping, sqe_client: Client, member_b_client: Client
) -> None:
    for query, shown in (
        ("", True),
        ("supplier=castings&part=pn-1&level=cs1", True),
        ("level=cs2", False),
        ("state=running", False),
        ("state=all", True),
        ("level=nonsense", True),
    ):
        text = sqe_client.get(f"{reverse('shippings')}?{query}").content.decode()
        assert (shipping.number in text) is shown, query
    export: Any = sqe_client.get(reverse("shippings_export", args=["csv"]))
    assert shipping.number in b"".join(export.streaming_content).decode()
    assert shipping.number not in member_b_client.get(reverse("shippings")).content.decode()


def test_api_reads_confirms_and_logs(
    supplier_a: Supplier,
    sqe: User,
    member_a_client: Client,
    log_in: Callable[[User], Client],
) -> None:
    now = timezone.now()
    part, plant = PartFactory(number="PN-1"), PlantFactory(code="W1")
    shipping = raised(supplier_a, part=part, plant=plant, today=now.date())
    where = reverse("api_shipping-detail", args=[shipping.number])
    answer = member_a_client.get(where).json()
    assert (answer["state"], answer["scopes"]) == ("entered", [{"part": "PN-1", "plant": "W1"}])
    assert [one["met"] for one in answer["exit"]["criteria"]] == [False, False, False]
    days: dict[str, Any] = {
        "days": [
            {
                "day": shipping.entered_on.isoformat(),
                "part": "PN-1",
                "plant": "W1",
                "inspected": "40",
                "found": 0,
                "shipments": 1,
                "sorted_by": "MES",
            }
        ]
    }
    log = reverse("api_shipping-log", args=[shipping.number])
    json: dict[str, Any] = {"content_type": "application/json"}
    assert member_a_client.post(log, days, **json).status_code == 409
    send_entry_letter(shipping=shipping, by=sqe, at=now)
    confirming = reverse("api_shipping-confirm", args=[shipping.number])
    assert (
        member_a_client.post(confirming, {"name": "Ms Weld"}, **json).json()["state"] == "confirmed"
    )
    assert member_a_client.post(confirming, {"name": "Ms Weld"}, **json).status_code == 409
    assert member_a_client.post(log, days, **json).status_code == 201
    assert member_a_client.post(log, days, **json).status_code == 200
    days["days"][0] |= {"found": 1, "part": "PN-9"}
    wrong = member_a_client.post(log, days, **json)
    assert wrong.status_code == 400
    assert "PN-9" not in wrong.content.decode()
    (entry,) = member_a_client.get(log).json()
    assert (entry["inspected"], entry["shipments"], entry["version"]) == ("40", 1, 1)
    listed = member_a_client.get(reverse("api_shipping-list"), {"open": "true", "level": "cs1"})
    assert [one["number"] for one in listed.json()["results"]] == [shipping.number]
    letter = member_a_client.get(reverse("api_shipping-letter", args=[shipping.number, "entry"]))
    assert letter.content.startswith(b"%PDF")
