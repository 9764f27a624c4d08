"""Mails and a supplier's pages in German: everything is rendered, and nothing stays English."""

import gettext
import io
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from config.translations import machine_readable
from escalations.enums import Audience, MessageEvent
from escalations.models import Message
from escalations.notifications.render import RenderedMail, render
from suppliers.models import User
from tests.escalations import every_message
from tests.escalations.every_message import ALL, People, told
from tests.escalations.mail_pictures import Pictures, pictures
from tests.escalations.supplier_pages import addresses, english
from tests.escalations.translated import missing

__all__ = ["missing", "pictures", "told"]  # fixtures

pytestmark = pytest.mark.django_db
PO = Path(__file__).parents[2] / "locale" / "de" / "LC_MESSAGES" / "django.po"
NAMED = re.compile(r"%\(\w+\)[sd]")
# What the cast has typed and what it is called; all else in a mail is the product's.
TYPED = re.compile(
    r"„[^“]*“|[\w.]+@[\w.]+|https?://\S+|Alfa Castings|Bracket|Bore out of tolerance|"
    r"Supplier (member|administrator) [\w-]+|Supplier-quality engineer oem|Quality manager oem|"
    r"Buyer oem|Ms Weld|" + "|".join(map(re.escape, every_message.TYPED))
)
ENGLISH = re.compile(
    r"\b(the|of|and|is|are|were|has|with|for|from|until|please|this|that|by|to|no|"
    r"supplier|reject|rejects|part|parts|month|due)\b",
    re.IGNORECASE,
)


def test_every_mail_says_everything_in_german_and_fits_a_phone(
    told: People, missing: set[str], pictures: Pictures
) -> None:
    said: dict[tuple[str, str], RenderedMail] = {}
    wrong: dict[str, list[str]] = {}
    for message in Message.objects.with_content().order_by("pk"):
        for language in ("en", "de"):
            with translation.override(language):
                missing.clear()
                mail = render(message)
                if missing:
                    wrong[message.message_id] = sorted(missing)
            pictures.take(message, mail, language=language)
            if language == "de":
                if left := ENGLISH.findall(TYPED.sub("", mail.text)):
                    wrong[message.message_id] = [*left, mail.text]
                said.setdefault((message.event, message.audience), mail)
    assert wrong == {}
    assert ALL - set(said) == set()
    raised = said[MessageEvent.RAISED, Audience.PURCHASING].text
    assert "eine neue Stufe" in raised
    assert pictures.too_wide == []


def test_every_page_of_a_suppliers_work_is_german(
    client: Client, told: People, missing: set[str]
) -> None:
    User.objects.filter(pk=told.member.pk).update(language="de")
    client.force_login(told.member)
    left: dict[str, Any] = {}
    for path in addresses(told.supplier):
        missing.clear()
        response = client.get(path)
        assert response.status_code == 200, path
        if missing:
            left[path] = sorted(missing)
        elif words := english(response.content.decode()):
            left[path] = words
    assert left == {}


def test_translations_name_the_same_values_as_their_originals() -> None:
    compiled = io.BytesIO(machine_readable(PO.read_text("utf-8")))
    texts: dict[Any, str] = vars(gettext.GNUTranslations(compiled))["_catalog"]
    del texts[""]
    assert len(texts) > 1_800
    for original, german in texts.items():
        said = original[0] if isinstance(original, tuple) else original
        assert set(NAMED.findall(german)) == set(NAMED.findall(said)), said


def test_every_text_stands_once_in_the_catalogue() -> None:
    """Other tools refuse a catalogue that has one twice; the later would hide the earlier."""
    entry = re.compile(r'^(?:msgctxt (.*)\n)?msgid ((?:".*"\n)+)', re.MULTILINE)
    found = Counter(entry.findall(PO.read_text("utf-8")))
    assert len(found) > 1_800
    assert [text for text, times in found.items() if times > 1] == []
