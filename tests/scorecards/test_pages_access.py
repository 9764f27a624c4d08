"""Who may open which page, and that no page of a supplier knows of its neighbour."""

import re
from decimal import Decimal

import pytest
from django.test import Client

from scorecards.periods import Month
from suppliers.enums import Role
from suppliers.models import Supplier, User
from tests.conftest import LogIn
from tests.factories import (
    CertificateFactory,
    DefectCodeFactory,
    MembershipFactory,
    PartFactory,
    PlantFactory,
    SupplierGroupMembershipFactory,
    UserFactory,
    WarrantyReturnFactory,
)
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up

OEM_LISTS = [
    "/suppliers/",
    "/suppliers.csv",
    "/suppliers.xlsx",
    "/tiers/",
    "/plants/",
    "/plants/SECRET-WORKS/",
    "/parts/",
    "/parts/SECRET-PART/",
]
# What belongs to the neighbour alone; none of it may reach anybody who acts for A.
SECRETS = [
    "BRAVO-0815",
    "Bravo Springs",
    "SECRET-WORKS",
    "SECRET-PART",
    "SECRET-DEFECT",
    "SECRET-COMPLAINT",
    "SECRET-DOCUMENT",
    "SECRET-CLAIM",
    "SECRET-GROUP",
    "SECRET-CERTIFICATE",
    "77,777",
    "777,777",
    "4,321",
]


@pytest.fixture
def neighbours(supplier_a: Supplier, supplier_b: Supplier) -> dict[str, int]:
    """A is small and good, B large and bad; returns the ids of B's records."""
    plant, part = PlantFactory(code="SHARED-WORKS"), PartFactory(number="SHARED-PART")
    deliver(supplier_a, 1_000, plant=plant, part=part)
    decide(supplier_a, 1, plant=plant, part=part)
    secret_plant, secret_part = PlantFactory(code="SECRET-WORKS"), PartFactory(number="SECRET-PART")
    delivery = deliver(
        supplier_b, 777_777, plant=secret_plant, part=secret_part, document="SECRET-DOCUMENT"
    )
    deliver(supplier_b, 77_777, plant=plant, part=part)
    reject = decide(
        supplier_b,
        4_321,
        plant=secret_plant,
        part=secret_part,
        complaint="SECRET-COMPLAINT",
        defect_code=DefectCodeFactory(code="SECRET-DEFECT"),
    )
    decide(supplier_b, 4_321, OCTOBER.plus(1), plant=plant, part=part)
    returned = WarrantyReturnFactory(
        supplier=supplier_b,
        part=secret_part,
        claim="SECRET-CLAIM",
        received_on=OCTOBER.first_day,
        quantity=Decimal(4_321),
    )
    CertificateFactory(supplier=supplier_b, number="SECRET-CERTIFICATE")
    SupplierGroupMembershipFactory(supplier=supplier_b, group__name="SECRET-GROUP")
    roll_up()
    return {"rejects": reject.pk, "deliveries": delivery.pk, "returns": returned.pk}


FIGURE = f"figures/external_ppm/{OCTOBER}/"


def own_addresses(code: str) -> list[str]:
    return [
        f"/suppliers/{code}/",
        f"/suppliers/{code}/?month={OCTOBER}&rows=deliveries",
        f"/suppliers/{code}/?rows=returns",
        f"/suppliers/{code}/{FIGURE}?window=12",
        f"/suppliers/{code}/{FIGURE}?window=ytd&rows=deliveries",
        f"/suppliers/{code}/figures/warranty_ppm/{OCTOBER}/?rows=in-field",
        f"/suppliers/{code}/{FIGURE}rejects.csv?window=12",
        f"/suppliers/{code}/{FIGURE}deliveries.csv?window=12",
        f"/suppliers/{code}/figures/warranty_ppm/{OCTOBER}/returns.csv",
    ]


def without_token(response: object) -> str:
    """The page without its CSRF token, which differs every time."""
    return re.sub(r"[A-Za-z0-9]{64}", "", body(response))


def body(response: object) -> str:
    streamed = getattr(response, "streaming_content", None)
    content: bytes = b"".join(streamed) if streamed else response.content  # type: ignore[attr-defined]
    return content.decode()


@pytest.mark.usefixtures("neighbours")
@pytest.mark.parametrize("role", ["member_a", "admin_a"])
def test_pages_of_a_supplier_say_nothing_about_its_neighbour(
    request: pytest.FixtureRequest, log_in: LogIn, role: str
) -> None:
    client = log_in(request.getfixturevalue(role))
    for address in ["/our-quality/", *own_addresses("ALFA-4711")]:
        response = client.get(address)
        assert response.status_code == 200, address
        text = body(response)
        assert [secret for secret in SECRETS if secret in text] == [], address


@pytest.mark.usefixtures("neighbours")
def test_foreign_supplier_looks_like_an_absent_one(
    member_b_client: Client, stranger_client: Client
) -> None:
    for address in own_addresses("ALFA-4711"):
        absent = address.replace("ALFA-4711", "NOBODY")
        for client in (member_b_client, stranger_client):
            foreign, missing = client.get(address), client.get(absent)
            assert foreign.status_code == missing.status_code == 404
            assert without_token(foreign) == without_token(missing)


@pytest.mark.parametrize("kind", ["rejects", "deliveries", "returns"])
def test_foreign_record_is_not_found(
    member_a_client: Client,
    member_b_client: Client,
    sqe_client: Client,
    stranger_client: Client,
    neighbours: dict[str, int],
    kind: str,
) -> None:
    address = f"/{kind}/{neighbours[kind]}/"
    assert sqe_client.get(address).status_code == 200
    assert member_b_client.get(address).status_code == 200
    assert member_a_client.get(address).status_code == 404
    assert stranger_client.get(address).status_code == 404
    assert sqe_client.get(f"/{kind}/999999/").status_code == 404


@pytest.mark.usefixtures("neighbours")
def test_lists_of_the_oem_do_not_exist_for_suppliers_and_strangers(
    member_a_client: Client,
    member_b_client: Client,
    stranger_client: Client,
    sqe_client: Client,
) -> None:
    for address in OEM_LISTS:
        assert sqe_client.get(address).status_code == 200, address
        for client in (member_a_client, member_b_client, stranger_client):
            assert client.get(address).status_code == 404, address


@pytest.mark.usefixtures("neighbours")
def test_every_role_of_the_oem_reads_all_pages(
    request: pytest.FixtureRequest, log_in: LogIn
) -> None:
    for role in ("sqe", "quality_manager", "buyer", "auditor", "administrator"):
        client = log_in(request.getfixturevalue(role))
        for address in [*OEM_LISTS, *own_addresses("BRAVO-0815")[:4]]:
            assert client.get(address).status_code == 200, (role, address)


@pytest.mark.django_db
def test_without_login_every_page_asks_for_it(client: Client) -> None:
    for address in ["/", "/our-quality/", "/rejects/1/", *OEM_LISTS]:
        response = client.get(address)
        assert response.status_code == 302, address
        assert response["Location"].startswith("/accounts/login/")


@pytest.mark.django_db
def test_reading_pages_refuse_to_be_posted_to(sqe_client: Client) -> None:
    for address in ["/", "/our-quality/", *OEM_LISTS]:
        assert sqe_client.post(address).status_code == 405, address


# -- landing -------------------------------------------------------------------


def test_home_sends_everybody_to_their_page(
    sqe_client: Client,
    buyer_client: Client,
    auditor_client: Client,
    member_a_client: Client,
    stranger_client: Client,
) -> None:
    assert sqe_client.get("/")["Location"] == "/today/"
    assert buyer_client.get("/")["Location"] == "/my-suppliers/"
    assert auditor_client.get("/")["Location"] == "/suppliers/"
    assert member_a_client.get("/")["Location"] == "/our-quality/"
    response = stranger_client.get("/")
    assert response.status_code == 200
    assert "No access yet" in response.content.decode()


def test_our_quality_is_nothing_for_people_without_a_supplier(
    sqe_client: Client, stranger_client: Client
) -> None:
    assert sqe_client.get("/our-quality/").status_code == 404
    assert stranger_client.get("/our-quality/").status_code == 404


@pytest.mark.usefixtures("neighbours")
def test_member_of_two_suppliers_chooses(
    log_in: LogIn, supplier_a: Supplier, supplier_b: Supplier
) -> None:
    user: User = UserFactory()
    for supplier in (supplier_a, supplier_b):
        MembershipFactory(user=user, role=Role.SUPPLIER_MEMBER, supplier=supplier)
    client = log_in(user)
    first = client.get("/our-quality/").content.decode()
    assert "ALFA-4711" in first
    assert "?supplier=BRAVO-0815" in first
    second = client.get(f"/our-quality/?supplier=BRAVO-0815&month={OCTOBER}")
    assert "SECRET-COMPLAINT" in second.content.decode()
    assert client.get("/our-quality/?supplier=NOBODY").status_code == 404


@pytest.mark.usefixtures("neighbours")
def test_own_months_come_from_own_facts_only(member_a_client: Client) -> None:
    months = member_a_client.get("/our-quality/").context["months"]
    assert months == [Month(2025, 10)]
