"""Targets: dated, one after the other, acknowledged by their supplier, in pages and API."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client

from scorecards.metrics import Metric
from scorecards.models import Target, TargetAgreement
from scorecards.queries.overview import supplier_overview
from scorecards.queries.target_list import targets_visible_to
from scorecards.services.publication import publish_month
from scorecards.services.targets import (
    Owner,
    TargetError,
    acknowledge_target,
    agree_target,
    set_target,
)
from suppliers.models import Supplier, Tier, User
from tests.factories import SupplierPartFactory, TargetFactory
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up

NOW = datetime(2025, 11, 10, 9, 30, tzinfo=UTC)
FIRST = date(2025, 10, 1)


def external(owner: Owner, ppm: str, first_day: date, by: User) -> Target:
    return set_target(
        owner=owner,
        metric=Metric.EXTERNAL_PPM,
        target_ppm=Decimal(ppm),
        first_day=first_day,
        by=by,
    )


def test_new_target_ends_the_one_that_held(supplier_a: Supplier, sqe: User) -> None:
    owner = Owner(supplier=supplier_a)
    first = external(owner, "40", date(2025, 1, 1), sqe)
    second = external(owner, "20", FIRST, sqe)
    between = external(owner, "30", date(2025, 6, 1), sqe)

    for row in (first, second, between):
        row.refresh_from_db()
    assert [(row.during.lower, row.during.upper) for row in (first, between, second)] == [
        (date(2025, 1, 1), date(2025, 6, 1)),
        (date(2025, 6, 1), FIRST),
        (FIRST, None),
    ]


def test_same_target_again_changes_nothing_and_another_on_that_day_is_refused(
    supplier_a: Supplier, sqe: User
) -> None:
    owner = Owner(supplier=supplier_a)
    target = external(owner, "20", FIRST, sqe)

    assert external(owner, "20", FIRST, sqe) == target
    with pytest.raises(TargetError, match="Another target of 20 PPM begins on 2025-10-01"):
        external(owner, "15", FIRST, sqe)
    assert Target.objects.filter(supplier=supplier_a).count() == 1


def test_suppliers_own_target_goes_before_its_tiers(supplier_a: Supplier, sqe: User) -> None:
    deliver(supplier_a, 1_000)
    roll_up()
    before = supplier_overview(supplier=supplier_a, month=OCTOBER).external
    external(Owner(supplier=supplier_a), "12", FIRST, sqe)
    after = supplier_overview(supplier=supplier_a, month=OCTOBER).external

    assert (before.target_ppm, before.target_from) == (Decimal(25), "tier")
    assert (after.target_ppm, after.target_from) == (Decimal(12), "supplier")


def test_published_month_keeps_its_target(supplier_a: Supplier, sqe: User) -> None:
    deliver(supplier_a, 1_000)
    roll_up()
    publish_month(month=OCTOBER, by=None, at=NOW)
    sha256 = supplier_a.scorecards.get().sha256

    external(Owner(supplier=supplier_a), "12", FIRST, sqe)

    assert supplier_a.scorecards.get().sha256 == sha256


def test_supplier_acknowledges_its_target_once(
    supplier_a: Supplier, member_a: User, member_b: User, sqe: User
) -> None:
    target = external(Owner(supplier=supplier_a), "12", FIRST, sqe)
    for somebody in (member_b, sqe):
        with pytest.raises(TargetError):
            acknowledge_target(target=target, name="Somebody", by=somebody, at=NOW)
    with pytest.raises(TargetError, match="Write your name"):
        acknowledge_target(target=target, name=" ", by=member_a, at=NOW)

    first = acknowledge_target(target=target, name="Ida Vance", by=member_a, at=NOW)
    again = acknowledge_target(target=target, name="Somebody Else", by=member_a, at=NOW)

    assert first == again
    assert (first.name, first.target_ppm) == ("Ida Vance", Decimal(12))
    with (
        pytest.raises(DatabaseError, match="Cannot update or delete"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE scorecards_targetagreement SET name = 'Somebody Else'")


def test_what_acknowledging_says_is_german_to_a_german_reader(
    supplier_a: Supplier, member_a: User, sqe: User, client: Client
) -> None:
    target = external(Owner(supplier=supplier_a), "12", FIRST, sqe)
    User.objects.filter(pk=member_a.pk).update(language="de")
    client.force_login(member_a)
    answer = client.post(f"/targets/{target.pk}/acknowledge/", {"name": "Ida Vance"}, follow=True)
    assert "Bestätigt." in answer.content.decode()


def test_targets_of_tiers_are_nobodys_to_acknowledge(supplier_a: Supplier, member_a: User) -> None:
    with pytest.raises(TargetError):
        acknowledge_target(
            target=Target.objects.get(tier__level=1), name="Ida", by=member_a, at=NOW
        )


def test_supplier_sees_its_own_its_tiers_and_nothing_else(
    supplier_a: Supplier, supplier_b: Supplier, member_a: User
) -> None:
    own = TargetFactory(supplier=supplier_a)
    part = TargetFactory(supplier_part=SupplierPartFactory(supplier=supplier_a))
    TargetFactory(supplier=supplier_b)
    TargetFactory(supplier_part=SupplierPartFactory(supplier=supplier_b))

    seen = set(targets_visible_to(member_a))

    assert seen == {own, part, Target.objects.get(tier__level=1)}


def test_target_is_set_on_the_page(
    supplier_a: Supplier, sqe_client: Client, member_a_client: Client
) -> None:
    part = SupplierPartFactory(supplier=supplier_a)
    given = {
        "supplier": "ALFA-4711",
        "part": part.part.number,
        "metric": "external_ppm",
        "target_ppm": "7.5",
        "first_day": "2025-10-01",
    }

    sqe_client.post("/targets/new/", given)

    target = Target.objects.get(supplier_part=part)
    assert target.target_ppm == Decimal("7.5")
    page = member_a_client.get("/suppliers/ALFA-4711/targets/").text
    assert "7.5" in page
    member_a_client.post(f"/targets/{target.pk}/acknowledge/", {"name": "Ida Vance"})
    assert TargetAgreement.objects.get().name == "Ida Vance"
    assert "Ida Vance" in sqe_client.get("/targets/?supplier=ALFA-4711").text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"supplier": ""}, "Name a tier, or the code of a supplier."),
        ({"supplier": "NOBODY"}, "There is no supplier with this code."),
        ({"part": "NOTHING"}, "has no part with this number"),
        ({"target_ppm": "-1"}, "greater than or equal to 0"),
        ({"first_day": "soon"}, "Enter a valid date"),
        ({"metric": "speed"}, "Select a valid choice"),
    ],
)
def test_bad_target_is_told_where_and_kept(
    supplier_a: Supplier, sqe_client: Client, change: dict[str, str], said: str
) -> None:
    given = {
        "supplier": "ALFA-4711",
        "metric": "external_ppm",
        "target_ppm": "77",
        "first_day": "2025-10-01",
    } | change

    answer = sqe_client.post("/targets/new/", given)

    assert answer.status_code == 422
    assert said in answer.text
    if "target_ppm" not in change:
        assert 'value="77"' in answer.text
    assert not Target.objects.filter(supplier=supplier_a).exists()


def test_targets_through_the_api(
    supplier_a: Supplier, sqe_client: Client, member_b_client: Client
) -> None:
    given = {
        "supplier": "ALFA-4711",
        "metric": "external_ppm",
        "target_ppm": "12.5",
        "first_day": "2025-10-01",
    }
    address = "/api/v1/targets/"

    made = sqe_client.post(address, given, content_type="application/json")
    again = sqe_client.post(address, given, content_type="application/json")
    other = sqe_client.post(address, given | {"target_ppm": "9"}, content_type="application/json")
    both = sqe_client.post(address, given | {"tier": 1}, content_type="application/json")

    assert (made.status_code, again.status_code) == (201, 200)
    assert (other.status_code, both.status_code) == (409, 400)
    found = made.json()
    assert found | {"id": 0} == {
        "id": 0,
        "tier": None,
        "supplier": "ALFA-4711",
        "part": None,
        "metric": "external_ppm",
        "target_ppm": "12.5",
        "first_day": "2025-10-01",
        "last_day_before": None,
        "acknowledged_by": None,
        "acknowledged_at": None,
    }
    on_the_day = sqe_client.get(f"{address}?supplier=ALFA-4711&on=2025-10-15").json()
    assert [row["id"] for row in on_the_day["results"]] == [found["id"]]
    assert sqe_client.get(f"{address}?supplier=ALFA-4711&on=2025-09-30").json()["results"] == []
    assert member_b_client.get(f"{address}{found['id']}/").status_code == 404


def test_targets_of_a_supplier_through_the_api_are_also_those_of_its_parts(
    supplier_a: Supplier, supplier_b: Supplier, sqe_client: Client, member_b_client: Client
) -> None:
    part = SupplierPartFactory(supplier=supplier_a, part__number="4711")
    TargetFactory(supplier_part=part)
    TargetFactory(supplier=supplier_b)
    address = "/api/v1/targets/?supplier="

    [row] = sqe_client.get(f"{address}ALFA-4711").json()["results"]
    assert (row["supplier"], row["part"]) == ("ALFA-4711", "4711")
    unknown = sqe_client.get(f"{address}NOBODY")
    foreign = member_b_client.get(f"{address}ALFA-4711")
    assert (unknown.status_code, foreign.status_code) == (400, 400)
    assert unknown.json()["error"]["fields"] == {"supplier": ["No supplier with this code."]}
    assert foreign.json() == unknown.json()


def test_target_is_new_to_the_one_who_set_it(supplier_a: Supplier, sqe: User) -> None:
    asked: dict[str, Any] = {
        "owner": Owner(supplier=supplier_a),
        "metric": Metric.EXTERNAL_PPM,
        "target_ppm": Decimal(20),
        "first_day": FIRST,
        "by": sqe,
    }
    assert [agree_target(**asked)[1] for _ in range(2)] == [True, False]


def test_tier_targets_are_set_by_those_who_see_every_supplier(
    supplier_a: Supplier, sqe_client: Client
) -> None:
    tier = Tier.objects.get(level=1)
    given = {
        "tier": tier.pk,
        "metric": "external_ppm",
        "target_ppm": "20",
        "first_day": "2026-01-01",
    }

    sqe_client.post("/targets/new/", given)

    assert Target.objects.filter(tier=tier).count() == 2


def test_target_of_a_part_is_compared_with_the_parts_own_figure(
    supplier_a: Supplier, sqe_client: Client
) -> None:
    part, other = SupplierPartFactory.create_batch(2, supplier=supplier_a)
    for one in (part, other):
        deliver(supplier_a, 100_000, part=one.part)
    decide(supplier_a, 2, part=part.part)
    roll_up()
    TargetFactory(supplier_part=part, target_ppm=12)
    figure = f"/suppliers/ALFA-4711/figures/external_ppm/{OCTOBER}/?part="

    def text(address: str) -> str:
        return " ".join(sqe_client.get(address).content.decode().split())

    own = text(f"{figure}{part.part.number}")
    assert "<dt>Target</dt><dd>12 " in own
    assert "not kept" in own
    assert "<dt>Target</dt>" not in text(f"{figure}{other.part.number}")
    for address in ("/suppliers/ALFA-4711/", f"/parts/{part.part.number}/"):
        assert text(f"{address}?month={OCTOBER}").count('<span class="sub">target 12</span>') == 1
    asked = f"metric=external_ppm&scope=supplier&supplier=ALFA-4711&month={OCTOBER}"
    found = sqe_client.get(f"/api/v1/arithmetic/?{asked}&scope=part&part={part.part.number}").json()
    assert (found["target_ppm"], found["value"]) == ("12", "20.000000")
