"""Names in other scripts than Latin: printed with fonts of ours, whatever the machine has."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from scorecards.pdf.engine import render
from scorecards.pdf.scripts import FOLDER, faces_for
from scorecards.pdf.weasy import KIT
from tests.factories import SupplierFactory
from tests.scorecards.facts import deliver
from tests.scorecards.pdf.checker import Heard
from tests.scorecards.pdf.reading import Read
from tests.scorecards.pdf.test_scorecard_pdf import preliminary

FONTS = settings.FRONTEND_DIR / FOLDER
CHINESE = "上海精密零件有限公司"
JAPANESE = "東京精密トヨタ株式会社"
# In seconds from 1904, as fonts count.
START_OF_2026 = 3_850_070_400
KOREAN = "서울정밀부품 주식회사"
NAMES = {
    "noto-sans-sc": CHINESE,
    "noto-sans-jp": JAPANESE,
    "noto-sans-kr": KOREAN,
    "inter cyrillic": "Завод точных деталей",
    "inter greek": "Εργοστάσιο Αθηνών",
    "inter vietnamese": "Nhựa Hà Nội Nguyễn",
}


@pytest.fixture(autouse=True)
def no_complaints(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    logging.getLogger("weasyprint").addHandler(caplog.handler)
    yield
    logging.getLogger("weasyprint").removeHandler(caplog.handler)
    assert [record.getMessage() for record in caplog.records] == []


def page(name: str) -> str:
    return f'<html lang="en"><title>x</title><body><h1>{name}</h1><p>{name}</p></body></html>'


def test_latin_letters_need_no_other_font() -> None:
    html = page("Łódź Übermaß Œuvre Škoda – 5 ≤ 7 × 10⁹ → 100 %")
    assert faces_for(html, folder=FONTS) == ()
    assert KIT.for_page(html) is KIT


@pytest.mark.parametrize(("font", "name"), NAMES.items(), ids=NAMES.keys())
def test_each_script_has_its_font_embedded(font: str, name: str, heard: Heard) -> None:
    faces = faces_for(page(name), folder=FONTS)
    assert any(face.family.startswith(font) for face in faces)

    read = Read(heard.add(font, render(page(name))))

    own = font.replace(" ", "-")
    assert any(drawn.split("+")[1].startswith(own) for drawn in read.fonts)
    assert not any("DejaVu" in drawn for drawn in read.fonts)
    assert all(read.fonts.values())
    assert name in read.text


@pytest.mark.parametrize("name", [CHINESE, JAPANESE, KOREAN])
def test_each_weight_is_drawn_by_letters_of_its_own(name: str) -> None:
    read = Read(render(page(f"{name}</h1><p><strong>{name}</strong></p><h1>")))

    found = {drawn.split("+")[1] for drawn in read.fonts if "noto" in drawn}
    regular = {drawn for drawn in found if not drawn.endswith("Bold")}
    assert found == {f"{one}{weight}" for one in regular for weight in ("", "-Semi-Bold", "-Bold")}
    assert all(len(set(outlines)) == 3 for outlines in _outlines(read).values())


def _outlines(read: Read) -> dict[str, list[bytes]]:
    """Give the outlines of each part of a font, one for each weight that is embedded."""
    found: dict[str, list[bytes]] = {}
    resources: Any = read.reader.pages[0]["/Resources"]
    for font in resources["/Font"].values():
        inner = font["/DescendantFonts"][0].get_object()
        part = str(inner["/BaseFont"]).split("+")[1].removesuffix("-Bold").removesuffix("-Semi")
        if part.startswith("noto"):
            program = inner["/FontDescriptor"]["/FontFile2"].get_data()
            found.setdefault(part, []).append(TTFont(io.BytesIO(program)).reader["glyf"])
    return found


def test_everyday_characters_of_east_asia_are_held() -> None:
    encodings = {"gb2312": 24, "shift_jis": 0, "euc_kr": 0}
    for encoding, at_most in encodings.items():
        lost = 0
        for character in _characters(encoding):
            if ord(character) >= 0x2E80:
                lost += not faces_for(character, folder=FONTS)
        assert lost <= at_most, encoding


def _characters(encoding: str) -> Iterator[str]:
    for first in range(0x81, 0xFF):
        for second in range(0x40, 0xFF):
            text = bytes((first, second)).decode(encoding, errors="ignore")
            if len(text) == 1:
                yield text


def test_kana_show_that_shared_characters_are_japanese() -> None:
    assert all("jp" in face.family for face in faces_for(JAPANESE, folder=FONTS))
    assert all("sc" in face.family for face in faces_for("東京精密", folder=FONTS))


def test_equal_pages_are_equal_files_whenever_and_after_whatever_they_are_drawn() -> None:
    first = render(page(JAPANESE))
    render(page(KOREAN))
    assert render(page(JAPANESE)) == first
    assert max(_stamps(first)) < START_OF_2026


def _stamps(content: bytes) -> set[int]:
    """Read when the embedded fonts say they were written."""
    fonts: Any = PdfReader(io.BytesIO(content)).pages[0]["/Resources"]
    inner = [font["/DescendantFonts"][0].get_object() for font in fonts["/Font"].values()]
    programs = [one["/FontDescriptor"]["/FontFile2"].get_data() for one in inner]
    return {TTFont(io.BytesIO(program))["head"].modified for program in programs if program}


def test_configurations_used_last_are_kept() -> None:
    greek = KIT.for_page(page("Σ"))
    for name in (CHINESE, JAPANESE, KOREAN):
        KIT.for_page(page(name))
    assert KIT.for_page(page("Σ")) is greek
    for name in (CHINESE, JAPANESE, KOREAN, CHINESE + KOREAN):
        KIT.for_page(page(name))
    assert KIT.for_page(page("Σ")) is not greek


@pytest.mark.django_db
def test_a_chinese_suppliers_scorecard_prints_its_name_and_embeds_little(heard: Heard) -> None:
    plain = SupplierFactory(code="PLAIN", name="Shanghai Precision")
    chinese = SupplierFactory(code="CHINESE", name=CHINESE)
    for supplier in (plain, chinese):
        deliver(supplier, 1_000)

    read, other = preliminary(chinese), preliminary(plain)

    heard.add("chinese", read.content)
    assert CHINESE in read.pages[0]
    # An ordinary scorecard has no character of another script, and pays for none.
    assert not any(drawn.split("+")[1].startswith(("noto", "inter")) for drawn in other.fonts)
    assert all(read.fonts.values())
    assert len(read.pages) == len(other.pages)
    assert len(read.content) < len(other.content) + 40_000
    assert 'pdfuaid:part="1"' in read.root["/Metadata"].get_object().get_data().decode()
