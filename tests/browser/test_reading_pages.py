"""The reading pages in a real browser: accessible, narrow enough, and alive with script."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from scorecards.metrics import Metric
from scorecards.services.baselines import accept_baseline, propose_baseline
from suppliers.models import Reject, Supplier, SupplierGroup, User
from tests.browser.fixtures import patient
from tests.browser.watching import accessibility_problems, sideways_scroll, watch
from tests.factories import (
    BaselinePointFactory,
    CertificateFactory,
    ChartSignalFactory,
    DisputeFactory,
    PartFactory,
    PlantFactory,
    SupplierContactFactory,
    SupplierFactory,
    SupplierGroupMembershipFactory,
    WarrantyReturnFactory,
)
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up, suspect

AT = datetime(2025, 11, 20, 9, tzinfo=UTC)
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def facts(supplier_a: Supplier, sqe: User) -> Reject:
    """A year with receipts and rejects, a dispute, a return, and a supplier without data."""
    plant, part = PlantFactory(code="NORTH"), PartFactory(number="BR-7")
    for back in range(12):
        month = OCTOBER.minus(back)
        deliver(supplier_a, 40_000 + 1_000 * back, month, plant=plant, part=part)
        decide(supplier_a, 1 + back % 5, month, plant=plant, part=part)
    disputed = suspect(supplier_a, 9, plant=plant, part=part)
    DisputeFactory(reject=disputed, supplier=supplier_a)
    WarrantyReturnFactory(supplier=supplier_a, part=part, received_on=OCTOBER.first_day)
    WarrantyReturnFactory(
        supplier=supplier_a,
        part=part,
        received_on=OCTOBER.first_day,
        built_on=OCTOBER.minus(6).first_day,
        months_in_service=2,
    )
    SupplierGroupMembershipFactory(supplier=supplier_a, group__name="Alfa Holding")
    CertificateFactory(supplier=supplier_a, expires_on=date(2025, 1, 1))
    SupplierContactFactory(supplier=supplier_a, user=sqe)
    SupplierFactory(code="QUIET", in_tier=2)
    roll_up()
    limits = propose_baseline(
        supplier=supplier_a,
        metric=Metric.EXTERNAL_PPM,
        first=OCTOBER.minus(11),
        last=OCTOBER,
        by=sqe,
        at=AT,
    )
    accept_baseline(baseline=limits, reason="Agreed in November.", by=sqe, at=AT)
    ChartSignalFactory(baseline=limits, month=OCTOBER.first_day)
    BaselinePointFactory(baseline__supplier=supplier_a, baseline__version=2)
    return disputed


def enter(context: BrowserContext, server: LiveServer, user: User) -> None:
    """Log in by a session cookie; logging in by form is tested elsewhere."""
    client = Client()
    client.force_login(user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}
    context.add_cookies([cookie])  # type: ignore[list-item]  # Playwright's TypedDict


BOARDS = (
    "/workbench/ipc-7912/?boards=1&component=9&placement=8&termination=90"
    "&component_defects=1&placement_defects=0&termination_defects=1"
)


def addresses(reject: Reject) -> list[str]:
    figure = f"/suppliers/ALFA-4711/figures/external_ppm/{OCTOBER}/"
    return [
        "/suppliers/",
        "/suppliers/ALFA-4711/",
        "/suppliers/QUIET/",
        f"{figure}?window=12",
        f"{figure}?rows=deliveries",
        f"/suppliers/ALFA-4711/figures/warranty_ppm/{OCTOBER}/?rows=in-field",
        f"/suppliers/ALFA-4711/causes/{OCTOBER}/?by=part&measure=incidents",
        f"/tiers/1/causes/{OCTOBER}/?by=supplier",
        f"/suppliers/ALFA-4711/delivery-months/{OCTOBER}/",
        f"/suppliers/ALFA-4711/build-months/{OCTOBER}/?built={OCTOBER.minus(6)}&mis=12",
        f"/tiers/1/figures/external_ppm/{OCTOBER}/?window=12",
        f"/parts/BR-7/figures/warranty_ppm/{OCTOBER}/?rows=in-field",
        "/suppliers/ALFA-4711/limits/external_ppm/",
        "/signals/",
        f"/compare/?month={OCTOBER}",
        "/workbench/?example=1",
        "/workbench/converters/?measure=sigma&value=4.2&opportunities=10",
        BOARDS,
        "/groups/",
        f"/groups/{SupplierGroup.objects.get().pk}/",
        f"/rejects/{reject.pk}/",
        "/tiers/",
        "/plants/NORTH/",
        "/defect-codes/",
        "/suppliers/ALFA-4711/two-periods/",
        "/parts/BR-7/",
    ]


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (360, "dark")])
def test_every_page_is_accessible(  # fixtures
    browser: Browser,
    live_server: LiveServer,
    facts: Reject,
    sqe: User,
    member_a: User,
    width: int,
    theme: str,
) -> None:
    problems = {}
    for user, paths in ((sqe, addresses(facts)), (member_a, ["/our-quality/"])):
        context = patient(
            browser.new_context(
                viewport={"width": width, "height": 900},
                color_scheme="dark" if theme == "dark" else "light",
            )
        )
        enter(context, live_server, user)
        page = context.new_page()
        complaints = watch(page)
        for path in paths:
            page.goto(live_server.url + path)
            problems[path] = accessibility_problems(page)
            assert sideways_scroll(page) <= 0, path
        context.close()
        assert complaints == []
    assert {path: found for path, found in problems.items() if found} == {}


@pytest.mark.usefixtures("facts")
def test_a_figure_opens_from_the_list_down_to_the_record(
    page: Page, context: BrowserContext, live_server: LiveServer, sqe: User
) -> None:
    enter(context, live_server, sqe)
    page.goto(f"{live_server.url}/")
    page.get_by_role("link", name="ALFA-4711").first.click()
    page.get_by_role("term").filter(has_text="12 months").first.locator("..").get_by_role(
        "link"
    ).click()
    expect(page.get_by_text("equals the figure")).to_be_visible()
    page.locator("#rows tbody a").first.click()
    expect(page.get_by_role("heading", name="What it counts")).to_be_visible()


@pytest.mark.usefixtures("facts")
def test_a_line_in_the_list_tells_its_months_and_opens_the_chart_with_its_table(
    page: Page, context: BrowserContext, live_server: LiveServer, sqe: User
) -> None:
    enter(context, live_server, sqe)
    page.goto(f"{live_server.url}/suppliers/?month={OCTOBER}")
    line, told = page.locator(".spark-link").first, page.locator(".spark-tip")
    line.hover(position={"x": 2, "y": 10})
    expect(told).to_have_text("Oct 2024: —")
    line.focus()
    expect(told).to_contain_text("Oct 2025:")
    page.keyboard.press("ArrowLeft")
    expect(told).to_contain_text("Sep 2025:")
    assert accessibility_problems(page) == []
    page.keyboard.press("Escape")
    expect(told).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server.url}/suppliers/ALFA-4711/?month={OCTOBER}#external-ppm")
    expect(page.locator("#external-ppm")).to_be_visible()


@pytest.mark.usefixtures("facts")
def test_rows_are_exchanged_without_loading_the_page(
    page: Page, context: BrowserContext, live_server: LiveServer, sqe: User
) -> None:
    enter(context, live_server, sqe)
    page.goto(f"{live_server.url}/suppliers/ALFA-4711/")
    page.evaluate("window.stayed = true")
    page.locator("#rows").get_by_role("link", name="Deliveries").click()
    expect(page.get_by_role("region", name="Deliveries")).to_be_visible()
    assert page.evaluate("window.stayed") is True
    page.go_back()
    expect(page.get_by_role("region", name="Rejects")).to_be_visible()


@pytest.mark.usefixtures("facts")
def test_choosing_a_month_shows_it(
    page: Page, context: BrowserContext, live_server: LiveServer, sqe: User
) -> None:
    enter(context, live_server, sqe)
    page.goto(f"{live_server.url}/suppliers/ALFA-4711/")
    page.get_by_label("Month", exact=True).select_option("2025-03")
    page.wait_for_url("**/?month=2025-03")
    expect(page.get_by_role("heading", name="Rows of March 2025")).to_be_visible()


@pytest.mark.usefixtures("facts")
def test_on_a_phone_the_navigation_shows_where_we_are_and_tab_begins_at_the_top(
    browser: Browser, live_server: LiveServer, sqe: User
) -> None:
    context = patient(browser.new_context(viewport={"width": 360, "height": 640}))
    enter(context, live_server, sqe)
    page = context.new_page()
    page.goto(f"{live_server.url}/imports/")
    expect(page.locator(".site-nav [aria-current]")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    context.close()
