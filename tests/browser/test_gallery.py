from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.fixtures import patient
from tests.browser.watching import accessibility_problems, sideways_scroll, watch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    "suppliers/",
    "supplier/",
    "supplier/?code=BOREAL",
    "imports/",
    "parts/",
    "login/",
    "500/",
]


@pytest.fixture
def gallery(live_server: LiveServer) -> Iterator[str]:
    """The address of the components' gallery."""
    folder = Path(__file__).parent / "templates"
    engine: dict[str, Any] = settings.TEMPLATES[0]
    templates = [engine | {"DIRS": [*engine["DIRS"], folder]}]
    with override_settings(ROOT_URLCONF="tests.browser.gallery", TEMPLATES=templates):
        yield f"{live_server.url}/gallery/"


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_component_is_accessible(
    browser: Browser, gallery: str, width: int, theme: str
) -> None:
    context = patient(
        browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if theme == "dark" else "light",
        )
    )
    page = context.new_page()
    complaints = watch(page)
    problems = {}
    for name in PAGES:
        page.goto(gallery + name)
        problems[name] = accessibility_problems(page)
        assert sideways_scroll(page) <= 0, name
    context.close()

    assert {name: found for name, found in problems.items() if found} == {}
    assert complaints == []


def test_pointing_at_a_month_writes_its_figures(page: Page, gallery: str) -> None:
    page.goto(gallery + "supplier/")
    readout = page.locator("[data-chart-readout]")
    expect(readout).to_contain_text("October 2026: 95 PPM")

    page.locator(".chart-wide .chart-hits a").nth(7).hover()
    expect(readout).to_contain_text("May 2026: 54 PPM")

    page.mouse.move(5, 5)
    expect(readout).to_contain_text("October 2026")


def test_a_month_is_reached_and_opened_by_keyboard(page: Page, gallery: str) -> None:
    page.goto(gallery + "supplier/")
    first = page.locator(".chart-wide .chart-hits a").first
    first.focus()

    expect(page.locator("[data-chart-readout]")).to_contain_text("October 2025")
    page.keyboard.press("Enter")
    page.wait_for_url("**/supplier/?month=2025-10")


def test_the_skip_link_comes_first_and_leads_to_the_content(page: Page, gallery: str) -> None:
    page.goto(gallery + "suppliers/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    expect(page.locator(".skip-link")).to_be_in_viewport()

    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_the_user_menu_closes_with_escape(page: Page, gallery: str) -> None:
    page.goto(gallery + "suppliers/")
    page.locator(".menu summary").click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()

    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Log out")).to_be_hidden()
    expect(page.locator(".menu summary")).to_be_focused()


def test_the_chosen_colours_stay_on_the_next_page(page: Page, gallery: str) -> None:
    page.goto(gallery + "suppliers/")
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Dark").click()
    page.goto(gallery + "imports/")

    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(18, 22, 28)"


def test_a_demo_log_in_fills_the_form(page: Page, gallery: str) -> None:
    page.goto(gallery + "login/")
    page.get_by_role("button", name="BUYER").click()

    expect(page.get_by_label("E-mail")).to_have_value("buyer@demo.example")
    expect(page.get_by_label("Password", exact=True)).to_have_value("demo")


def test_pages_show_their_figures_without_script(browser: Browser, gallery: str) -> None:
    context = patient(browser.new_context(java_script_enabled=False))
    page = context.new_page()
    page.goto(gallery + "supplier/")
    page.get_by_text("Show the numbers").click()

    expect(page.locator(".chart tbody tr").first).to_contain_text("October 2026")
    page.locator(".menu summary").click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    context.close()
