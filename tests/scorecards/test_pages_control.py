"""The control chart's pages: what each reader sees, what forms do, what bad input loses."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from scorecards.metrics import Metric
from scorecards.models import Baseline, ChartSignal
from scorecards.periods import Month, months
from scorecards.rollup import drain
from scorecards.services.baselines import accept_baseline, propose_baseline
from suppliers.models import Supplier, User
from tests.scorecards.facts import decide, deliver
from tests.scorecards.pdf.checker import Heard
from tests.scorecards.pdf.reading import Read

pytestmark = pytest.mark.django_db

FIRST, LAST = Month(2024, 1), Month(2024, 12)
AT = datetime(2025, 4, 10, 9, tzinfo=UTC)
PAGE = "/suppliers/ALFA-4711/limits/external_ppm/"


@pytest.fixture
def history(supplier_a: Supplier) -> Supplier:
    for index, month in enumerate(months(FIRST, Month(2025, 3))):
        deliver(supplier_a, 400_000, month)
        decide(supplier_a, 90 if month == Month(2025, 2) else 18 + index % 5, month)
    drain(at=AT)
    return supplier_a


@pytest.fixture
def proposal(history: Supplier, sqe: User) -> Baseline:
    return propose_baseline(
        supplier=history, metric=Metric.EXTERNAL_PPM, first=FIRST, last=LAST, by=sqe, at=AT
    )


@pytest.fixture
def in_force(proposal: Baseline, sqe: User) -> Baseline:
    return accept_baseline(baseline=proposal, reason="Agreed in April.", by=sqe, at=AT)


def test_limits_are_called_frozen_once_they_are(
    history: Supplier, proposal: Baseline, sqe: User, sqe_client: Client
) -> None:
    before = sqe_client.get(PAGE).text
    assert "Limits proposed as version 1, from January 2024 to December 2024" in before
    assert "frozen limits" not in before
    assert "frozen from" not in before

    accept_baseline(baseline=proposal, reason="Agreed in April.", by=sqe, at=AT)

    after = sqe_client.get(PAGE).text
    assert "Limits of version 1, frozen from January 2024 to December 2024" in after
    assert "frozen limits" in after


def test_limits_are_proposed_pruned_and_accepted_on_the_page(
    history: Supplier, sqe_client: Client
) -> None:
    sqe_client.post(f"{PAGE}propose/", {"first": str(FIRST), "last": str(LAST), "note": ""})
    baseline = Baseline.objects.get()
    sqe_client.post(
        f"/limits/{baseline.pk}/points/2024-03/", {"excluded": "on", "cause": "Trial tool"}
    )
    answer = sqe_client.post(
        f"/limits/{baseline.pk}/accept/", {"reason": "Agreed with Alfa."}, follow=True
    )
    text = answer.content.decode()
    assert "Version 1 is in force" in text
    assert "left out: Trial tool" in text
    assert "above the upper limit" in text
    baseline.refresh_from_db()
    assert baseline.volume == 4_400_000


def test_chart_as_a_document_has_the_drawing_and_its_table(
    in_force: Baseline, sqe_client: Client, heard: Heard
) -> None:
    answer = sqe_client.get(f"{PAGE}chart.pdf")

    read = Read(heard.add("chart", answer.content))

    assert answer["Content-Type"] == "application/pdf"
    assert all(read.pictures)
    assert "March 2025" in read.text
    assert read.tags["/TR"] > 15  # the heading, and the months
    assert "Alfa Castings ALFA-4711 External PPM" in read.text


def test_wrong_months_are_told_and_what_was_typed_stays(
    history: Supplier, sqe_client: Client
) -> None:
    answer = sqe_client.post(
        f"{PAGE}propose/", {"first": "2024-09", "last": "2024-12", "note": "After the tool change"}
    )
    assert answer.status_code == 422
    assert "12 at least" in answer.content.decode()
    assert "After the tool change" in answer.content.decode()


def test_reason_too_short_keeps_the_proposal(proposal: Baseline, sqe_client: Client) -> None:
    answer = sqe_client.post(f"/limits/{proposal.pk}/accept/", {"reason": "ok"})
    assert answer.status_code == 422
    proposal.refresh_from_db()
    assert proposal.state == "proposed"


def test_supplier_sees_its_chart_but_no_proposal(
    in_force: Baseline, member_a_client: Client, sqe: User
) -> None:
    propose_baseline(
        supplier=in_force.supplier,
        metric=Metric.EXTERNAL_PPM,
        first=FIRST,
        last=Month(2025, 1),
        note="Our own thoughts",
        by=sqe,
        at=AT,
    )
    text = member_a_client.get(PAGE).content.decode()
    assert "Limits of version 1" in text
    assert "Our own thoughts" not in text
    assert "Proposed: version" not in text
    assert sqe.name not in text
    assert "Version 2" not in member_a_client.get(f"{PAGE}?version=2").content.decode()


def test_neighbour_sees_nothing(in_force: Baseline, member_b_client: Client) -> None:
    assert member_b_client.get(PAGE).status_code == 404
    assert member_b_client.get(f"{PAGE}table.csv").status_code == 404


def test_signal_waits_in_the_inbox_until_somebody_has_looked(
    in_force: Baseline, sqe_client: Client
) -> None:
    assert "ALFA-4711" in sqe_client.get("/signals/").content.decode()
    signal = ChartSignal.objects.filter(kind="above").get()
    answer = sqe_client.post(f"/signals/{signal.pk}/seen/", {"note": "Wrong gauge", "next": PAGE})
    assert answer["Location"] == PAGE
    assert "Wrong gauge" in sqe_client.get("/signals/").content.decode()


ELSEWHERE = ["https://elsewhere.example/", "//elsewhere.example", "\x00", ""]


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_answer_leads_back_to_our_own_pages_alone(
    in_force: Baseline, sqe_client: Client, wanted: str
) -> None:
    signal = ChartSignal.objects.first()
    assert signal is not None
    answer = sqe_client.post(f"/signals/{signal.pk}/seen/", {"next": wanted})
    assert answer.get("Location", "/signals/") == "/signals/"


def test_table_holds_the_numbers_of_the_chart(in_force: Baseline, sqe_client: Client) -> None:
    answer: Any = sqe_client.get(f"{PAGE}table.csv")
    rows = b"".join(answer.streaming_content).decode("utf-8-sig")
    lines = rows.splitlines()
    assert lines[0].startswith("Period,PPM,Rejected,Received,Lower limit,Centre,Upper limit")
    assert len(lines) >= 1 + 15
    assert any("above the upper limit" in line for line in lines)


def test_supplier_page_shows_the_chart_with_its_table_and_links(
    in_force: Baseline, sqe_client: Client
) -> None:
    text = sqe_client.get("/suppliers/ALFA-4711/?month=2025-03").content.decode()
    assert 'id="control-external-ppm"' in text
    assert "/suppliers/ALFA-4711/figures/external_ppm/2025-02/" in text


def test_supplier_without_facts_has_an_empty_chart(
    supplier_a: Supplier, sqe_client: Client
) -> None:
    answer = sqe_client.get(PAGE)
    assert answer.status_code == 200
    assert "No data is not zero" in answer.content.decode()
