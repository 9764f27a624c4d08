"""What is chosen of causes stays chosen, wherever one clicks next."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from suppliers.models import Supplier, User
from tests.browser.test_scorecard_pages import log_in
from tests.factories import PartFactory, PlantFactory
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def facts(supplier_a: Supplier) -> None:
    north, part = PlantFactory(code="NORTH"), PartFactory()
    for ago in range(3):
        deliver(supplier_a, 40_000, OCTOBER.minus(ago), plant=north, part=part)
        decide(supplier_a, 2 + ago, OCTOBER.minus(ago), plant=north, part=part)
    roll_up()


@pytest.mark.usefixtures("facts")
def test_a_window_keeps_by_and_measure(page: Page, live_server: LiveServer, sqe: User) -> None:
    log_in(page, live_server, sqe)
    page.goto(f"{live_server.url}/suppliers/ALFA-4711/causes/{OCTOBER}/")
    heading = page.locator("#causes-heading")
    page.get_by_role("link", name="Plant", exact=True).click()
    expect(heading).to_have_text("Pieces by plant, 12 months")
    page.get_by_role("link", name="Incidents", exact=True).click()
    expect(heading).to_have_text("Incidents by plant, 12 months")
    page.get_by_role("link", name="3 months", exact=True).click()
    expect(heading).to_have_text("Incidents by plant, 3 months")
    page.get_by_role("link", name="Part", exact=True).click()
    expect(heading).to_have_text("Incidents by part, 3 months")


@pytest.mark.usefixtures("facts")
def test_months_and_rows_of_a_supplier_keep_the_causes(
    page: Page, live_server: LiveServer, sqe: User
) -> None:
    log_in(page, live_server, sqe)
    page.goto(f"{live_server.url}/suppliers/ALFA-4711/?month={OCTOBER}")
    causes, rows = page.locator("#causes"), page.locator("#rows")
    causes.get_by_role("link", name="Plant", exact=True).click()
    expect(causes.locator("a[aria-current]", has_text="Plant")).to_be_visible()
    rows.get_by_role("link", name="Deliveries").click()
    expect(rows.locator("a[aria-current]", has_text="Deliveries")).to_be_visible()
    causes.get_by_role("link", name="Incidents", exact=True).click()
    expect(causes.locator("a[aria-current]", has_text="Incidents")).to_be_visible()
    expect(causes.locator("a[aria-current]", has_text="Plant")).to_be_visible()
    expect(rows.locator("a[aria-current]", has_text="Deliveries")).to_be_visible()
    page.locator(".month-switch a[rel=prev]").click()
    expect(page.locator("#month-switch")).to_have_value(str(OCTOBER.minus(1)))
    for _ in range(2):
        expect(causes.locator("a[aria-current]", has_text="Plant")).to_be_visible()
        expect(causes.locator("a[aria-current]", has_text="Incidents")).to_be_visible()
        expect(rows.locator("a[aria-current]", has_text="Deliveries")).to_be_visible()
        page.locator("#month-switch").select_option(str(OCTOBER))
        page.wait_for_url(f"**month={OCTOBER}**")


@pytest.mark.usefixtures("facts")
def test_a_plant_tells_its_causes_apart_by_supplier(
    page: Page, live_server: LiveServer, sqe: User
) -> None:
    log_in(page, live_server, sqe)
    page.goto(f"{live_server.url}/plants/NORTH/?month={OCTOBER}")
    causes = page.locator("#causes")
    causes.get_by_role("link", name="Supplier", exact=True).click()
    expect(causes.locator("a[aria-current]", has_text="Supplier")).to_be_visible()
    causes.get_by_role("link", name="All causes and their records").click()
    expect(page.locator("#causes-heading")).to_have_text("Pieces by supplier, 12 months")
    expect(page.locator("#rows")).to_contain_text("ALFA-4711")
