"""The administration under the strict security policy: the `page` fixture fails on a breach."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from suppliers.models import Supplier, User
from tests.factories import PASSWORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def administration(page: Page, live_server: LiveServer, administrator: User) -> Page:
    """The administration's first page, entered through the log-in page."""
    page.goto(f"{live_server.url}/admin/")
    page.locator("input[name=login]").fill(administrator.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").first.click()
    expect(page.get_by_role("heading", name="Masters, people and rules")).to_be_visible()
    return page


def test_supplier_is_added_with_tier_and_contact(administration: Page, sqe: User) -> None:
    page = administration
    page.locator(".model-supplier .addlink").first.click()
    # the page moves the focus there once it has loaded, away from whatever is typed in before
    expect(page.get_by_label("Code:")).to_be_focused()
    page.get_by_label("Code:").fill("NEW-1")
    page.get_by_label("Name:").fill("New Castings")
    page.locator("#tiers-group .add-row a").click()
    page.locator("#id_tiers-0-tier").select_option(label="Tier 1")
    page.locator("#tiers-0 .datetimeshortcuts a").first.click()
    page.locator("#contacts-group .add-row a").click()
    page.locator("#contacts-0 .select2-selection").click()
    page.locator(".select2-search__field").fill(sqe.email)
    page.locator(".select2-results__option", has_text=str(sqe)).click()
    page.locator("#id_contacts-0-responsibility").select_option("sqe")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    supplier = Supplier.objects.get(code="NEW-1")
    assert supplier.tiers.get().tier.level == 1
    assert supplier.contacts.get().user == sqe


def test_history_is_reached_from_the_record(administration: Page, supplier_a: Supplier) -> None:
    page = administration
    page.goto(page.url + f"suppliers/supplier/{supplier_a.pk}/change/")
    page.locator(".historylink").click()
    expect(page.get_by_role("cell", name="insert")).to_be_visible()


def test_token_is_issued(administration: Page, sqe: User) -> None:
    page = administration
    page.goto(page.url + "suppliers/apitoken/add/")
    page.locator(".field-user .select2-selection").click()
    page.locator(".select2-search__field").fill(sqe.email)
    page.locator(".select2-results__option", has_text=str(sqe)).click()
    page.get_by_label("Used by:").fill("Data warehouse")
    page.get_by_label("Figures and scorecards").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#token-secret")).to_contain_text("sqs_")
