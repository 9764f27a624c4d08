"""Numbers of a part that superseded each other are named by one that the supplier itself has."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from scorecards.enums import CauseKind
from scorecards.queries.cause_question import CauseQuestion
from scorecards.queries.cause_table import cause_table
from scorecards.queries.causes import top_parts
from scorecards.queries.repeats import repeats
from scorecards.queries.scopes import of_supplier
from suppliers.models import Part, Supplier
from suppliers.queries.part_chains import families_of
from tests.factories import DefectCodeFactory, PartFactory, SupplierPartFactory
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up

PAGE = f"/suppliers/ALFA-4711/causes/{OCTOBER}/"
API = "/api/v1/causes/ALFA-4711/"


@pytest.fixture
def chain(supplier_a: Supplier, supplier_b: Supplier) -> list[Part]:
    """OLD-1, OLD-2 of A; SECRET-3 supersedes OLD-2, and B alone delivers it."""
    first = PartFactory(number="OLD-1", name="Housing")
    second = PartFactory(number="OLD-2", name="Housing", supersedes=first)
    third = PartFactory(number="SECRET-3", name="Resourced", supersedes=second)
    bore = DefectCodeFactory(code="BORE")
    deliver(supplier_a, 10_000, part=first)
    decide(supplier_a, 3, OCTOBER.minus(2), part=first, defect_code=bore)
    decide(supplier_a, 2, part=second, defect_code=bore)
    deliver(supplier_b, 10_000, part=third)
    decide(supplier_b, 7, part=third, defect_code=bore)
    roll_up()
    return [first, second, third]


@pytest.mark.usefixtures("chain")
def test_no_reader_of_a_supplier_learns_a_number_that_a_neighbour_alone_has(
    member_a_client: Client, sqe_client: Client
) -> None:
    asked = {"month": str(OCTOBER), "by": "part"}
    for client in (member_a_client, sqe_client):
        texts = [
            client.get(f"{PAGE}?by=part").content.decode(),
            client.get(f"/suppliers/ALFA-4711/?month={OCTOBER}&by=part").content.decode(),
            b"".join(client.get(f"{PAGE}table.csv?by=part")).decode(),
            client.get(API, asked).content.decode(),
            client.get(f"{API}rows/", asked).content.decode(),
        ]
        for text in texts:
            assert "OLD-2" in text
            assert "SECRET-3" not in text
            assert "Resourced" not in text
        (cause,) = client.get(API, asked).json()["causes"]
        assert (cause["key"], cause["superseded"], cause["pieces"]) == ("OLD-2", ["OLD-1"], "5")
    assert member_a_client.get("/parts/SECRET-3/").status_code in (403, 404)


def test_documents_and_repeats_name_the_same_number(
    chain: list[Part], supplier_a: Supplier
) -> None:
    (cause,) = top_parts(supplier=supplier_a, end=OCTOBER)
    assert (cause.label, cause.counted) == (chain[1].number, Decimal(5))
    assert "Resourced" not in cause.name
    (again,) = repeats(supplier=supplier_a, end=OCTOBER)
    assert (again.part, again.numbers) == ("OLD-2", ("OLD-1",))


@pytest.mark.parametrize("by_what", ["delivery", "part of the supplier"])
def test_a_family_is_named_by_a_newer_number_as_soon_as_the_supplier_has_it(
    chain: list[Part], supplier_a: Supplier, by_what: str
) -> None:
    if by_what == "delivery":
        deliver(supplier_a, 5, part=chain[2])
    else:
        SupplierPartFactory(supplier=supplier_a, part=chain[2])
    roll_up()
    question = CauseQuestion(scope=of_supplier(supplier_a), end=OCTOBER, by=CauseKind.PART)
    (cause,) = cause_table(question).causes
    assert (cause.key, cause.name, cause.numbers) == ("SECRET-3", "Resourced", ("OLD-1", "OLD-2"))


def test_numbers_on_both_sides_of_a_neighbours_are_one_family(
    supplier_a: Supplier, supplier_b: Supplier, django_assert_num_queries: Any
) -> None:
    first = PartFactory(number="N-1")
    between = PartFactory(number="N-2", supersedes=first)
    last = PartFactory(number="N-3", supersedes=between)
    PartFactory(number="N-4", supersedes=last)
    deliver(supplier_b, 10, part=between)
    decide(supplier_a, 1, part=first)
    decide(supplier_a, 1, part=last)
    with django_assert_num_queries(2):
        found = families_of(supplier_a, [first.pk, last.pk])
    assert {found[part.pk].newest for part in (first, last)} == {last}
    assert found[first.pk].others == (first,)
    with django_assert_num_queries(0):
        assert families_of(supplier_a, []) == {}
