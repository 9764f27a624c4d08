"""Tiers, plants and parts, and the supplier's own page: counts first, division last."""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from scorecards import cases
from scorecards.cases import OpenCase
from scorecards.enums import ScopeKind
from scorecards.metrics import Metric
from scorecards.periods import Window
from scorecards.queries.figures import (
    UnsupportedScopeError,
    monthly_counts,
    window_figure,
    window_figures,
)
from suppliers.enums import CountingRule, Role
from suppliers.models import Part, Plant, Supplier, User
from tests.conftest import LogIn
from tests.factories import (
    DefectCodeFactory,
    MembershipFactory,
    MembershipLimitFactory,
    PartFactory,
    PlantFactory,
    SupplierFactory,
    SupplierGroupMembershipFactory,
    UserFactory,
    WarrantyReturnFactory,
)
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up

MONTH = f"?month={OCTOBER}"


@pytest.fixture
def north(db: None) -> Plant:
    plant: Plant = PlantFactory(code="NORTH")
    return plant


@pytest.fixture
def bracket(db: None) -> Part:
    part: Part = PartFactory(number="BR/7 A", name="Bracket")
    return part


@pytest.fixture
def facts(supplier_a: Supplier, supplier_b: Supplier, north: Plant, bracket: Part) -> None:
    """Bracket at NORTH: A 1 of 10,000, B 9 of 90,000; something else elsewhere: A 5 of 1,000."""
    here: dict[str, Any] = {"plant": north, "part": bracket}
    deliver(supplier_a, 10_000, **here)
    decide(supplier_a, 1, **here)
    deliver(supplier_b, 90_000, **here)
    decide(supplier_b, 9, **here)
    deliver(supplier_a, 1_000)
    decide(supplier_a, 5)
    WarrantyReturnFactory(supplier=supplier_a, part=bracket, received_on=OCTOBER.first_day)
    roll_up()


@pytest.mark.usefixtures("facts")
def test_sums_over_suppliers_one_may_not_see_are_refused(
    supplier_a: Supplier, supplier_b: Supplier, sqe: User, sqe_client: Client
) -> None:
    group = SupplierGroupMembershipFactory(supplier=supplier_b).group
    figure = f"figures/external_ppm/{OCTOBER}/"
    sums = [f"/{name}{figure}" for name in ("tiers/1/", f"groups/{group.pk}/")]
    sums += [f"{address}rejects.csv" for address in sums]
    sums += ["/tiers/", "/groups/", f"/groups/{group.pk}/"]
    assert {sqe_client.get(address).status_code for address in sums} == {200}
    MembershipLimitFactory(membership=sqe.memberships.get(), supplier=supplier_a)
    assert {sqe_client.get(address).status_code for address in sums} == {403}
    assert 'href="/tiers/"' not in sqe_client.get("/suppliers/").content.decode()
    assert sqe_client.get(f"/{figure}").status_code == 200


@pytest.mark.usefixtures("facts")
def test_tier_is_the_sum_over_its_suppliers(sqe_client: Client) -> None:
    response = sqe_client.get(f"/tiers/{MONTH}")
    (tier,) = response.context["tiers"]
    assert tier["suppliers"] == 2
    month = tier["sheets"][0].overview.month
    assert (month.counted, month.received) == (15, 101_000)
    assert "15 of 101,000" in response.content.decode()
    assert "2 suppliers" in response.content.decode()


@pytest.mark.usefixtures("facts")
def test_plant_page_names_its_suppliers_and_adds_up(sqe_client: Client) -> None:
    assert "10 of 100,000" in sqe_client.get(f"/plants/{MONTH}").content.decode()
    response = sqe_client.get(f"/plants/NORTH/{MONTH}")
    rows = response.context["suppliers"]
    assert [row.label for row in rows] == ["BRAVO-0815", "ALFA-4711"]
    assert sum(row.month.counted for row in rows) == 10
    assert response.context["sheets"][0].overview.month.counted == 10


@pytest.mark.usefixtures("facts")
def test_part_page_answers_for_numbers_with_a_slash(sqe_client: Client) -> None:
    listed = sqe_client.get(f"/parts/{MONTH}&q=br/7")
    assert [row.label for row in listed.context["rows"]] == ["BR/7 A"]
    response = sqe_client.get(f"/parts/BR/7%20A/{MONTH}")
    assert response.status_code == 200
    external, warranty = (sheet.overview for sheet in response.context["sheets"])
    assert (external.month.counted, external.month.received) == (10, 100_000)
    assert warranty.month.counted == 1
    assert sum(row.month.received for row in response.context["suppliers"]) == 100_000


@pytest.mark.usefixtures("facts")
def test_reader_limited_to_a_supplier_sees_its_share_of_a_plant(
    log_in: LogIn, supplier_a: Supplier
) -> None:
    user = UserFactory()
    MembershipLimitFactory(
        membership=MembershipFactory(user=user, role=Role.SQE), supplier=supplier_a
    )
    response = log_in(user).get(f"/plants/NORTH/{MONTH}")
    assert response.context["sheets"][0].overview.month.received == 10_000
    assert "BRAVO-0815" not in response.content.decode()


@pytest.fixture
def codes(supplier_a: Supplier, supplier_b: Supplier, facts: None) -> None:
    """Castings: 10,000 of A with 2 cracks, of 3 that one incident counts as one."""
    casting = PartFactory(number="C-1", commodity="Castings / iron")
    deliver(supplier_a, 10_000, part=casting)
    decide(supplier_a, 2, part=casting, defect_code=DefectCodeFactory(code="CRACK", name="Crack"))
    once = DefectCodeFactory(code="LABEL", counts=CountingRule.INCIDENT)
    decide(supplier_b, 3, part=casting, defect_code=once)
    roll_up()


@pytest.mark.usefixtures("codes")
def test_commodities_are_listed_and_lead_to_their_arithmetic(sqe_client: Client) -> None:
    response = sqe_client.get(f"/commodities/{MONTH}")
    (row,) = [row for row in response.context["rows"] if row.label == "Castings / iron"]
    assert (row.month.counted, row.month.received) == (3, 10_000)
    address = f"/commodities/Castings%20/%20iron/figures/external_ppm/{OCTOBER}/"
    assert f'href="{address}"' in response.content.decode()
    assert sqe_client.get(address).context["arithmetic"].figure.counted == 3
    searched = sqe_client.get(f"/commodities/{MONTH}&q=castings")
    assert [row.label for row in searched.context["rows"]] == ["Castings / iron"]
    assert "Nothing matches" in sqe_client.get(f"/commodities/{MONTH}&q=wood").content.decode()


@pytest.mark.usefixtures("codes")
def test_defect_codes_say_how_they_count_over_everything_received(sqe_client: Client) -> None:
    response = sqe_client.get(f"/defect-codes/{MONTH}")
    rows = {row.label: row for row in response.context["rows"]}
    assert (rows["CRACK"].month.counted, rows["CRACK"].month.received) == (2, 111_000)
    assert rows["LABEL"].month.counted == 1
    assert str(CountingRule.INCIDENT.label) in rows["LABEL"].note
    html = response.content.decode()
    address = f"/defect-codes/CRACK/figures/external_ppm/{OCTOBER}/"
    assert f'href="{address}"' in html
    assert sqe_client.get(address).context["arithmetic"].figure.received == 111_000


@pytest.mark.usefixtures("codes")
@pytest.mark.parametrize("name", ["plants", "parts", "commodities", "defect-codes"])
def test_lists_are_downloaded_as_they_are_shown(sqe_client: Client, name: str) -> None:
    page = sqe_client.get(f"/{name}/{MONTH}")
    assert f'href="/{name}.csv{MONTH}"' in page.content.decode()
    assert f'href="/{name}.xlsx{MONTH}"' in page.content.decode()
    answer = sqe_client.get(f"/{name}.csv{MONTH}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # streamed
    lines = list(csv.DictReader(StringIO(text)))
    shown = [
        (row.label, row.month.counted, row.rolling_12.received) for row in page.context["rows"]
    ]
    assert [
        (
            list(line.values())[1],
            Decimal(line["Counted (month)"]),
            Decimal(line["Received (12 months)"]),
        )
        for line in lines
    ] == shown


@pytest.mark.usefixtures("codes")
def test_lists_hold_what_the_readers_suppliers_delivered(
    log_in: LogIn, supplier_a: Supplier
) -> None:
    user = UserFactory()
    MembershipLimitFactory(
        membership=MembershipFactory(user=user, role=Role.SQE), supplier=supplier_a
    )
    client = log_in(user)
    (row,) = client.get(f"/commodities/{MONTH}&q=castings").context["rows"]
    assert row.month.counted == 2
    listed = client.get(f"/defect-codes/{MONTH}")
    assert "CRACK" in {row.label for row in listed.context["rows"]}
    assert "LABEL" not in listed.content.decode()
    assert 'href="/plants/"' in listed.content.decode()
    assert 'href="/tiers/' not in listed.content.decode()


@pytest.mark.django_db
def test_pages_without_facts_say_what_is_missing(sqe_client: Client, bracket: Part) -> None:
    lists = ("/plants/", "/parts/", "/commodities/", "/defect-codes/")
    for address in ("/tiers/", *lists, "/parts/BR/7%20A/"):
        response = sqe_client.get(address)
        assert response.status_code == 200, address
        assert "empty-state" in response.content.decode(), address
    assert sqe_client.get("/plants/NOWHERE/").status_code == 404
    assert sqe_client.get("/parts/NOTHING/").status_code == 404


@pytest.mark.usefixtures("codes")
def test_number_of_queries_does_not_grow_with_suppliers(
    sqe_client: Client, north: Plant, bracket: Part
) -> None:
    names = ("tiers", "plants", "plants/NORTH", "parts", "commodities", "defect-codes")
    addresses = [f"/{name}/{MONTH}" for name in names]

    def queries() -> list[int]:
        found = []
        for address in addresses:
            with CaptureQueriesContext(connection) as captured:
                assert sqe_client.get(address).status_code == 200
            found.append(len(captured))
        return found

    queries()
    before = queries()
    for number in range(3):
        more = SupplierFactory(code=f"MORE-{number}", in_tier=1)
        deliver(more, 500, plant=north, part=bracket)
        deliver(more, 500, part=PartFactory(commodity=f"Commodity {number}"))
        decide(more, 1, part=bracket, defect_code=DefectCodeFactory())
    roll_up()
    assert queries() == before


@pytest.mark.usefixtures("facts")
def test_plants_are_those_of_the_reader(
    log_in: LogIn, sqe_client: Client, supplier_b: Supplier, north: Plant
) -> None:
    idle = PlantFactory(code="IDLE")

    def opened(client: Client) -> list[str]:
        codes = Plant.objects.order_by("code").values_list("code", flat=True)
        return [code for code in codes if client.get(f"/plants/{code}/").status_code == 200]

    def narrowed(**to: Any) -> list[str]:
        user = UserFactory()
        membership = MembershipFactory(user=user, role=Role.SQE)
        MembershipLimitFactory(membership=membership, **to)
        return opened(log_in(user))

    assert opened(sqe_client) == list(Plant.objects.order_by("code").values_list("code", flat=True))
    assert narrowed(supplier=supplier_b, plant=None) == ["NORTH"]
    assert narrowed(plant=idle, supplier=None) == ["IDLE"]


@pytest.mark.usefixtures("facts")
def test_many_are_shown_a_page_at_a_time(
    sqe_client: Client, supplier_a: Supplier, north: Plant, bracket: Part
) -> None:
    for number in range(55):
        deliver(supplier_a, 10, part=PartFactory(number=f"P-{number:02}"))
        deliver(SupplierFactory(code=f"MORE-{number:02}"), 10, plant=north, part=bracket)
    roll_up()

    def shown(address: str, name: str) -> list[str]:
        return [row.label for row in sqe_client.get(address).context[name]]

    ours = f"/suppliers/{supplier_a.code}/{MONTH}"
    page = sqe_client.get(ours)
    assert len(page.context["parts"]) == 10
    assert f'href="{MONTH}&amp;parts=1#by-part">Show all 58' in page.content.decode()
    pages = [shown(f"{ours}&parts={number}", "parts") for number in (1, 2)]
    assert [len(page) for page in pages] == [50, 8]
    assert len({*pages[0], *pages[1]}) == 58
    assert shown(ours, "parts") == pages[0][:10]
    for address in (f"/plants/NORTH/{MONTH}", f"/parts/BR/7%20A/{MONTH}"):
        pages = [shown(f"{address}&suppliers={number}", "suppliers") for number in (1, 2)]
        assert [len(page) for page in pages] == [50, 7]
        assert pages[0][:2] == ["BRAVO-0815", "ALFA-4711"]
        assert (
            f'href="{MONTH}&amp;suppliers=2#by-supplier"'
            in sqe_client.get(address).content.decode()
        )
    listed = f"/parts/{MONTH}"
    assert len(shown(listed, "rows")) == 50
    assert len(shown(f"{listed}&page=2", "rows")) == 8


# -- figures narrowed to a plant or part ---------------------------------------


@pytest.mark.usefixtures("facts")
def test_supplier_figures_narrowed_to_a_part(
    supplier_a: Supplier, bracket: Part, north: Plant
) -> None:
    external = monthly_counts(
        metric=Metric.EXTERNAL_PPM, scope=ScopeKind.SUPPLIER, part=bracket.pk, plant=north.pk
    )
    assert external[supplier_a.pk][OCTOBER].received == 10_000
    warranty = monthly_counts(metric=Metric.WARRANTY_PPM, scope=ScopeKind.SUPPLIER, part=bracket.pk)
    assert warranty[supplier_a.pk][OCTOBER].counted == 1


@pytest.mark.django_db
def test_narrowing_that_has_no_figure_is_refused() -> None:
    with pytest.raises(UnsupportedScopeError):
        monthly_counts(metric=Metric.WARRANTY_PPM, scope=ScopeKind.SUPPLIER, plant=1)
    with pytest.raises(UnsupportedScopeError):
        monthly_counts(metric=Metric.EXTERNAL_PPM, scope=ScopeKind.TIER, part=1)


@pytest.mark.usefixtures("facts")
def test_windows_added_up_by_the_database_are_the_same_figures(supplier_a: Supplier) -> None:
    deliver(supplier_a, 7_000, OCTOBER.minus(4))
    decide(supplier_a, 2, OCTOBER.minus(2))
    roll_up()
    for metric in Metric:
        series = monthly_counts(metric=metric, scope=ScopeKind.SUPPLIER)
        for window in Window:
            quick = window_figures(metric=metric, window=window, end=OCTOBER)
            for supplier_id, months in series.items():
                expected = window_figure(months, metric=metric, window=window, end=OCTOBER)
                assert quick[supplier_id] == expected


# -- the supplier's own page ---------------------------------------------------


@pytest.fixture
def request_for_8d(supplier_a: Supplier) -> Iterator[None]:
    case = OpenCase(
        number="8D-2025-00007",
        level="8d",
        level_name="8D request",
        rank=1,
        metric="external_ppm",
        state_name="Open",
        opened_on=date(2025, 11, 8),
        due_on=date(2025, 11, 10),
        due_what="D3 containment",
        url="/escalations/8D-2025-00007/",
    )

    def source(ids: object, *, on: date | None = None) -> dict[int, list[OpenCase]]:
        return {supplier_a.pk: [case]} if supplier_a.pk in list(ids) else {}  # type: ignore[call-overload]

    cases.register(source)
    yield
    cases._sources.remove(source)  # noqa: SLF001  # undo the registration


@pytest.mark.usefixtures("facts", "request_for_8d")
def test_own_page_says_what_is_expected_by_when(
    member_a_client: Client, member_b_client: Client
) -> None:
    html = member_a_client.get("/our-quality/").content.decode()
    assert "D3 containment" in html
    assert "overdue" in html
    assert "8D-2025-00007" in html
    other = member_b_client.get("/our-quality/").content.decode()
    assert "Nothing is open" in other


@pytest.mark.django_db
def test_own_page_without_facts_is_no_zero(member_a_client: Client) -> None:
    html = member_a_client.get("/our-quality/").content.decode()
    assert "no data is not zero" in html
