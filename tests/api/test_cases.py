"""Published scorecards and escalations through the API."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from escalations.models import Episode
from escalations.services.evaluation import evaluate
from scorecards.models import Scorecard
from scorecards.periods import Month
from scorecards.rollup import drain
from scorecards.services.publication import publish_month, restate
from scorecards.snapshots import sha256
from suppliers.models import Part, Plant, Reject, Supplier, User
from tests.api.conftest import AT, LATER, Get, month_of
from tests.factories import RejectVerdictFactory, SupplierFactory


def test_scorecard_is_written_with_what_was_frozen(
    get: Get, facts: None, sqe_client: Client, supplier_a: Supplier
) -> None:
    scorecard = Scorecard.objects.get(supplier=supplier_a)
    row = get(sqe_client, f"scorecards/{scorecard.pk}/")
    assert (row["supplier"], row["month"], row["version"]) == ("ALFA-4711", "2026-03", 1)
    assert sha256(row["snapshot"]) == row["sha256"] == scorecard.sha256


def test_list_of_scorecards_leaves_the_snapshots_out(
    get: Get, facts: None, sqe_client: Client
) -> None:
    rows = get(sqe_client, "scorecards/", month="2026-03")["results"]
    assert {row["supplier"] for row in rows} == {"ALFA-4711", "BRAVO-0815"}
    assert all("snapshot" not in row for row in rows)


def test_versions_in_force_and_replaced_are_told_apart(
    get: Get, facts: None, sqe_client: Client, sqe: User, supplier_a: Supplier
) -> None:
    reject = Reject.objects.get(supplier=supplier_a)
    RejectVerdictFactory(reject=reject, number=2, supplier_qty=1)
    drain(at=LATER)
    reason = "Two pieces were sound after all."
    restate(supplier=supplier_a, month=Month(2026, 3), by=sqe, at=LATER, reason=reason)
    versions = {}
    for in_force in ("true", "false"):
        query = {"supplier": "ALFA-4711", "in_force": in_force}
        rows = get(sqe_client, "scorecards/", **query)["results"]
        versions[in_force] = [(row["version"], row["reason"]) for row in rows]
    assert versions == {"true": [(2, reason)], "false": [(1, "")]}


def test_episode_is_written_with_hits_steps_and_demand(
    get: Get, facts: None, sqe_client: Client, supplier_a: Supplier
) -> None:
    rows = get(sqe_client, "episodes/", supplier="ALFA-4711")["results"]
    assert [row["level"] for row in rows] == ["8d", "cs1"]
    assert rows[0]["hits"] == [
        {
            "month": "2026-03",
            "breaching": True,
            "numerator": "3",
            "denominator": "20000",
            "provisional": "0",
            "ppm": "150",
            "comparator": "above",
            "threshold_ppm": "50",
        }
    ]
    assert [step["action"] for step in rows[0]["steps"]] == ["raise"]
    assert rows[0]["eight_d"]["requested_on"] == "2026-04-14"
    assert rows[0]["controlled_shipping"] is None
    assert rows[1]["controlled_shipping"]["level"] == "cs1"
    assert get(sqe_client, f"episodes/{rows[0]['number']}/") == rows[0]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ({"level": "cs1"}, 2),
        ({"open": "true"}, 4),
        ({"open": "false"}, 0),
        ({"state": "closed"}, 0),
        ({"metric": "warranty_ppm"}, 0),
        ({"month": "2026-03"}, 4),
        ({"month": "2026-02"}, 0),
    ],
)
def test_filters_narrow_the_episodes(
    get: Get, facts: None, sqe_client: Client, query: dict[str, str], rows: int
) -> None:
    assert len(get(sqe_client, "episodes/", **query)["results"]) == rows


@pytest.mark.parametrize("name", ["scorecards", "episodes"])
def test_member_gets_only_its_own(
    get: Get, facts: None, member_b_client: Client, supplier_a: Supplier, name: str
) -> None:
    answer = get(member_b_client, f"{name}/")
    assert {row["supplier"] for row in answer["results"]} == {"BRAVO-0815"}
    foreign = (
        Scorecard.objects.get(supplier=supplier_a).pk
        if name == "scorecards"
        else Episode.objects.filter(supplier=supplier_a)[0].number
    )
    assert get(member_b_client, f"{name}/{foreign}/", status=404) == get(
        member_b_client, f"{name}/999999/", status=404
    )


@pytest.mark.parametrize("name", ["scorecards", "episodes"])
def test_lists_cost_the_same_queries_for_one_and_three_suppliers(
    get: Get,
    sqe_client: Client,
    plant: Plant,
    part_a: Part,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    name: str,
) -> None:
    counts = []
    for more in (1, 2):
        for _ in range(more):
            month_of(SupplierFactory(), plant, part_a, rejected=5)
        drain(at=AT)
        publish_month(month=Month.of(date(2026, 3, 1)), by=None, at=LATER)
        evaluate(at=LATER, today=LATER.date())
        with django_assert_max_num_queries(20) as queries:
            assert get(sqe_client, f"{name}/")["results"]
        counts.append(len(queries))
    assert counts[0] == counts[1]
