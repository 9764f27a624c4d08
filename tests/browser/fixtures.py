"""A real Chromium for the tests: `CHROMIUM` names it, else one on the PATH."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.watching import watch

# Playwright's loop runs in the test's thread, in which the fixtures use the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

# How long a page may take on a machine that does much else, in ms; what is there is not waited for.
PATIENCE = 120_000
expect.set_options(timeout=PATIENCE)


def patient(context: BrowserContext) -> BrowserContext:
    """Have a context's pages wait for a busy machine, and not for Playwright's half minute."""
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    program = os.environ.get("CHROMIUM") or found
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = patient(browser.new_context(viewport={"width": 1280, "height": 900}))
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails its test when a script fails or the security policy is broken."""
    page = context.new_page()
    complaints = watch(page)
    yield page
    assert complaints == []
