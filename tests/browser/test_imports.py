"""Importing in a real browser: several megabytes, columns by hand, problems, confirmation."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from suppliers.models import Delivery, User
from suppliers.tasks import work_imports
from tests.browser.watching import accessibility_problems, sideways_scroll
from tests.factories import PASSWORD, PartFactory, PlantFactory, SupplierFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROWS = 60_000
WIDTHS = (1280, 390)


@pytest.fixture
def imports(page: Page, live_server: LiveServer, sqe: User) -> Page:
    """The page on which a file is chosen, entered through the log-in page."""
    SupplierFactory(code="ALFA")
    PlantFactory(code="P1")
    PartFactory(number="007")
    page.goto(f"{live_server.url}/imports/new/?kind=deliveries")
    page.locator("input[name=login]").fill(sqe.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").first.click()
    expect(page.get_by_role("heading", name="Import a file")).to_be_visible()
    return page


@pytest.fixture
def month(tmp_path: Path) -> Path:
    """A month of receipts under headings nobody can guess, two rows of it wrong."""
    path = tmp_path / "month.csv"
    rows = [f"DOC{n:07};{n % 9};ALFA;P1;007;03/04/2026;{n % 90 + 1}" for n in range(ROWS)]
    rows[10] = rows[10].replace("ALFA", "NOBODY")
    rows[20] = rows[20].replace(";007;", ";008;")
    path.write_text("nr;ln;supplier;plant;part;when;much\n" + "\n".join(rows) + "\n")
    return path


def fit_and_accessible(page: Page) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert sideways_scroll(page) <= 0, width
        assert accessibility_problems(page) == [], width
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})


def test_month_is_mapped_checked_and_loaded(imports: Page, month: Path) -> None:
    page = imports
    fit_and_accessible(page)
    page.locator("input[type=file]").set_input_files(month)
    page.get_by_role("button", name="Upload and check").click()
    expect(page.get_by_text("Reading and checking")).to_be_visible()
    fit_and_accessible(page)

    work_imports()
    # the page finds out by itself
    expect(page.get_by_text("No column was recognised for")).to_be_visible()
    fit_and_accessible(page)
    page.get_by_label("Document").select_option("nr")
    page.get_by_label("Line").select_option("ln")
    page.get_by_label("Received on").select_option("when")
    page.get_by_label("Quantity", exact=True).select_option("much")
    page.get_by_role("button", name="Check again").click()
    work_imports()
    expect(page.get_by_text("can be read with the day or with the month first")).to_be_visible()
    page.get_by_label("Dates such as 03/04/2026").select_option("mdy")
    page.get_by_role("button", name="Check again").click()
    work_imports()
    expect(page.get_by_text("This supplier is not known.").first).to_be_visible()
    fit_and_accessible(page)

    page.get_by_role("button", name="Create unknown parts and check again").click()
    work_imports()
    load = page.get_by_role("button", name="Load 59,999 valid rows")
    expect(load).to_be_visible()
    load.click()
    expect(page.get_by_text("All valid rows go in together, or none.")).to_be_visible()
    work_imports()
    expect(page.get_by_text("59,999 rows were loaded")).to_be_visible()
    fit_and_accessible(page)
    assert Delivery.objects.count() == ROWS - 1
    page.get_by_text("Save these columns for files with the same headings").click()
    page.get_by_label("Name of the source").fill("Receipts of the old system")
    fit_and_accessible(page)
    page.get_by_role("button", name="Save mapping").click()
    expect(page.get_by_text("files with these headings are read so")).to_be_visible()
    page.get_by_role("link", name="All imports").click()
    page.get_by_role("link", name="Saved mappings").click()
    own = page.get_by_role("link", name="Receipts of the old system")
    expect(own).to_be_visible()
    fit_and_accessible(page)
    own.click()
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_visible()
    fit_and_accessible(page)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Imports").first.click()
    expect(page.get_by_role("link", name="month.csv")).to_be_visible()
    fit_and_accessible(page)


def test_cells_copied_in_a_spreadsheet_are_pasted_and_loaded(
    imports: Page, live_server: LiveServer
) -> None:
    page = imports
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    cells = (
        "Lieferschein\tLieferant\tWerk\tMaterial\tBuchungsdatum\tMenge\n"
        '4711\tALFA\tP1\t007\t31.01.2026\t1.234,5\n"47\n12"\tALFA\tP1\t007\t01.02.2026\t12\n'
        "4713\tNOBODY\tP1\t007\t01.02.2026\t12\n"
    )
    page.evaluate("text => navigator.clipboard.writeText(text)", cells)
    field = page.get_by_label("Or rows pasted from a spreadsheet")
    field.focus()
    page.keyboard.press("Control+V")
    assert field.input_value() == cells
    fit_and_accessible(page)
    page.get_by_role("button", name="Upload and check").click()
    work_imports()
    expect(page.get_by_text("This supplier is not known.")).to_be_visible()
    fit_and_accessible(page)
    page.get_by_role("button", name="Load 2 valid rows").click()
    work_imports()
    expect(page.get_by_text("2 rows were loaded")).to_be_visible()
    assert set(Delivery.objects.values_list("document", flat=True)) == {"4711", "47 12"}


def test_too_much_pasted_is_refused_in_words(imports: Page) -> None:
    page = imports
    row = "4711\tALFA\tP1\t007\t31.01.2026\t1.234,5\n"
    field = page.get_by_label("Or rows pasted from a spreadsheet")
    field.evaluate("(field, row) => { field.value = row.repeat(200000) }", row)
    page.get_by_role("button", name="Upload and check").click()
    expect(page.get_by_text("More was pasted than the 2,000,000 characters")).to_be_visible()
    fit_and_accessible(page)


def test_file_above_the_limit_is_refused_in_words(
    imports: Page, tmp_path: Path, settings: LazySettings
) -> None:
    settings.IMPORT_MAX_BYTES = 5 * 1024 * 1024
    page = imports
    path = tmp_path / "large.csv"
    path.write_bytes(b"document;line\n" + b"1;2\n" * 5_000_000)
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Upload and check").click()
    expect(page.get_by_text("The file is larger than the 5 MB allowed.")).to_be_visible()
    fit_and_accessible(page)


def test_conflicts_are_decided_and_the_import_is_taken_back(imports: Page, tmp_path: Path) -> None:
    page = imports
    rows = [f"D{n};ALFA;P1;007;2026-01-{n + 10};{n + 1};2026-02-01" for n in range(6)]
    head = "document;supplier;plant;part;received_on;quantity;promised_on\n"
    path = tmp_path / "january.csv"

    def upload(text: str) -> None:
        path.write_text(text)
        page.goto(page.url.split("/imports/")[0] + "/imports/new/?kind=deliveries")
        page.locator("input[type=file]").set_input_files(path)
        page.get_by_role("button", name="Upload and check").click()
        work_imports()
        expect(page.get_by_role("heading", name="Control totals")).to_be_visible()

    upload(head + "\n".join(rows[:5]))
    page.get_by_role("button", name="Load 5 valid rows").click()
    work_imports()
    expect(page.get_by_text("5 rows were loaded")).to_be_visible()
    upload(head + "\n".join(row.replace("2026-02-01", "2026-02-03") for row in rows))
    fit_and_accessible(page)
    page.get_by_label("Row 2").check()
    page.get_by_role("button", name="Replace by the file's values").click()
    expect(page.get_by_text("Write at least ten letters")).to_be_visible()
    expect(page.get_by_label("Row 2")).to_be_checked()
    fit_and_accessible(page)
    page.get_by_label("Reason").fill("The carrier confirmed the later day")
    page.get_by_role("button", name="Replace by the file's values").click()
    expect(page.get_by_text("1 stored record was replaced; figures follow")).to_be_visible()
    page.get_by_label("All rows that are not decided").check()
    page.get_by_role("button", name="Keep what is stored").click()
    expect(page.get_by_text("4 rows stay as stored.")).to_be_visible()
    page.get_by_role("button", name="Load 1 valid row").click()
    work_imports()
    expect(page.get_by_text("1 row was loaded")).to_be_visible()
    page.get_by_text("Take this import back").click()
    page.get_by_label("Reason").fill("Exported from the test system")
    fit_and_accessible(page)
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Being taken back").first).to_be_visible()
    fit_and_accessible(page)
    work_imports()
    expect(page.get_by_text("1 row was taken back")).to_be_visible()
    fit_and_accessible(page)
    assert Delivery.objects.filter(promised_on="2026-02-01").count() == 5
