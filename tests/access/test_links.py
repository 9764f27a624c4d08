"""Whatever a page offers its reader to open can be opened by that reader."""

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from tests.access.world import World

pytestmark = pytest.mark.django_db

LINK = re.compile(r"""(?:href|src|hx-get)="(?P<to>[^"#][^"]*)\"""")
ELSEWHERE = ("/static/", "/admin/", "/accounts/logout/")
# The months between which pages lead go on for years: these are seen, the rest is alike.
MOST = 80


def links(page: str, text: str) -> list[str]:
    """Return the product's own addresses a page leads to."""
    found = (urljoin(page, match["to"].replace("&amp;", "&")) for match in LINK.finditer(text))
    return [
        link for link in found if urlsplit(link).scheme == "" and not link.startswith(ELSEWHERE)
    ]


def follow(world: World, role: str) -> dict[str, tuple[int, str]]:
    """Open everything from the first page on: by address, the status and where it was offered."""
    opened: dict[str, tuple[int, str]] = {}
    waiting = [("/", "")]
    while waiting and len(opened) < MOST:
        address, offered_on = waiting.pop(0)
        if address in opened:
            continue
        response: Any = world.clients[role].get(address, follow=True)
        opened[address] = (response.status_code, offered_on)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            waiting += [(link, address) for link in links(address, response.content.decode())]
    return opened


@pytest.mark.parametrize("role", ["member_a", "auditor", "sqe"])
def test_everything_offered_can_be_opened(world: World, role: str) -> None:
    opened = follow(world, role)
    assert len(opened) > 20
    assert {link: seen for link, seen in opened.items() if seen[0] >= 400} == {}
