"""The Pareto by any cause and measure: it adds up, says how bad, opens, and keeps to its reader."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO, StringIO
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from scorecards.enums import CauseKind, CauseMeasure
from scorecards.periods import Window
from scorecards.queries.cause_question import CauseQuestion, counted_in, in_currency
from scorecards.queries.cause_records import cause_records
from scorecards.queries.cause_table import cause_table
from scorecards.queries.causes import top_defects, top_parts
from scorecards.queries.scopes import of_supplier
from suppliers.enums import DetectionPoint, Role, Severity
from suppliers.models import Plant, Supplier, User
from tests.conftest import LogIn
from tests.factories import (
    DefectCodeFactory,
    MembershipFactory,
    MembershipLimitFactory,
    PartFactory,
    PlantFactory,
    RejectVerdictFactory,
    SupplierContactFactory,
    UserFactory,
)
from tests.scorecards.causes import API, PAGE, facts_at_random, html_of, table_of, values_of
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up, suspect

SEPTEMBER = OCTOBER.minus(1)


@pytest.fixture
def north(db: None) -> Plant:
    plant: Plant = PlantFactory(code="NORTH", name="North")
    return plant


@pytest.fixture
def south(db: None) -> Plant:
    plant: Plant = PlantFactory(code="SOUTH", name="South")
    return plant


@pytest.fixture
def alfa(supplier_a: Supplier, north: Plant, south: Plant) -> Supplier:
    """20 pieces in 4 incidents.

    BORE 12: 8 at NORTH on A-1 (sorting), 4 at SOUTH on A-2 that replaced it (line stop), one issue
    with 1 more of A-2 at NORTH. RUST 7 on B-1, 2 of them undecided. A year ago, what was
    released, and another supplier's count for nothing here.
    """
    old, other = PartFactory(number="A-1", name="Housing"), PartFactory(number="B-1")
    new = PartFactory(number="A-2", name="Housing", supersedes=old)
    bore, rust = DefectCodeFactory(code="BORE"), DefectCodeFactory(code="RUST", name="Rust")
    deliver(supplier_a, 100_000, part=new, plant=north)
    decide(supplier_a, 8, SEPTEMBER, part=old, plant=north, defect_code=bore)
    issue: dict[str, Any] = {"complaint": "C-1", "part": new, "defect_code": bore}
    stop, line = Severity.LINE_STOP, DetectionPoint.LINE
    decide(supplier_a, 4, plant=south, severity=stop, detection_point=line, **issue)
    decide(supplier_a, 1, plant=north, **issue)
    rusty: dict[str, Any] = {"part": other, "plant": north, "defect_code": rust}
    decide(supplier_a, 5, severity=Severity.LINE_DISTURBANCE, **rusty)
    suspect(supplier_a, 2, detection_point=DetectionPoint.ZERO_KM, **rusty)
    decide(supplier_a, 90, OCTOBER.minus(12), **rusty)
    released = suspect(supplier_a, 50, severity=Severity.FIELD, **rusty)
    RejectVerdictFactory(reject=released, confirmed_qty=0, supplier_qty=0, released_qty=50)
    roll_up()
    return supplier_a


@pytest.mark.parametrize(
    ("by", "pieces", "incidents"),
    [
        (CauseKind.DEFECT_CODE, {"BORE": 13, "RUST": 7}, {"BORE": 2, "RUST": 2}),
        (CauseKind.PART, {"A-2": 13, "B-1": 7}, {"A-2": 2, "B-1": 2}),
        (CauseKind.PLANT, {"NORTH": 16, "SOUTH": 4}, {"NORTH": 3, "SOUTH": 1}),
        (
            CauseKind.DETECTION_POINT,
            {"incoming": 14, "line": 4, "zero_km": 2},
            {"incoming": 2, "line": 1, "zero_km": 1},
        ),
    ],
)
def test_counts_by_hand(
    alfa: Supplier, by: CauseKind, pieces: dict[str, int], incidents: dict[str, int]
) -> None:
    by_pieces = table_of(alfa, by, CauseMeasure.PIECES)
    by_incidents = table_of(alfa, by, CauseMeasure.INCIDENTS)
    assert values_of(by_pieces) == pieces
    assert values_of(by_incidents) == incidents
    assert by_pieces.total == 20
    assert by_incidents.total == 4
    assert by_pieces.causes[-1].reached == 1
    assert [one.value for one in by_pieces.causes] == sorted(pieces.values(), reverse=True)


def test_severity_stands_beside_the_count_as_far_as_it_counts(alfa: Supplier) -> None:
    bore, rust = table_of(alfa, CauseKind.DEFECT_CODE, CauseMeasure.PIECES).causes
    assert (bore.worst, rust.worst) == ("line_stop", "line_disturbance")  # the field was released
    assert dict(bore.severities) == {Severity.LINE_STOP: 1, Severity.SORTING: 1}
    assert dict(rust.severities) == {Severity.LINE_DISTURBANCE: 1, Severity.SORTING: 1}


def test_superseded_numbers_are_one_part(alfa: Supplier) -> None:
    table = table_of(alfa, CauseKind.PART, CauseMeasure.PIECES)
    family = table.causes[0]
    assert (family.key, family.numbers) == ("A-2", ("A-1",))
    assert table.named("A-1") == table.named("A-2") == family


def test_causes_are_those_of_the_document(alfa: Supplier) -> None:
    for by, frozen in ((CauseKind.DEFECT_CODE, top_defects), (CauseKind.PART, top_parts)):
        table = table_of(alfa, by, CauseMeasure.PIECES)
        document = frozen(supplier=alfa, end=OCTOBER)
        assert [(one.label, one.counted, one.incidents, one.share) for one in document] == [
            (one.key, one.pieces, one.incidents, one.share) for one in table.causes
        ]
        if by is CauseKind.DEFECT_CODE:
            assert [one.worst for one in document] == ["line_stop", "line_disturbance"]


@pytest.mark.parametrize("seed", range(6))
def test_causes_add_up_to_the_figure_and_records_to_their_cause(
    supplier_a: Supplier, sqe: User, seed: int
) -> None:
    facts_at_random(supplier_a, Random(seed))  # noqa: S311  # no secret
    roll_up()
    totals: dict[Any, set[Decimal]] = {}
    for window in Window:
        for by in CauseKind:
            for measure in CauseMeasure:
                asked = in_currency(
                    CauseQuestion(
                        scope=of_supplier(supplier_a),
                        end=OCTOBER,
                        window=window,
                        by=by,
                        measure=measure,
                    )
                )
                table = cause_table(asked)
                totals.setdefault((window, measure), set()).add(table.total)
                assert sum(cause.share for cause in table.causes) == (1 if table.causes else 0)
                for cause in table.causes:
                    assert sum(count for _, count in cause.severities) == cause.incidents
                    assert cause_records(asked, [cause], user=sqe).total == cause.value
                assert cause_records(asked, table.causes, user=sqe).total == table.total
                if measure is CauseMeasure.PIECES:
                    assert table.total == counted_in(asked)
    assert {len(found) for found in totals.values()} == {1}  # however they are told apart


@pytest.mark.usefixtures("alfa")
def test_page_shows_bars_records_and_where_they_lead(sqe_client: Client) -> None:
    page = html_of(sqe_client, f"{PAGE}?by=part&measure=incidents")
    assert "Incidents by part, 12 months" in page
    assert "Together 4 incidents" in page
    assert "A-2 Housing, with A-1" in page
    assert "1\u00a0×\u00a0Line stop, 1\u00a0×\u00a0Sorting" in page
    assert "cause=A-2#rows" in page
    assert "equals the bar" in page


@pytest.mark.usefixtures("alfa")
@pytest.mark.parametrize(("measure", "total"), [("pieces", "13"), ("incidents", "2")])
def test_records_of_a_bar_add_up_to_it(sqe_client: Client, measure: str, total: str) -> None:
    address = f"{PAGE}?by=part&measure={measure}&cause=A-1"
    answer = sqe_client.get(address)
    assert str(answer.context["found"].total) in (total, f"{total}.000")
    assert answer.context["difference"] == 0
    page = answer.content.decode()
    assert "Records: A-2 Housing, with A-1" in page
    assert "B-1" not in page.split('id="rows"')[1]
    content = b"".join(sqe_client.get(address.replace(PAGE, f"{PAGE}records.csv")))
    rows = list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))
    column = "Counts" if measure == "pieces" else "Incidents"
    assert sum(Decimal(row[column]) for row in rows) == int(total)


def test_the_others_are_one_bar_with_all_their_records(
    supplier_a: Supplier, sqe_client: Client
) -> None:
    part = PartFactory()
    for pieces in range(1, 13):
        decide(supplier_a, pieces, part=part)
    roll_up()
    supplier = html_of(sqe_client, f"/suppliers/ALFA-4711/?month={OCTOBER}")
    assert "All 7 others" in supplier
    assert "beyond=5#rows" in supplier
    page = sqe_client.get(f"{PAGE}?beyond=5")
    assert page.context["found"].total == sum(range(1, 8))
    assert "Records: the 7 smallest causes" in page.content.decode()
    for odd in ("beyond=x", "beyond=", "beyond=99999999", "beyond=-3", "by=colour", "page=x"):
        assert sqe_client.get(f"{PAGE}?{odd}").status_code == 200


@pytest.mark.usefixtures("alfa")
def test_choice_stands_in_the_address_of_both_pages(
    sqe_client: Client, member_a_client: Client
) -> None:
    chosen = f"?month={OCTOBER}&by=plant&measure=incidents"
    for client, where in (
        (sqe_client, "/suppliers/ALFA-4711/"),
        (member_a_client, "/suppliers/ALFA-4711/"),
        (member_a_client, "/our-quality/"),
    ):
        page = html_of(client, f"{where}{chosen}")
        assert "Incidents by plant, 12 months" in page
        assert f'href="?month={OCTOBER}&amp;by=part&amp;measure=incidents#causes"' in page
        assert f"{PAGE}?by=plant&amp;measure=incidents&amp;window=12" in page


def files_of(client: Client) -> Iterator[list[dict[str, Any]]]:
    query = f"?by=plant&measure=pieces&window=12&month={OCTOBER}"
    for address in (f"{PAGE}table.csv{query}", f"{API}table/{query}&form=csv"):
        content = b"".join(client.get(address)).decode("utf-8-sig")
        yield list(csv.DictReader(StringIO(content)))
    for address in (f"{PAGE}table.xlsx{query}", f"{API}table/{query}&form=xlsx"):
        sheet = load_workbook(BytesIO(b"".join(client.get(address)))).worksheets[0]
        header, *rows = sheet.iter_rows(values_only=True)
        yield [dict(zip(map(str, header), row, strict=True)) for row in rows]


@pytest.mark.usefixtures("alfa")
def test_page_api_and_files_say_the_same(sqe_client: Client, member_a_client: Client) -> None:
    for client in (sqe_client, member_a_client):
        for rows in files_of(client):
            assert [(row["Plant"], int(row["Pieces"])) for row in rows] == [
                ("NORTH", 16),
                ("SOUTH", 4),
            ]
            assert [int(row["Incidents: Line stop"]) for row in rows] == [0, 1]
            assert [float(row["Reached (%)"]) for row in rows] == [80, 100]
        query = {"by": "plant", "month": str(OCTOBER)}
        found = client.get(API, query).json()
        assert (found["total"], found["numerator"]) == ("20", "20")
        north, south = found["causes"]
        assert (north["key"], north["value"], north["share_pct"]) == ("NORTH", "16", "80.00")
        assert (south["worst"], south["severities"]) == ("line_stop", {"line_stop": 1})
        records = client.get(north["rows"]).json()["results"]
        assert sum(Decimal(row["counted"]) for row in records) == 16
        assert {row["plant"] for row in records} == {"NORTH"}


@pytest.mark.usefixtures("alfa")
def test_another_supplier_finds_nothing(member_b_client: Client, supplier_b: Supplier) -> None:
    decide(supplier_b, 77, defect_code=DefectCodeFactory(code="THEIRS"))
    roll_up()
    for address in (PAGE, f"{PAGE}table.csv", f"{PAGE}records.csv"):
        assert member_b_client.get(address).status_code == 404
    assert member_b_client.get(API, {"month": str(OCTOBER)}).status_code == 404


@pytest.mark.usefixtures("alfa")
def test_member_sees_nothing_of_a_neighbour(member_a_client: Client, supplier_b: Supplier) -> None:
    decide(supplier_b, 7777, defect_code=DefectCodeFactory(code="THEIRS"))
    roll_up()
    for by in CauseKind:
        page = html_of(member_a_client, f"{PAGE}?by={by}")
        assert "THEIRS" not in page
        assert "7,777" not in page


def test_who_is_narrowed_to_a_plant_reads_totals_and_opens_own_records(
    alfa: Supplier, south: Plant, log_in: LogIn
) -> None:
    user = UserFactory()
    MembershipLimitFactory(membership=MembershipFactory(user=user, role=Role.SQE), plant=south)
    SupplierContactFactory(supplier=alfa, user=user)
    deliver(alfa, 10, plant=south)
    roll_up()
    client = log_in(user)
    answer = client.get(f"{PAGE}?by=plant")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert answer.context["causes"].table.total == 20
    assert answer.context["found"].total == 4
    assert "cause=SOUTH#rows" in page
    assert "cause=NORTH#rows" not in page
    assert "16 more than these records" in page
    records = b"".join(client.get(f"{PAGE}records.csv?by=plant&cause=NORTH")).decode()
    assert len(records.splitlines()) == 1


def test_nothing_that_counts_says_so(supplier_a: Supplier, sqe_client: Client) -> None:
    deliver(supplier_a, 10)
    roll_up()
    assert "Nothing counts in this time" in html_of(sqe_client, PAGE)


@pytest.mark.parametrize("by", CauseKind)
def test_page_takes_as_many_queries_for_many_causes(
    supplier_a: Supplier, sqe_client: Client, by: CauseKind
) -> None:
    counts = []
    for _ in range(2):
        for _ in range(3):
            decide(supplier_a, 2)
        roll_up()
        with CaptureQueriesContext(connection) as queries:
            html_of(sqe_client, f"{PAGE}?by={by}")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_api_refuses_what_it_does_not_know(sqe_client: Client, alfa: Supplier) -> None:
    assert alfa.code in API
    for wrong in ({"by": "colour"}, {"measure": "weight"}, {"month": "2025"}, {"colour": "red"}):
        answer = sqe_client.get(API, {"month": str(OCTOBER), **wrong})
        assert answer.status_code == 400
        assert next(iter(wrong)) in answer.json()["error"]["fields"]
    nothing = sqe_client.get(f"{API}rows/", {"month": str(OCTOBER), "cause": "NONE"}).json()
    assert nothing["results"] == []


def test_one_piece_is_said_in_the_singular(supplier_a: Supplier, sqe_client: Client) -> None:
    decide(supplier_a, 1)
    roll_up()
    assert "1 counted piece; the worst that happened stands beside it" in html_of(sqe_client, PAGE)


@pytest.mark.usefixtures("alfa")
def test_beyond_no_cause_is_all_of_them(sqe_client: Client) -> None:
    for nothing in ("0", "00", "x", ""):
        page = html_of(sqe_client, f"{PAGE}?beyond={nothing}")
        assert "All records" in page
        assert "smallest causes" not in page
