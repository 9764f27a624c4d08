"""One supplier's page and figure pages: the same numbers as the figures module, and their rows."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from scorecards.enums import ScopeKind
from scorecards.formulas.intervals import garwood
from scorecards.metrics import Metric
from scorecards.periods import Month, Window
from scorecards.queries.figures import monthly_counts, supplier_series, window_figure
from scorecards.queries.rows import RowKind
from scorecards.views.rows import RowsPanel
from suppliers.enums import DeliveryKind, Role
from suppliers.models import Supplier, User
from tests.conftest import LogIn
from tests.factories import (
    CertificateFactory,
    DeliveryFactory,
    DisputeFactory,
    FieldPopulationFactory,
    MembershipFactory,
    MembershipLimitFactory,
    PlantFactory,
    SupplierContactFactory,
    SupplierFactory,
    UserFactory,
    WarrantyReturnFactory,
)
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up, suspect

PAGE = f"/suppliers/ALFA-4711/?month={OCTOBER}"
FIGURE = f"/suppliers/ALFA-4711/figures/external_ppm/{OCTOBER}/"


@pytest.fixture
def alfa(supplier_a: Supplier) -> Supplier:
    """October: 7 of 50,000, 2 of them undecided; a sample and a reversal; September 1 of 20,000."""
    first = deliver(supplier_a, 40_000)
    deliver(supplier_a, 12_000)
    DeliveryFactory(
        supplier=supplier_a,
        plant=first.plant,
        part=first.part,
        received_on=OCTOBER.last_day,
        quantity=2_000,
        reverses=first,
    )
    deliver(supplier_a, 300, kind=DeliveryKind.SAMPLE)
    decide(supplier_a, 5)
    suspect(supplier_a, 2)
    deliver(supplier_a, 20_000, OCTOBER.minus(1))
    decide(supplier_a, 1, OCTOBER.minus(1))
    roll_up()
    return supplier_a


def html_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_page_shows_what_the_figures_module_says(sqe_client: Client, alfa: Supplier) -> None:
    response = sqe_client.get(PAGE)
    series = supplier_series(supplier_id=alfa.pk, metric=Metric.EXTERNAL_PPM)
    for sheet_tile in response.context["sheets"][0].tiles:
        expected = window_figure(
            series, metric=Metric.EXTERNAL_PPM, window=sheet_tile.window, end=OCTOBER
        )
        assert sheet_tile.figure.figure == expected
    html = response.content.decode()
    assert "7 rejects in 50,000 (140 PPM)." in html
    assert "Chance alone hardly explains" in html or "Too few parts to say" in html
    assert "7 of 50,000" in html
    assert "8 of 70,000" in html


@pytest.mark.usefixtures("alfa")
def test_rows_of_the_month_add_up_to_the_figure(sqe_client: Client) -> None:
    for kind, total, count in (("rejects", 7, 2), ("deliveries", 50_000, 4), ("returns", 0, 0)):
        panel: RowsPanel = sqe_client.get(f"{PAGE}&rows={kind}").context["panel"]
        assert panel.kind == RowKind(kind)
        assert panel.rows.total == total
        assert panel.page.paginator.count == count
        assert not panel.difference


@pytest.mark.usefixtures("alfa")
def test_figure_page_adds_up_over_every_window(sqe_client: Client) -> None:
    for window in Window:
        for kind in ("rejects", "deliveries"):
            check_sums(sqe_client, window, kind)


def check_sums(client: Client, window: Window, kind: str) -> None:
    response = client.get(f"{FIGURE}?window={window.value}&rows={kind}")
    figure = response.context["arithmetic"].figure
    panel: RowsPanel = response.context["panel"]
    expected = figure.counted if kind == "rejects" else figure.received
    assert panel.rows.total == expected
    assert "equals the figure" in response.content.decode()
    months = response.context["arithmetic"].months
    assert sum(month.counted for month in months) == figure.counted


@pytest.mark.usefixtures("alfa")
def test_figure_page_shows_formula_and_rule(sqe_client: Client) -> None:
    html = html_of(sqe_client, FIGURE)
    assert "1,000,000 × 7 ÷ 50,000 =" in html
    assert "<strong>140</strong>" in html
    assert "version 1" in html
    assert "7 rejects in 50,000" in html


def test_figure_without_receipts_has_no_ppm(sqe_client: Client, alfa: Supplier) -> None:
    before = OCTOBER.minus(4)
    html = html_of(sqe_client, f"/suppliers/ALFA-4711/figures/external_ppm/{before}/")
    assert "no activity, so there is no PPM" in html
    decide(alfa, 3, before)
    roll_up()
    html = html_of(sqe_client, f"/suppliers/ALFA-4711/figures/external_ppm/{before}/")
    assert "rejects without receipts, so there is no PPM" in html
    assert "prov." not in html
    suspect(alfa, 2, before)
    roll_up()
    html = html_of(sqe_client, f"/suppliers/ALFA-4711/figures/external_ppm/{before}/")
    assert "2 of the counted parts are not yet decided" in html


@pytest.mark.usefixtures("alfa")
def test_disputed_quantity_still_counts_and_stands_beside(
    sqe_client: Client, alfa: Supplier
) -> None:
    reject = suspect(alfa, 4)
    DisputeFactory(reject=reject, supplier=alfa, claimed_qty=Decimal(3))
    roll_up()
    html = html_of(sqe_client, FIGURE)
    assert "1,000,000 × 11 ÷ 50,000 =" in html
    assert "3 of the counted pieces are disputed" in html
    assert "without them it would be 160 PPM" in html


def test_warranty_figure_adds_up_from_returns_and_parts_in_field(
    sqe_client: Client, supplier_a: Supplier
) -> None:
    given = FieldPopulationFactory(
        supplier=supplier_a, month=OCTOBER.first_day, parts_in_field=Decimal(200_000)
    )
    WarrantyReturnFactory(
        supplier=supplier_a, part=given.part, received_on=OCTOBER.first_day, quantity=Decimal(4)
    )
    roll_up()
    address = f"/suppliers/ALFA-4711/figures/warranty_ppm/{OCTOBER}/"
    html = html_of(sqe_client, address)
    assert "1,000,000 × 4 ÷ 200,000 =" in html
    panel = sqe_client.get(f"{address}?rows=in-field").context["panel"]
    assert panel.rows.total == 200_000
    assert not panel.difference


def test_parts_in_field_derived_from_deliveries_add_up(
    sqe_client: Client, supplier_a: Supplier
) -> None:
    first = deliver(supplier_a, 700, OCTOBER.minus(1))
    deliver(supplier_a, 300, OCTOBER.minus(36))
    deliver(supplier_a, 50, OCTOBER.minus(37))
    deliver(supplier_a, 900, OCTOBER)
    reported = FieldPopulationFactory(
        supplier=supplier_a, month=OCTOBER.first_day, parts_in_field=Decimal(40)
    )
    deliver(supplier_a, 5_000, OCTOBER.minus(2), part=reported.part)
    roll_up()
    address = f"/suppliers/ALFA-4711/figures/warranty_ppm/{OCTOBER}/?rows=in-field"
    panel = sqe_client.get(address).context["panel"]
    shown = {row.part.number: row.parts_in_field for row in panel.page}
    assert panel.rows.total == 1_040
    assert not panel.difference
    assert shown[first.part.number] == 700
    assert shown[reported.part.number] == 40
    by_part = monthly_counts(
        metric=Metric.WARRANTY_PPM, scope=ScopeKind.PART, first=OCTOBER, last=OCTOBER
    )
    received = [by_part[row.part.pk][OCTOBER].received for row in panel.page]
    assert received == [row.parts_in_field for row in panel.page]


@pytest.mark.usefixtures("alfa")
def test_rows_are_exported_whole(sqe_client: Client) -> None:
    response = sqe_client.get(f"{FIGURE}deliveries.csv")
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 5
    assert sum(int(line.split(",")[10]) for line in lines[1:]) == 50_000
    assert sqe_client.get(f"{FIGURE}returns.csv").status_code == 404


def test_change_not_yet_rolled_up_is_said(sqe_client: Client, alfa: Supplier) -> None:
    decide(alfa, 9)
    assert "is being rolled up" in html_of(sqe_client, PAGE)


def test_reader_of_one_plant_is_told_what_lies_elsewhere(log_in: LogIn, alfa: Supplier) -> None:
    here = PlantFactory(code="HERE")
    deliver(alfa, 1_000, plant=here)
    roll_up()
    user = UserFactory()
    membership = MembershipFactory(user=user, role=Role.SQE)
    MembershipLimitFactory(membership=membership, plant=here)
    response = log_in(user).get(f"{PAGE}&rows=deliveries")
    assert response.context["panel"].rows.total == 1_000
    assert response.context["panel"].difference == 50_000
    assert "belongs to plants that you do not see" in response.content.decode()


def test_slices_by_plant_and_part_add_up(sqe_client: Client, alfa: Supplier) -> None:
    context = sqe_client.get(PAGE).context
    whole = context["overview"].external
    for name in ("plants", "parts"):
        rows = context[name]
        assert sum(row.month.counted for row in rows) == whole.month.counted
        assert sum(row.rolling_12.received for row in rows) == whole.rolling_12.received


def test_every_plant_and_part_has_a_range_and_a_verdict(sqe_client: Client, alfa: Supplier) -> None:
    response = sqe_client.get(PAGE)
    whole = response.context["overview"].external
    rows = [*response.context["plants"], *response.context["parts"]]
    figures = [figure for row in rows for figure in (row.month, row.rolling_12)]
    for figure in figures:
        exact = garwood(count=figure.counted, exposure=figure.figure.exposure)
        assert figure.interval == exact
        assert len(figure.verdicts) == len(whole.thresholds) > 0
    html = response.content.decode()
    tables = html[html.index('id="by-plant"') : html.index('id="rows"')]
    known = [figure for figure in figures if figure.ppm is not None]
    together = 2 * [whole.month, whole.rolling_12]
    assert tables.count("likely ") == tables.count("against ") == len(known + together) > 4


def test_each_window_of_the_headline_has_its_verdict(sqe_client: Client, alfa: Supplier) -> None:
    response = sqe_client.get(PAGE)
    tiles = response.content.decode().split('<dl class="tiles">')[1].split("</dl>")[0]
    figures = [tile.figure for tile in response.context["sheets"][0].tiles]
    assert tiles.count("against ") == sum(figure.ppm is not None for figure in figures) > 1


def test_page_names_contacts_and_ended_certificates(sqe_client: Client, alfa: Supplier) -> None:
    person = UserFactory(name="Sina Quell", email="sina@oem.example")
    SupplierContactFactory(supplier=alfa, user=person)
    CertificateFactory(supplier=alfa, standard="ISO 14001", expires_on=OCTOBER.first_day)
    html = html_of(sqe_client, PAGE)
    assert "Sina Quell" in html
    assert "ISO 14001" in html
    assert "expired" in html


def test_supplier_without_facts_has_no_figures(sqe_client: Client, supplier_b: Supplier) -> None:
    html = html_of(sqe_client, "/suppliers/BRAVO-0815/")
    assert "no data is not zero" in html


def test_more_reversed_than_received_is_no_figure(sqe_client: Client, supplier_a: Supplier) -> None:
    first = deliver(supplier_a, 500, OCTOBER.minus(1))
    deliver(supplier_a, 500, plant=first.plant, part=first.part, reverses=first)
    decide(supplier_a, 1)
    roll_up()
    html = html_of(sqe_client, PAGE)
    assert "rejects without receipts" in html
    assert html_of(sqe_client, "/suppliers/?month=2025-10")


def test_number_of_queries_does_not_grow_with_rows(sqe_client: Client, alfa: Supplier) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            html_of(sqe_client, PAGE)
        return len(captured)

    html_of(sqe_client, PAGE)
    before = queries()
    for _ in range(3):
        deliver(alfa, 100)
        decide(alfa, 1)
    roll_up()
    assert queries() == before


def test_unknown_supplier_metric_or_month_is_not_found(sqe_client: Client, alfa: Supplier) -> None:
    assert sqe_client.get("/suppliers/NOBODY/").status_code == 404
    assert sqe_client.get(f"/suppliers/ALFA-4711/figures/profit/{OCTOBER}/").status_code == 404
    address = "/suppliers/ALFA-4711/figures/external_ppm/2025-13/"
    assert sqe_client.get(address).status_code == 404


def test_own_page_of_a_member(member_a_client: Client, alfa: Supplier, member_a: User) -> None:
    html = html_of(member_a_client, PAGE)
    assert "7 of 50,000" in html
    assert 'href="/suppliers/?' not in html
    assert 'href="/parts/' not in html
    assert 'href="/plants/' not in html


@pytest.mark.usefixtures("alfa")
def test_month_before_the_first_fact_opens_the_default(sqe_client: Client) -> None:
    response = sqe_client.get("/suppliers/ALFA-4711/?month=2001-01")
    assert response.context["month"] == Month(2025, 10)


def test_tier_and_target_are_those_of_the_month(sqe_client: Client, alfa: Supplier) -> None:
    assert "target 25 PPM" in html_of(sqe_client, PAGE)


def test_supplier_in_no_tier_has_no_target(sqe_client: Client) -> None:
    lonely = SupplierFactory(code="LONELY")
    deliver(lonely, 10)
    roll_up()
    assert "no target agreed" in html_of(sqe_client, f"/suppliers/LONELY/?month={OCTOBER}")


@pytest.mark.usefixtures("alfa")
def test_preliminary_scorecard_is_offered_to_those_who_can_open_it(
    sqe_client: Client, member_a_client: Client
) -> None:
    scorecard = f"/suppliers/ALFA-4711/{OCTOBER}/"
    assert f'href="{scorecard}"' in html_of(sqe_client, PAGE)
    assert sqe_client.get(scorecard).status_code == 200
    assert f'href="{scorecard}"' not in html_of(member_a_client, PAGE)
    assert f'href="{scorecard}"' not in html_of(member_a_client, f"/our-quality/?month={OCTOBER}")
    assert member_a_client.get(scorecard).status_code == 404
