"""Controlled shipping in a real browser: confirmed and logged, accessible, narrow enough."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from escalations.models import ControlledShipping
from escalations.services.shipping_letters import send_entry_letter
from suppliers.models import Supplier, User
from tests.browser.fixtures import patient
from tests.browser.watching import accessibility_problems, sideways_scroll, watch
from tests.escalations.shippings import raised

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shipping(supplier_a: Supplier, sqe: User, member_a: User) -> ControlledShipping:
    """Entered three days ago, its letter sent."""
    at = timezone.now() - timedelta(days=3)
    found = raised(supplier_a, today=at.date())
    send_entry_letter(shipping=found, by=sqe, at=at)
    return found


def enter(context: BrowserContext, server: LiveServer, user: User) -> None:
    """Log in by a session cookie."""
    client = Client()
    client.force_login(user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}
    context.clear_cookies()
    context.add_cookies([cookie])  # type: ignore[list-item]  # Playwright's TypedDict


def looked_at(page: Page, address: str) -> None:
    """Open a page wide and narrow: nothing inaccessible, nothing beside the window."""
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok, address
        assert accessibility_problems(page) == [], f"{address} at {width}"
        assert sideways_scroll(page) <= 0, f"{address} at {width}"


def test_supplier_confirms_and_logs_and_every_page_is_accessible(
    browser: Browser,
    live_server: LiveServer,
    shipping: ControlledShipping,
    sqe: User,
    member_a: User,
) -> None:
    context = patient(browser.new_context())
    page = context.new_page()
    complaints = watch(page)
    here = live_server.url + shipping.get_absolute_url()
    enter(context, live_server, member_a)
    looked_at(page, here)
    page.get_by_label("Your name").fill("Ms Weld")
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("link", name="Log a day", exact=True).click()
    page.get_by_label("Sorted by").fill("Early shift")
    page.get_by_label("Inspected").fill("120")
    page.get_by_label("Shipments").fill("1")
    page.get_by_role("button", name="Log the day").click()
    assert page.get_by_text("1 row logged.").is_visible()
    assert page.get_by_text("1 of 20").is_visible()
    for address in (here, f"{here}log/", live_server.url + "/controlled-shipping/"):
        looked_at(page, address)
    enter(context, live_server, sqe)
    code = shipping.episode.supplier.code
    new = f"{live_server.url}/controlled-shipping/new/?supplier={code}&follows={shipping.number}"
    for address in (here, new):
        looked_at(page, address)
    assert complaints == []
    context.close()
