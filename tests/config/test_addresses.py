import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.urls import reverse

from suppliers.context import NAVIGATION, Entry
from tests.access.addresses import found

NAMED = re.compile(r"""\{%\s*url\s+(["'])(?P<name>[^"']+)\1""")


def named_in_templates() -> Iterator[tuple[str, str]]:
    for template in sorted((settings.BASE_DIR / "templates").rglob("*.html")):
        for match in NAMED.finditer(template.read_text(encoding="utf-8")):
            yield str(template.relative_to(settings.BASE_DIR)), match["name"]


def test_every_address_named_in_a_template_exists() -> None:
    """`{% url … as … %}` says nothing when a name is misspelt: the link is only missing."""
    known = {pattern.name for pattern in found()}
    named = set(named_in_templates())
    assert len(named) > 50
    assert sorted(case for case in named if case[1] not in known) == []


@pytest.mark.parametrize("entry", NAVIGATION, ids=lambda entry: entry.url_name)
def test_every_place_in_the_navigation_exists(entry: Entry) -> None:
    assert reverse(entry.url_name).startswith("/")
