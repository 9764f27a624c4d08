"""Comparing suppliers: fair, and without a trace of what the reader may not see."""

import pytest
from django.test import Client

from scorecards.formulas.attribute_charts import samples
from scorecards.formulas.funnel import bands_at, funnel
from scorecards.formulas.shrinkage import PriorMethod, rank_suppliers
from scorecards.periods import Month
from suppliers.models import Supplier
from tests.factories import SupplierFactory
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def several(supplier_a: Supplier, supplier_b: Supplier) -> None:
    for supplier, volume, rejected in ((supplier_a, 100_000, 90), (supplier_b, 3_000, 1)):
        deliver(supplier, volume, OCTOBER)
        decide(supplier, rejected, OCTOBER)
    for number in range(4):
        one = SupplierFactory(code=f"PEER-{number}", in_tier=1)
        deliver(one, 400_000, OCTOBER)
        decide(one, 8 + number, OCTOBER)
    roll_up()


def test_chance_does_not_lead_the_ranking(several: None, sqe_client: Client) -> None:
    text = sqe_client.get(f"/compare/?month={OCTOBER}&window=month").content.decode()
    assert text.index("ALFA-4711", text.index('id="ranking"')) < text.index(
        "BRAVO-0815", text.index('id="ranking"')
    )
    assert 'id="funnel"' in text


def test_each_ppm_stands_beside_its_likely_range(several: None, sqe_client: Client) -> None:
    """1 of 3,000 is 333 PPM, and as likely 8.44 as 1,857."""
    page = sqe_client.get(f"/compare/?month={OCTOBER}&window=month").content.decode()
    assert "8.44–1,857" in page
    answer = sqe_client.get(f"/compare.csv?month={OCTOBER}&window=month")
    header, *lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert "PPM,Likely from PPM,Likely to PPM,Shrunken PPM" in header
    assert any(",3000,333.333333,8.439,1857.214," in line for line in lines)


def test_many_are_ranked_a_page_at_a_time(several: None, sqe_client: Client) -> None:
    """The funnel shows all of them; of more than 200 its table tells those outside."""
    for number in range(210):
        one = SupplierFactory(code=f"MORE-{number:03}")
        deliver(one, 100_000, OCTOBER)
        decide(one, 2, OCTOBER)
    roll_up()
    address = f"/compare/?month={OCTOBER}&window=month"
    pages = [sqe_client.get(f"{address}&page={number}") for number in range(1, 6)]
    ranked = [[one.supplier.code for one, _level in page.context["ranked"]] for page in pages]
    assert [len(page) for page in ranked] == [50, 50, 50, 50, 16]
    assert len({code for page in ranked for code in page}) == 216
    assert ranked[0][0] == "ALFA-4711"
    assert (
        f'href="?month={OCTOBER}&amp;window=month&amp;page=2#ranking"' in pages[0].content.decode()
    )
    picture = pages[1].context["picture"]
    assert len(picture.wide.spots) == 216
    assert [row[0].text.split()[0] for row in picture.rows] == ["ALFA-4711"]
    assert "outside the 99.8" in picture.note


def test_a_crowd_of_suppliers_has_its_mark_in_the_legend(sqe_client: Client) -> None:
    for number in range(301):
        one = SupplierFactory(code=f"MORE-{number:03}")
        deliver(one, 100_000, OCTOBER)
        decide(one, 2, OCTOBER)
    roll_up()
    text = sqe_client.get(f"/compare/?month={OCTOBER}&window=month").content.decode()
    legend = text[text.index("chart-head") : text.index("</figcaption>")]
    assert legend.count("</svg>supplier</li>") == 1
    assert 'class="draw crowd"' in legend


def test_equal_suppliers_get_no_ranks(sqe_client: Client) -> None:
    for number in range(4):
        one = SupplierFactory(code=f"PEER-{number}", in_tier=1)
        deliver(one, 400_000, OCTOBER)
        decide(one, 10, OCTOBER)
    roll_up()
    text = sqe_client.get(f"/compare/?month={OCTOBER}").content.decode()
    assert "No difference demonstrated" in text


def test_suppliers_do_not_compare(several: None, member_a_client: Client) -> None:
    assert member_a_client.get("/compare/").status_code == 404


def test_tier_narrows_the_comparison(several: None, sqe_client: Client) -> None:
    text = sqe_client.get(f"/compare/?month={OCTOBER}&tier=2").content.decode()
    assert "Nothing to compare" in text


def test_export_has_the_same_suppliers(several: None, sqe_client: Client) -> None:
    answer = sqe_client.get(f"/compare.csv?month={OCTOBER}")
    lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert len(lines) == 7


@pytest.mark.parametrize("query", ["metric=x", "tier=9", "window=7", f"month={Month(2031, 1)}"])
def test_unknown_choices_are_no_errors(several: None, sqe_client: Client, query: str) -> None:
    assert sqe_client.get(f"/compare/?{query}").status_code == 200


def test_bands_are_those_of_the_funnel() -> None:
    suppliers = samples(counts=[5, 12], sizes=[100_000, 300_000])
    plot = funnel(suppliers=suppliers)
    assert plot is not None
    bands = bands_at(sizes=[s.size for s in suppliers], center=plot.center, level=0.95)
    assert [plain.upper for plain, _ in bands] == [row.bands[0].upper for row in plot.rows]


def test_moments_rank_like_likelihood() -> None:
    suppliers = samples(counts=[50, 2, 8, 1], sizes=[100_000, 90_000, 400_000, 2_000])
    by = {method: rank_suppliers(suppliers=suppliers, method=method) for method in PriorMethod}
    assert by[PriorMethod.MOMENTS].ranks[0] == by[PriorMethod.LIKELIHOOD].ranks[0] == 1
