"""Did the rate change from one period to another: the page with the exact answer."""

import pytest
from django.test import Client

from scorecards.formulas.two_periods import compare_rates
from suppliers.models import Supplier
from tests.factories import PartFactory
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up

pytestmark = pytest.mark.django_db

ADDRESS = "/suppliers/ALFA-4711/two-periods/"


def asked(before: tuple[int, int], after: tuple[int, int]) -> dict[str, str]:
    """Months counted back from October."""
    names = ("before_from", "before_to", "after_from", "after_to")
    return {
        name: str(OCTOBER.minus(back)) for name, back in zip(names, (*before, *after), strict=True)
    }


@pytest.fixture
def cured(supplier_a: Supplier) -> Supplier:
    """Thirty of 300,000 in three months, then 5 of as many, and one of another part."""
    for back in range(3, 6):
        deliver(supplier_a, 100_000, OCTOBER.minus(back))
        decide(supplier_a, 10, OCTOBER.minus(back))
    for back in range(3):
        deliver(supplier_a, 100_000, OCTOBER.minus(back))
    decide(supplier_a, 5)
    deliver(supplier_a, 1_000, part=PartFactory(number="OTHER"))
    roll_up()
    return supplier_a


def test_fall_is_shown_with_its_chance_and_how_much_it_was(
    cured: Supplier, sqe_client: Client
) -> None:
    page = sqe_client.get(ADDRESS)
    found = page.context["found"]
    assert (found.before.counted, found.before.received) == (30, 300_000)
    assert (found.after.counted, found.after.received) == (5, 301_000)
    expected = compare_rates(
        first_count=30, first_exposure=300_000, second_count=5, second_exposure=301_000
    )
    assert found.comparison == expected
    html = page.content.decode()
    assert "The rate fell" in html
    assert "less than 0.1" in html
    assert "30 of 300,000" in html
    assert "The later rate is 0.166 times the earlier one" in html


def test_few_pieces_decide_nothing(cured: Supplier, sqe_client: Client) -> None:
    page = sqe_client.get(ADDRESS, asked((5, 5), (0, 0)))
    assert page.context["found"].change == "undecided"
    assert "No change is shown" in page.content.decode()


def test_nothing_in_the_later_period_is_bounded_not_infinite(
    cured: Supplier, sqe_client: Client
) -> None:
    page = sqe_client.get(ADDRESS, asked((5, 3), (2, 1)))
    assert page.context["found"].change == "fell"
    assert "its rate is likely at most" in page.content.decode()
    back = sqe_client.get(ADDRESS, asked((2, 1), (0, 0))).content.decode()
    assert "the later rate is likely at least" in back


def test_period_without_receipts_cannot_be_compared(cured: Supplier, sqe_client: Client) -> None:
    deliver(cured, 10, OCTOBER.minus(9))
    roll_up()
    page = sqe_client.get(ADDRESS, asked((8, 7), (2, 0)))
    assert "The periods cannot be compared" in page.content.decode()
    assert page.status_code == 200


def test_parts_of_a_piece_have_no_exact_test(cured: Supplier, sqe_client: Client) -> None:
    decide(cured, "0.5")  # type: ignore[arg-type]  # as an import reads it
    roll_up()
    page = sqe_client.get(ADDRESS)
    assert "Parts of a piece count" in page.content.decode()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ((3, 5), (2, 0), "ends before it begins"),
        ((5, 2), (2, 0), "Let the later period begin after"),
    ],
)
def test_periods_that_make_no_sense_are_refused_and_kept(
    cured: Supplier, sqe_client: Client, before: tuple[int, int], after: tuple[int, int], said: str
) -> None:
    page = sqe_client.get(ADDRESS, asked(before, after))
    assert page.status_code == 400
    assert said in page.content.decode()
    assert "found" not in page.context


def test_absurd_months_are_refused(cured: Supplier, sqe_client: Client) -> None:
    assert sqe_client.get(ADDRESS, {"before_from": "0000-99"}).status_code == 400


def test_one_part_alone_is_compared(cured: Supplier, sqe_client: Client) -> None:
    page = sqe_client.get(f"{ADDRESS}?part=OTHER")
    assert page.context["found"].after.received == 1_000
    assert 'name="part" value="OTHER"' in page.content.decode()


def test_supplier_compares_its_own_alone(
    cured: Supplier, member_a_client: Client, member_b_client: Client
) -> None:
    assert "The rate fell" in member_a_client.get(ADDRESS).content.decode()
    assert member_b_client.get(ADDRESS).status_code == 404


def test_without_facts_the_page_says_so(supplier_a: Supplier, sqe_client: Client) -> None:
    page = sqe_client.get(ADDRESS)
    assert page.status_code == 200
    assert "empty-state" in page.content.decode()
