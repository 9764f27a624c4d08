"""Months and scorecards in a real browser: accessible, in width, and alive while publishing."""

import re
from datetime import UTC, datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from scorecards.models import PublicationRequest
from scorecards.services.publication import publish_month
from scorecards.services.requests import publish_requested
from suppliers.models import Supplier, User
from tests.browser.fixtures import patient
from tests.browser.watching import accessibility_problems, sideways_scroll, watch
from tests.factories import PASSWORD, CertificateFactory
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up, suspect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZE = re.compile(r' width="(\d+)" height="(\d+)"')
PAGES = ["/months/", "/months/2025-10/", "/suppliers/ALFA-4711/2025-10/"]


@pytest.fixture
def october(supplier_a: Supplier) -> Supplier:
    for ago in range(6):
        deliver(supplier_a, 40_000 + ago, OCTOBER.minus(ago))
        decide(supplier_a, 2 + ago, OCTOBER.minus(ago))
    suspect(supplier_a, 2)
    CertificateFactory(supplier=supplier_a)
    roll_up()
    return supplier_a


def log_in(page: Page, server: LiveServer, user: User) -> None:
    page.goto(f"{server.url}/accounts/login/")
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()
    expect(page.locator(".menu summary")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 360])
def test_pages_are_accessible_and_no_wider_than_the_window(
    browser: Browser, live_server: LiveServer, october: Supplier, sqe: User, width: int
) -> None:
    publish_month(month=OCTOBER, by=sqe, at=datetime(2025, 11, 10, tzinfo=UTC))
    decide(october, 1)
    roll_up()
    context = patient(browser.new_context(viewport={"width": width, "height": 900}))
    page = context.new_page()
    complaints = watch(page)
    log_in(page, live_server, sqe)
    problems = {}
    for address in PAGES:
        page.goto(live_server.url + address)
        problems[address] = accessibility_problems(page)
        assert sideways_scroll(page) <= 0, address
    expect(page.get_by_role("heading", name="The facts have changed")).to_be_visible()
    context.close()

    assert {address: found for address, found in problems.items() if found} == {}
    assert complaints == []


def test_board_follows_the_worker_without_being_reloaded(
    page: Page, live_server: LiveServer, october: Supplier, sqe: User
) -> None:
    log_in(page, live_server, sqe)
    page.goto(f"{live_server.url}/months/")
    row = page.get_by_role("row", name="October 2025")
    row.get_by_role("button", name="Publish").click()
    expect(row).to_contain_text("Waiting for a worker")

    PublicationRequest.objects.get()
    publish_requested(clock=timezone.now)

    expect(row).to_contain_text("1 of 1")
    expect(row).to_contain_text("Published")


def test_saved_pictures_carry_their_title(page: Page, live_server: LiveServer, sqe: User) -> None:
    log_in(page, live_server, sqe)
    page.goto(f"{live_server.url}/workbench/?example=1")
    page.get_by_role("button", name="Draw").click()
    drawn = page.locator("#workbench-chart .chart-drawing").first
    title = drawn.locator("title").text_content()

    with page.expect_download() as svg:
        page.get_by_role("button", name="Picture as SVG").click()
    with page.expect_download() as png:
        page.get_by_role("button", name="Picture as PNG").click()

    saved = svg.value.path().read_text()
    assert title
    assert f">{title}</text>" in saved
    width, height = (int(size) for size in SIZE.findall(saved)[0])
    assert height > int(drawn.get_attribute("height") or "")
    # a PNG says its width and height first, in four bytes each
    head = png.value.path().read_bytes()[16:24]
    assert head == (2 * width).to_bytes(4) + (2 * height).to_bytes(4)


def test_supplier_downloads_the_pdf_of_the_page(
    page: Page, live_server: LiveServer, october: Supplier, member_a: User
) -> None:
    publish_month(month=OCTOBER, by=None, at=datetime(2025, 11, 10, tzinfo=UTC))
    log_in(page, live_server, member_a)
    page.goto(f"{live_server.url}/suppliers/ALFA-4711/2025-10/")

    with page.expect_download() as download:
        page.get_by_role("link", name="Download the PDF").click()

    assert download.value.suggested_filename == "scorecard-ALFA-4711-2025-10-v1.pdf"
