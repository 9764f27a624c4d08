import io
import zipfile
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import override_settings

from suppliers.models import Evidence, Supplier, User
from suppliers.services.evidence import MOST_FILES, attach, content_type_of
from tests.suppliers.services.records import AT, pdf, reject_of


def office(folder: str) -> bytes:
    """Return the least that passes for an office document."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{folder}/document.xml", "<x/>")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", b"%PDF-1.4 x", "application/pdf"),
        ("a.PNG", b"\x89PNG\r\n\x1a\nx", "image/png"),
        ("a.jpeg", b"\xff\xd8\xff\xe0x", "image/jpeg"),
        ("a.webp", b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        ("a.txt", "gemessen: 4 µm".encode(), "text/plain"),
        ("a.xlsx", office("xl"), "spreadsheetml.sheet"),
        ("a.docx", office("word"), "wordprocessingml.document"),
    ],
)
def test_kind_is_read_from_the_content(name: str, content: bytes, kind: str) -> None:
    assert content_type_of(ContentFile(content, name=name)).endswith(kind)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.pdf", b"", "empty"),
        ("a.pdf", b"MZ\x90\x00", "does not contain"),
        ("a.png", b"%PDF-1.4", "does not contain"),
        ("a.txt", b"a\x00b", "does not contain"),
        ("a.xlsx", office("word"), "does not contain"),
        ("a.xlsx", b"PK\x03\x04 broken", "does not contain"),
        ("a.html", b"<script>", "no accepted kind"),
        ("a.svg", b"<svg/>", "no accepted kind"),
        ("noending", b"%PDF-1.4", "no accepted kind"),
    ],
)
def test_other_files_are_refused_with_what_to_do(name: str, content: bytes, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        content_type_of(ContentFile(content, name=name))


def test_large_files_are_refused() -> None:
    with override_settings(EVIDENCE_MAX_BYTES=4), pytest.raises(ValidationError, match="larger"):
        content_type_of(pdf())


def test_kept_under_a_random_key_with_its_name_beside(supplier_a: Supplier, sqe: User) -> None:
    reject = reject_of(supplier_a)
    files: Any = [pdf("../../etc/Prüf\u202ebericht.pdf"), pdf("b.pdf")]
    first, second = attach(files=files, to=reject, by=sqe, at=AT)
    assert first.name == "Prüfbericht.pdf"
    assert "Pr" not in str(first.file.name)
    assert first.file.name != second.file.name
    assert first.sha256 == second.sha256
    assert first.supplier == supplier_a


def test_one_bad_file_keeps_all_out(supplier_a: Supplier, sqe: User) -> None:
    files: Any = [pdf(), ContentFile(b"MZ", name="x.exe")]
    with pytest.raises(ValidationError) as refused:
        attach(files=files, to=reject_of(supplier_a), by=sqe, at=AT)
    assert "x.exe" in refused.value.message_dict["attachments"][0]
    assert not Evidence.objects.exists()


def test_too_many_files_are_refused(supplier_a: Supplier, sqe: User) -> None:
    files: Any = [pdf()] * (MOST_FILES + 1)
    with pytest.raises(ValidationError, match="at most"):
        attach(files=files, to=reject_of(supplier_a), by=sqe, at=AT)
