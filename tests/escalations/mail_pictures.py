"""Mails as a mail client shows them: laid out by a real Chromium, narrow and wide.

`MAIL_PICTURES=folder pytest tests/escalations/test_german.py` keeps each as .html, .txt and .png.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from escalations.models import Message
from escalations.notifications.render import RenderedMail

PHONE, DESK = 390, 600
LOOKS: tuple[tuple[int, Literal["light", "dark"]], ...] = (
    (PHONE, "light"),
    (DESK, "light"),
    (DESK, "dark"),
)
OVERFLOWS = "document.documentElement.scrollWidth > innerWidth"


@dataclass(kw_only=True)
class Pictures:
    """Lays mails out; `too_wide` names those that a phone would have to scroll sideways."""

    page: Page
    folder: Path | None
    too_wide: list[str] = field(default_factory=list)

    def take(self, message: Message, mail: RenderedMail, *, language: str) -> None:
        """Lay one mail out as on a phone; keep it where a folder is named."""
        name = f"{message.kind}-{message.event}-{message.audience}-{message.pk}-{language}"
        self.page.set_viewport_size({"width": PHONE, "height": 800})
        self.page.set_content(mail.html)
        if self.page.evaluate(OVERFLOWS):
            self.too_wide.append(name)
        if self.folder is not None:
            self._keep(self.folder / name, mail)

    def _keep(self, path: Path, mail: RenderedMail) -> None:
        path.with_suffix(".html").write_text(mail.html, "utf-8")
        path.with_suffix(".txt").write_text(f"{mail.subject}\n\n{mail.text}", "utf-8")
        for width, colours in LOOKS:
            self.page.emulate_media(color_scheme=colours)
            self.page.set_viewport_size({"width": width, "height": 800})
            self.page.screenshot(path=f"{path}-{width}-{colours}.png", full_page=True)
        self.page.emulate_media(color_scheme="light")


@pytest.fixture
def pictures(browser: Browser) -> Iterator[Pictures]:
    """Return what lays mails out."""
    kept = os.environ.get("MAIL_PICTURES")
    folder = None if kept is None else Path(kept)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    page = browser.new_page()
    yield Pictures(page=page, folder=folder)
    page.close()
