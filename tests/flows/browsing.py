"""People at a browser: log in, import files, look whether a page is as it should be."""

import re
from pathlib import Path

from playwright.sync_api import APIResponse, Page, Response, ViewportSize, expect

from suppliers.models import User
from tests.browser.watching import accessibility_problems, sideways_scroll
from tests.factories import PASSWORD

WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}


class Person:
    """Somebody who has a browser and the product's address."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.site = site

    def log_in(self, user: User, *, at: str = "/") -> None:
        """Ask for a page, log in on the log-in page that comes instead, and be led on."""
        self.open(at)
        self.page.get_by_label("Email").fill(user.email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Log in").click()
        expect(self.page.get_by_label("Password", exact=True)).to_have_count(0)

    def open(self, path: str) -> Response:
        """Go to a page of the site."""
        response = self.page.goto(self.site + path)
        if response is None:
            raise AssertionError(f"{path} gave no answer")
        return response

    def fetch(self, path: str) -> APIResponse:
        """Ask for an address with this person's session, beside the page."""
        return self.page.request.get(self.site + path)

    def reads(self, *sentences: str) -> None:
        """The page shows every sentence."""
        for sentence in sentences:
            expect(self.page.get_by_text(sentence).first, sentence).to_be_visible()

    def press(self, name: str) -> None:
        """Press the button of that name."""
        self.page.get_by_role("button", name=name).click()

    def upload(self, kind: str, file: Path) -> str:
        """Upload a file on the import page; return the address that it leads to."""
        self.open(f"/imports/new/?kind={kind}")
        self.page.get_by_label(re.compile("^File")).set_input_files(file)
        with self.page.expect_navigation():
            self.press("Upload and check")
        return self.page.url.removeprefix(self.site)

    def import_file(self, kind: str, file: Path) -> None:
        """Upload a file, confirm what was recognised, and wait until it is loaded."""
        self.upload(kind, file)
        self.press("valid row")
        expect(self.page.get_by_text(re.compile("rows? (was|were) loaded"))).to_be_visible()

    def check_page(self) -> None:
        """The page is accessible and fits, wide and light as well as narrow and dark."""
        for size, scheme in ((WIDE, "light"), (NARROW, "dark")):
            self.page.set_viewport_size(size)
            self.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            where = f"{self.page.url} {scheme} {size['width']}"
            problems = accessibility_problems(self.page)
            assert not problems, f"{where}: {problems}"
            overhang = max(0, sideways_scroll(self.page))
            assert overhang == 0, f"{where}: {overhang} px too wide"
        self.page.set_viewport_size(WIDE)
        self.page.emulate_media(color_scheme="light")
