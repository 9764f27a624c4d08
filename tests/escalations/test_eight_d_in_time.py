"""8D steps in time: the figure of the score opens, and its steps add up to it."""

import csv
from datetime import timedelta
from fractions import Fraction
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from escalations.eight_d_workflow import STEPS, Action
from escalations.models import EightD
from escalations.queries.eight_d_in_time import eight_d_in_time
from scorecards.periods import Month, Window
from scorecards.responsiveness import owed_steps
from suppliers.enums import Role
from suppliers.models import Supplier, User
from tests.escalations.facts import AT, evaluated, external
from tests.escalations.test_eight_d import decide, hand_in
from tests.factories import (
    MembershipFactory,
    MembershipLimitFactory,
    PartFactory,
    PlantFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

NOVEMBER, DECEMBER = Month(2026, 11), Month(2026, 12)
PAGE = "/suppliers/ALFA-4711/8d-in-time/2026-11/"
API = "/api/v1/eight-ds-in-time/ALFA-4711/"
D1, D2, D3 = STEPS[:3]


@pytest.fixture
def eight_d(supplier_a: Supplier, member_a: User, sqe: User) -> EightD:
    """D3 came a day after the request and was accepted; the other steps are owed."""
    external(supplier_a, counted=13, received=250_000, part=PartFactory(number="P-1"))
    evaluated()
    found: EightD = EightD.objects.get()
    friday = AT + timedelta(days=1)
    hand_in(found, member_a, D1, D2, D3, at=friday)
    decide(found, sqe, Action.ACCEPT, D1, D2, D3, at=friday)
    return found


@pytest.mark.parametrize("end", [NOVEMBER, DECEMBER, DECEMBER.plus(2)])
@pytest.mark.parametrize("window", Window)
def test_steps_add_up_to_the_figure_of_the_score(
    eight_d: EightD, supplier_a: Supplier, sqe: User, end: Month, window: Window
) -> None:
    shown = eight_d_in_time(supplier=supplier_a, window=window, end=end, user=sqe)
    span = (shown.first.first_day, end.last_day)
    counts = owed_steps([supplier_a.pk], *span).get(supplier_a.pk)
    assert shown.agrees
    assert (shown.counts if shown.counts.owed else None) == counts
    assert {step.eight_d for step in shown.steps} <= {eight_d}
    if window is Window.ROLLING_12 and end == NOVEMBER:
        assert (shown.counts.in_time, shown.counts.owed, shown.value_pct) == (1, 2, Fraction(50))


def test_page_file_and_api_show_the_same(
    eight_d: EightD, sqe_client: Client, member_a_client: Client, member_b_client: Client
) -> None:
    for client in (sqe_client, member_a_client):
        html = client.get(PAGE).content.decode()
        assert "100 × 1 ÷ 2 = <strong>50</strong>" in html
        assert f'href="/8d/{eight_d.number}/"' in html
        assert "In time of 2 steps" in html
        assert "other sums than the figure" not in html
        file: Any = client.get(f"{PAGE}rows.csv")
        content = b"".join(file).decode("utf-8-sig")
        assert [row["In time"] for row in csv.DictReader(StringIO(content))] == ["0", "1"]
        found = client.get(API, {"month": "2026-11"}).json()
        assert (found["numerator"], found["denominator"], found["value"]) == ("1", "2", "50.000000")
        assert sum(int(step["counted"]) for step in found["steps"]) == 1
        assert found["agrees"]
    for address in (PAGE, f"{PAGE}rows.csv", f"{API}?month=2026-11"):
        assert member_b_client.get(address).status_code == 404


def test_the_score_leads_to_it(eight_d: EightD, sqe_client: Client) -> None:
    assert eight_d.number
    html = sqe_client.get("/suppliers/ALFA-4711/?month=2026-11").content.decode()
    assert 'href="/suppliers/ALFA-4711/8d-in-time/2026-11/?window=' in html


def test_without_steps_there_is_no_figure(supplier_a: Supplier, sqe_client: Client) -> None:
    assert supplier_a.code in PAGE
    assert "No step was owed" in sqe_client.get(PAGE).content.decode()
    found = sqe_client.get(API, {"month": "2026-11"}).json()
    assert (found["value"], found["denominator"], found["steps"]) == (None, "0", [])


def test_who_sees_another_plant_is_told_that_steps_are_missing(
    eight_d: EightD, client: Client
) -> None:
    elsewhere = PlantFactory()
    eight_d.episode.plant = PlantFactory()
    type(eight_d.episode).objects.filter(pk=eight_d.episode.pk).update(plant=eight_d.episode.plant)
    external(eight_d.episode.supplier, counted=1, received=100, plant=elsewhere)
    narrowed = UserFactory()
    membership = MembershipFactory(user=narrowed, role=Role.SQE)
    MembershipLimitFactory(membership=membership, plant=elsewhere)
    client.force_login(narrowed)
    html = client.get(PAGE).content.decode()
    assert "other sums than the figure" in html
    assert eight_d.number not in html


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "month"),
        ({"month": "soon"}, "month"),
        ({"month": "2026-11", "colour": "red"}, "colour"),
    ],
)
def test_api_names_the_wrong_parameter(
    supplier_a: Supplier, sqe_client: Client, query: dict[str, str], field: str
) -> None:
    assert supplier_a.code in API
    refused = sqe_client.get(API, query)
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, [field])
