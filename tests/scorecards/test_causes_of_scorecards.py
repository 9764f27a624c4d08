"""Causes and months of a scorecard, page and PDF: judged, read out, leading to what is behind."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from scorecards.services.publication import publish_month
from suppliers.models import Supplier
from tests.factories import DefectCodeFactory, FieldPopulationFactory, PartFactory
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up
from tests.scorecards.pdf.reading import Read

NOW = datetime(2025, 11, 10, 9, 30, tzinfo=UTC)
PAGE = "/suppliers/ALFA-4711/2025-10/"
PDF = f"{PAGE}scorecard.pdf"


@pytest.fixture
def published(supplier_a: Supplier) -> None:
    """October with 5 of 50,000 of one part, all of one defect."""
    part = PartFactory(number="P-1")
    deliver(supplier_a, 50_000, part=part)
    decide(supplier_a, 5, part=part, defect_code=DefectCodeFactory(code="BORE"))
    roll_up()
    publish_month(month=OCTOBER, by=None, at=NOW)


def text(client: Client, address: str = PAGE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_each_rejected_part_has_range_and_verdict_on_the_page_and_in_the_pdf(
    supplier_a: Supplier, sqe_client: Client
) -> None:
    high, low = PartFactory(number="H-1", name="Housing"), PartFactory(number="L-2", name="Lever")
    deliver(supplier_a, 10_000, part=high)
    deliver(supplier_a, 400_000, part=low)
    decide(supplier_a, 30, part=high)
    decide(supplier_a, 1, part=low)
    roll_up()
    publish_month(month=OCTOBER, by=None, at=NOW)

    page, pdf = text(sqe_client), Read(sqe_client.get(PDF).content).text

    rows = page.split("Rejected parts, last 12 months</h2>")[1].split("<tbody>")[1].split("</tr>")
    for row, words in (
        (rows[0], ("H-1", "3,000", "30 of 10,000", "likely 2024–4283", "Above, shown", "100 PPM")),
        (rows[1], ("L-2", "2.5", "1 of 400,000", "likely 0.0633–14", "Below, shown", "50 PPM")),
    ):
        for word in words:
            assert word in row.replace(",", "") or word in row, word
    assert "2,024–4,283 above 100, shown" in pdf
    assert "0.0633–14 below 50, shown" in pdf


def test_causes_read_out_each_bar_and_lead_to_its_records(
    published: None, sqe_client: Client, member_a_client: Client
) -> None:
    for client in (sqe_client, member_a_client):
        page = text(client)
        for heading, said in (
            ("Defects, last 12 months</h2>", "running total 100"),
            ("Rejected parts, last 12 months</h2>", "100 PPM, likely 32–233"),
        ):
            causes = page.split(heading)[1].split("</section>")[0]
            assert "data-chart-readout" in causes
            [url, *_] = re.findall(r'<a href="([^"]+)" data-readout="[^"]*' + said, causes)
            assert "cause=" in url
            answer = client.get(url.replace("&amp;", "&"))
            assert answer.status_code == 200
            assert "/rejects/" in answer.content.decode()


def test_months_of_its_charts_lead_to_their_arithmetic(published: None, sqe_client: Client) -> None:
    assert 'href="/suppliers/ALFA-4711/figures/external_ppm/2025-09/"' in text(sqe_client)


def test_twelve_months_have_their_counts_and_months_their_year(
    supplier_a: Supplier, sqe_client: Client
) -> None:
    deliver(supplier_a, 50_000)
    decide(supplier_a, 5)
    deliver(supplier_a, 150_000, OCTOBER.minus(11))
    decide(supplier_a, 3, OCTOBER.minus(11))
    roll_up()
    publish_month(month=OCTOBER, by=None, at=NOW)

    page, pdf = text(sqe_client), Read(sqe_client.get(PDF).content).text

    assert "12 months: 40 PPM (8 of 200,000)" in page
    assert '<span class="sub">8 of 200,000</span>' in page
    assert "Oct 2024 Nov Dec Jan 2025 Feb" in pdf
    assert "Sep Oct 2025" in pdf
    assert f"of it rejected 0{' 3' * 11} 8" in pdf
    assert f"of it received 0{' 150k' * 11} 200k" in pdf


def test_bound_and_range_are_told_apart_once(supplier_a: Supplier, sqe_client: Client) -> None:
    told = "is the exact one-sided 95 % bound"
    deliver(supplier_a, 10_000)
    FieldPopulationFactory(supplier=supplier_a, month=OCTOBER.first_day, parts_in_field=50_000)
    roll_up()
    for address in (PAGE, f"/suppliers/ALFA-4711/?month={OCTOBER}"):
        page = text(sqe_client, address)
        assert page.count("compatible with up to") == 2
        assert page.count(told) == 1
    assert told in text(sqe_client, f"/suppliers/ALFA-4711/figures/external_ppm/{OCTOBER}/")
    assert Read(sqe_client.get(PDF).content).text.count(told) == 1

    decide(supplier_a, 1)
    decide(supplier_a, 1, OCTOBER.minus(1))
    roll_up()
    assert text(sqe_client, PAGE).count(told) == 1  # of warranty
    assert told not in text(sqe_client, f"/suppliers/ALFA-4711/figures/external_ppm/{OCTOBER}/")
