"""A supplier beside its peers: anonymous, and the same nothing whatever is missing."""

from typing import Any

import pytest
from django.test import Client

from suppliers.models import Supplier
from tests.factories import SupplierFactory, SupplierGroupFactory, SupplierGroupMembershipFactory
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up

pytestmark = pytest.mark.django_db
API = f"/api/v1/peers/ALFA-4711/?metric=external_ppm&month={OCTOBER}"
BAR = "Quartiles are shown where at least five comparable suppliers of three groups"


def peers_with(*rejected: int, in_tier: int = 1) -> list[Supplier]:
    found: list[Supplier] = []
    for number, pieces in enumerate(rejected):
        one = SupplierFactory(code=f"SECRET-{number}", name=f"Hidden {number}", in_tier=in_tier)
        deliver(one, 100_000)
        decide(one, pieces)
        found.append(one)
    return found


def asked(client: Client) -> Any:
    answer = client.get(API)
    assert answer.status_code == 200
    return answer.json()


@pytest.fixture
def own(supplier_a: Supplier) -> Supplier:
    deliver(supplier_a, 100_000)
    decide(supplier_a, 4)
    return supplier_a


def test_quartiles_and_own_quarter_without_any_name(own: Supplier, member_a_client: Client) -> None:
    peers_with(1, 2, 3, 6, 9)
    roll_up()

    page = member_a_client.get(f"/our-quality/?month={OCTOBER}").content.decode()
    answer = asked(member_a_client)

    assert "a quarter of the suppliers is at 20 or below, half at 50 or below" in page
    assert "This supplier is near the middle" in page
    assert "SECRET" not in page
    assert "Hidden" not in page
    assert answer["quartiles"] == {"lower": "20", "median": "50", "upper": "100"}
    assert (answer["own_ppm"], answer["quarter"]) == ("40.000000", "middle")
    assert "SECRET" not in str(answer)


def test_too_few_too_few_groups_and_none_look_the_same(
    own: Supplier, member_a_client: Client
) -> None:
    roll_up()
    alone = asked(member_a_client)
    peers = peers_with(1, 2, 3, 5)
    roll_up()
    few = asked(member_a_client)
    peers += [SupplierFactory(code="SECRET-9", in_tier=1)]
    deliver(peers[-1], 100_000)
    group, another = SupplierGroupFactory(), SupplierGroupFactory()
    for number, one in enumerate(peers):
        SupplierGroupMembershipFactory(supplier=one, group=group if number % 2 else another)
    roll_up()
    two_groups = asked(member_a_client)

    assert alone == few == two_groups
    assert alone["quartiles"] is None
    page = member_a_client.get(f"/our-quality/?month={OCTOBER}").content.decode()
    assert BAR in page


def test_own_group_other_tiers_and_the_inactive_are_no_peers(
    own: Supplier, member_a_client: Client
) -> None:
    peers = peers_with(1, 2, 3, 5)
    peers_in_tier_2 = SupplierFactory(code="SECRET-T2", in_tier=2)
    deliver(peers_in_tier_2, 100_000)
    SupplierFactory(code="SECRET-IDLE", in_tier=1)
    sister = SupplierFactory(code="SECRET-SISTER", in_tier=1)
    deliver(sister, 100_000)
    group = SupplierGroupFactory()
    for one in (own, sister):
        SupplierGroupMembershipFactory(supplier=one, group=group)
    roll_up()
    assert asked(member_a_client)["quartiles"] is None

    deliver(peers[0], 0 + 1)
    fifth = SupplierFactory(code="SECRET-5", in_tier=1)
    deliver(fifth, 100_000)
    decide(fifth, 9)
    roll_up()
    assert asked(member_a_client)["quartiles"]["median"] == "50"


def test_others_are_not_asked_about(own: Supplier, member_b_client: Client) -> None:
    assert member_b_client.get(API).status_code == 404


def test_running_month_gives_the_twelve_that_are_over(
    own: Supplier, member_a_client: Client
) -> None:
    roll_up()
    answer = member_a_client.get("/api/v1/peers/ALFA-4711/?metric=external_ppm&month=2199-12")
    assert answer.json()["month"] < "2199-12"


def test_comparing_says_the_quartiles_too(own: Supplier, sqe_client: Client) -> None:
    peers_with(1, 2, 3, 5, 9)
    roll_up()
    page = sqe_client.get(f"/compare/?month={OCTOBER}&window=month").content.decode()
    assert "A quarter of these suppliers is at" in page
