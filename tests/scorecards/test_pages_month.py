"""The suppliers of a month's end: score, scorecard and sign-off, found, ordered, exported."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from scorecards.models import Scorecard, SignOffStep
from scorecards.queries.sign_off import Standing, standing, stands_since
from scorecards.services.publication import publish_month, restate
from scorecards.services.sign_off import answer, reply
from scorecards.sign_off_steps import SignOff
from suppliers.enums import Role
from suppliers.models import Supplier, User
from tests.cast import person
from tests.factories import SupplierFactory
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up

NOW = datetime(2025, 11, 10, 9, 30, tzinfo=UTC)
ADDRESS = "/months/2025-10/"
STATEMENT = "We count only one piece here."


def codes(html: str) -> list[str]:
    return re.findall(r'<span class="code">([^<]+)</span>', html)


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"{ADDRESS}?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def publish(*suppliers: Supplier) -> None:
    wanted = Supplier.objects.filter(pk__in=[one.pk for one in suppliers])
    publish_month(month=OCTOBER, by=None, at=NOW, suppliers=wanted)


def card(supplier: Supplier) -> Scorecard:
    found: Scorecard = Scorecard.objects.newest().get(supplier=supplier)
    return found


def step(supplier: Supplier, action: SignOff, *, by: User, days: int = 1) -> None:
    scorecard = card(supplier)
    answer(
        scorecard,
        action=action,
        name="Ida Vance",
        sha256=scorecard.sha256,
        by=by,
        at=NOW + timedelta(days=days),
        statement=STATEMENT if action is SignOff.QUERIED else "",
    )


def pass_on(supplier: Supplier, *, days: int) -> None:
    scorecard = card(supplier)
    SignOffStep.objects.create(
        scorecard=scorecard,
        action=SignOff.PASSED_ON.value,
        at=NOW + timedelta(days=days),
        sha256=scorecard.sha256,
    )


def stands(supplier: Supplier) -> tuple[str, datetime | None]:
    rows = Scorecard.objects.newest().filter(supplier=supplier)
    [found] = rows.annotate(standing=standing(), since=stands_since())
    return found.standing, found.since


@pytest.fixture
def four(supplier_a: Supplier, supplier_b: Supplier) -> dict[str, Supplier]:
    """A signed with grade A, B can be signed by nobody, C queried in tier 2, D is unpublished."""
    third = SupplierFactory(code="CHARLIE-1", name="Charlie Tubes", in_tier=2)
    fourth = SupplierFactory(code="DELTA-2", name="Delta Rings", in_tier=1)
    for one in (supplier_a, supplier_b, third, fourth):
        deliver(one, 100_000)
    decide(third, 50)
    roll_up()
    signer, asker = (person(Role.SUPPLIER_MEMBER, one) for one in (supplier_a, third))
    publish(supplier_a, supplier_b, third)
    step(supplier_a, SignOff.ACKNOWLEDGED, by=signer)
    step(third, SignOff.QUERIED, by=asker)
    return {"a": supplier_a, "b": supplier_b, "c": third, "d": fourth}


def test_sign_off_waits_is_passed_on_and_waits_again_after_an_answer(
    supplier_a: Supplier, member_a: User, sqe: User
) -> None:
    deliver(supplier_a, 1_000)
    roll_up()
    publish(supplier_a)
    assert stands(supplier_a) == (Standing.WAITING.value, NOW)

    pass_on(supplier_a, days=20)
    assert stands(supplier_a) == (Standing.PASSED_ON.value, NOW + timedelta(days=20))

    step(supplier_a, SignOff.QUERIED, by=member_a, days=21)
    assert stands(supplier_a) == (Standing.QUERIED.value, NOW + timedelta(days=21))

    reply(card(supplier_a), text=STATEMENT, by=sqe, at=NOW + timedelta(days=22))
    assert stands(supplier_a) == (Standing.WAITING.value, NOW + timedelta(days=22))

    step(supplier_a, SignOff.ACKNOWLEDGED, by=member_a, days=23)
    assert stands(supplier_a) == (Standing.SIGNED.value, NOW + timedelta(days=23))


def test_scorecard_says_where_its_sign_off_stands_and_offers_one_query(
    supplier_a: Supplier, member_a: User, sqe: User, member_a_client: Client
) -> None:
    def section() -> str:
        html: str = member_a_client.get("/suppliers/ALFA-4711/2025-10/").content.decode()
        return html.split('id="sign-off"')[1].split("</section>", maxsplit=1)[0]

    deliver(supplier_a, 1_000)
    roll_up()
    publish(supplier_a)
    assert "Waits for a signature" in section()
    assert 'value="query"' in section()

    step(supplier_a, SignOff.QUERIED, by=member_a)
    assert "Queried, waits for an answer" in section()
    reply(card(supplier_a), text=STATEMENT, by=sqe, at=NOW + timedelta(days=2))
    assert "Waits for a signature" in section()
    assert 'value="query"' not in section()
    assert 'value="sign"' in section()

    decide(supplier_a, 1)
    roll_up()
    restate(supplier=supplier_a, month=OCTOBER, reason="Booked late by us.", by=None, at=NOW)
    older = member_a_client.get("/suppliers/ALFA-4711/2025-10/?version=1").content.decode()
    assert "Superseded before it was signed." in older


def test_what_is_passed_on_after_the_answer_of_a_query_stays_so(
    supplier_a: Supplier, member_a: User, sqe: User
) -> None:
    deliver(supplier_a, 1_000)
    roll_up()
    publish(supplier_a)
    step(supplier_a, SignOff.QUERIED, by=member_a)
    reply(card(supplier_a), text=STATEMENT, by=sqe, at=NOW + timedelta(days=2))
    pass_on(supplier_a, days=25)

    assert stands(supplier_a) == (Standing.PASSED_ON.value, NOW + timedelta(days=25))


def test_nobody_can_sign_and_not_asked_are_told_apart(supplier_a: Supplier) -> None:
    deliver(supplier_a, 1_000)
    roll_up()
    publish(supplier_a)
    assert stands(supplier_a) == (Standing.NOBODY.value, None)

    member = person(Role.SUPPLIER_MEMBER, supplier_a)
    assert stands(supplier_a) == (Standing.NOT_ASKED.value, None)

    member.is_active = False
    member.save()
    assert stands(supplier_a) == (Standing.NOBODY.value, None)


def test_a_new_version_begins_its_own_sign_off(
    four: dict[str, Supplier], sqe_client: Client
) -> None:
    decide(four["a"], 1)
    roll_up()
    restate(supplier=four["a"], month=OCTOBER, reason="Booked late by us.", by=None, at=NOW)

    assert stands(four["a"])[0] == Standing.WAITING.value
    html = page(sqe_client, "sign_off=waiting")
    assert codes(html) == ["ALFA-4711"]
    assert "Restated" in html


def test_rows_say_score_sign_off_and_version(four: dict[str, Supplier], sqe_client: Client) -> None:
    html = page(sqe_client)

    assert codes(html) == ["ALFA-4711", "BRAVO-0815", "CHARLIE-1", "DELTA-2"]
    rows = html.split("<tbody>")[1].split("</tr>")
    for row, said in zip(
        rows,
        ("Signed", "Nobody can sign", "Queried, waits for an answer", "not published"),
        strict=False,
    ):
        assert said in row
    assert 'class="grade">' in rows[0]
    assert 'class="grade is-preliminary"' in rows[3]
    assert str(card(four["c"]).score) in rows[2]
    assert 'href="/suppliers/CHARLIE-1/2025-10/#sign-off"' in rows[2]
    assert "3 of 4 suppliers" in html


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("sign_off=signed", ["ALFA-4711"]),
        ("sign_off=nobody", ["BRAVO-0815"]),
        ("sign_off=queried", ["CHARLIE-1"]),
        ("sign_off=unpublished", ["DELTA-2"]),
        ("sign_off=passed_on", []),
        ("sign_off=nonsense", ["ALFA-4711", "BRAVO-0815", "CHARLIE-1", "DELTA-2"]),
        ("q=tubes", ["CHARLIE-1"]),
        ("q=delta-2", ["DELTA-2"]),
        ("grade=C", ["CHARLIE-1"]),
        ("order=-score", ["ALFA-4711", "BRAVO-0815", "DELTA-2", "CHARLIE-1"]),
        ("order=sign_off", ["CHARLIE-1", "BRAVO-0815", "ALFA-4711", "DELTA-2"]),
        ("order=version", ["ALFA-4711", "BRAVO-0815", "CHARLIE-1", "DELTA-2"]),
        ("order=-code", ["DELTA-2", "CHARLIE-1", "BRAVO-0815", "ALFA-4711"]),
        ("order=level", ["ALFA-4711", "BRAVO-0815", "CHARLIE-1", "DELTA-2"]),
    ],
)
def test_filters_and_orders(
    four: dict[str, Supplier], sqe_client: Client, query: str, expected: list[str]
) -> None:
    assert codes(page(sqe_client, query)) == expected


def test_tier_is_that_of_the_month(four: dict[str, Supplier], sqe_client: Client) -> None:
    tier = four["c"].tiers.get().tier

    html = page(sqe_client, f"tier={tier.pk}")

    assert codes(html) == ["CHARLIE-1"]
    assert tier.name in html.split("<tbody>")[1]


def test_nothing_that_matches_says_so_and_clears(
    four: dict[str, Supplier], sqe_client: Client
) -> None:
    html = page(sqe_client, "q=zulu")

    assert "No supplier matches" in html
    assert f'href="{ADDRESS}"' in html
    assert "3 of 4 suppliers" in html


def test_export_has_what_the_list_has(four: dict[str, Supplier], sqe_client: Client) -> None:
    answer = sqe_client.get(f"{ADDRESS}scorecards.xlsx?order=sign_off&sign_off=queried")
    [header, *rows] = load_workbook(BytesIO(answer.content)).active.values

    [row] = [dict(zip(header, row, strict=True)) for row in rows]
    found = card(four["c"])
    assert (row["Code"], row["Version"], row["Grade"]) == ("CHARLIE-1", 1, "C")
    assert row["Score"] == float(found.score or 0)
    assert (row["Sign-off"], row["Since"]) == ("Queried, waits for an answer", "2025-11-11")

    lines = b"".join(sqe_client.get(f"{ADDRESS}scorecards.csv")).decode().splitlines()
    assert len(lines) == 5
    assert "DELTA-2" in lines[4]
    assert "Not published" in lines[4]


def test_pages_of_the_list_keep_the_filter(
    four: dict[str, Supplier], sqe_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scorecards.views.month.PAGE_SIZE", 2)

    html = page(sqe_client, "order=-code")

    assert codes(html) == ["DELTA-2", "CHARLIE-1"]
    assert "?order=-code&amp;page=2" in html
    assert codes(page(sqe_client, "order=-code&page=2")) == ["BRAVO-0815", "ALFA-4711"]


@pytest.mark.parametrize("query", ["", "sign_off=waiting", "grade=A", "order=score"])
def test_queries_do_not_grow(supplier_a: Supplier, sqe_client: Client, query: str) -> None:
    person(Role.SUPPLIER_MEMBER, supplier_a)
    deliver(supplier_a, 100_000)
    roll_up()
    publish(supplier_a)
    page(sqe_client, query)
    with CaptureQueriesContext(connection) as one:
        assert len(codes(page(sqe_client, query))) == 1
    more = [SupplierFactory(in_tier=1) for _ in range(4)]
    for supplier in more:
        person(Role.SUPPLIER_MEMBER, supplier)
        deliver(supplier, 100_000)
    roll_up()
    publish(*more)
    with CaptureQueriesContext(connection) as many:
        assert len(codes(page(sqe_client, query))) == 5

    assert len(one) == len(many)
