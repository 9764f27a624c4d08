"""The 8D workspace in a real browser: autosave, return with a comment, accessible and narrow."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from escalations.models import EightD, EightDStep
from suppliers.models import Supplier, User
from tests.browser.fixtures import patient
from tests.browser.test_decision_pages import enter
from tests.browser.watching import accessibility_problems, sideways_scroll, watch
from tests.escalations.facts import evaluated, external

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def eight_d(supplier_a: Supplier) -> EightD:
    external(supplier_a, counted=13, received=250_000)
    evaluated()
    found: EightD = EightD.objects.get()
    return found


def opened(browser: Browser, server: LiveServer, user: User, *, width: int) -> Page:
    context = patient(browser.new_context(viewport={"width": width, "height": 900}))
    enter(context, server, user)
    return context.new_page()


def test_draft_is_kept_while_typed_and_comes_back_with_a_comment(
    browser: Browser, live_server: LiveServer, eight_d: EightD, member_a: User, sqe: User
) -> None:
    supplier = opened(browser, live_server, member_a, width=390)
    engineer = opened(browser, live_server, sqe, width=1280)
    complaints = watch(supplier), watch(engineer)
    report = f"{live_server.url}/8d/{eight_d.number}/"
    supplier.goto(f"{report}d1/")
    supplier.get_by_label("Champion").fill("Ann Bell")
    expect(supplier.locator("[data-autosave-said]")).to_contain_text("Saved at")
    assert EightDStep.objects.get().content["champion"] == "Ann Bell"
    supplier.get_by_role("button", name="Add rows").click()
    supplier.locator("[name=team-2-name]").fill("Tom Reed")
    supplier.locator("[name=team-2-role]").fill("Process engineer")
    sound(supplier)
    supplier.get_by_role("button", name="Submit D1 team").click()
    supplier.wait_for_url(report)
    engineer.goto(f"{report}d1/")
    sound(engineer)
    engineer.get_by_label("Comment").fill("Who leads the team?")
    engineer.get_by_role("button", name="Return").click()
    engineer.wait_for_url(report)
    sound(engineer)
    supplier.goto(f"{report}d1/")
    expect(supplier.get_by_text("Who leads the team?").first).to_be_visible()
    for address in (f"{report}d4/", f"{report}score/", f"{live_server.url}/8d/"):
        supplier.goto(address)
        sound(supplier)
    engineer.goto(f"{report}d1/revisions/1/")
    sound(engineer)
    assert complaints == ([], [])
    supplier.context.close()
    engineer.context.close()


def sound(page: Page) -> None:
    """Find nothing inaccessible, and nothing wider than the window."""
    assert accessibility_problems(page) == [], page.url
    assert sideways_scroll(page) <= 0, page.url
