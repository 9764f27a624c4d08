"""Keeping evidence: only kinds of files that show something, by what is in them."""

import hashlib
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from suppliers.models import Dispute, Evidence, Reject, User, WarrantyReturn
from suppliers.services.records import ConflictError

MOST_FILES = 10
HEAD_BYTES = 16
MEGABYTE = 1024 * 1024
OFFICE = "application/vnd.openxmlformats-officedocument"


def _starts(*heads: bytes) -> Callable[[bytes, "File[bytes]"], bool]:
    return lambda head, _file: head.startswith(heads)


def _is_webp(head: bytes, _file: "File[bytes]") -> bool:
    return head.startswith(b"RIFF") and head[8:12] == b"WEBP"


def _is_office(folder: str) -> Callable[[bytes, "File[bytes]"], bool]:
    def look(head: bytes, file: "File[bytes]") -> bool:
        if not head.startswith(b"PK\x03\x04"):
            return False
        try:
            with zipfile.ZipFile(file) as archive:
                names = set(archive.namelist())
        except (zipfile.BadZipFile, OSError):
            return False
        return "[Content_Types].xml" in names and any(name.startswith(folder) for name in names)

    return look


def _is_text(_head: bytes, file: "File[bytes]") -> bool:
    file.seek(0)
    content = file.read()
    if not content or b"\x00" in content:
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@dataclass(frozen=True, kw_only=True)
class FileKind:
    """A kind of file: its endings, and how its content is recognised."""

    content_type: str
    endings: frozenset[str]
    recognise: Callable[[bytes, "File[bytes]"], bool]


KINDS = (
    FileKind(
        content_type="application/pdf", endings=frozenset({".pdf"}), recognise=_starts(b"%PDF-")
    ),
    FileKind(
        content_type="image/png",
        endings=frozenset({".png"}),
        recognise=_starts(b"\x89PNG\r\n\x1a\n"),
    ),
    FileKind(
        content_type="image/jpeg",
        endings=frozenset({".jpg", ".jpeg"}),
        recognise=_starts(b"\xff\xd8\xff"),
    ),
    FileKind(content_type="image/webp", endings=frozenset({".webp"}), recognise=_is_webp),
    FileKind(
        content_type=f"{OFFICE}.spreadsheetml.sheet",
        endings=frozenset({".xlsx"}),
        recognise=_is_office("xl/"),
    ),
    FileKind(
        content_type=f"{OFFICE}.wordprocessingml.document",
        endings=frozenset({".docx"}),
        recognise=_is_office("word/"),
    ),
    FileKind(content_type="text/plain", endings=frozenset({".txt", ".csv"}), recognise=_is_text),
)
ENDINGS = tuple(sorted(ending for kind in KINDS for ending in kind.endings))


def content_type_of(file: "File[bytes]") -> str:
    """Return what a file is by its content, which must agree with its ending.

    Raises:
        ValidationError: empty, too large, of no accepted kind, or not what its name says.
    """
    name = shown_name(file)
    if not file.size:
        raise ValidationError(_("“%(name)s” is empty.") % {"name": name})
    if file.size > settings.EVIDENCE_MAX_BYTES:
        raise ValidationError(
            _("“%(name)s” is larger than %(limit)s MB; make it smaller or split it.")
            % {"name": name, "limit": settings.EVIDENCE_MAX_BYTES // MEGABYTE}
        )
    ending = PurePath(name).suffix.lower()
    kind = next((kind for kind in KINDS if ending in kind.endings), None)
    if kind is None:
        raise ValidationError(
            _("“%(name)s” is of no accepted kind. Accepted are %(endings)s.")
            % {"name": name, "endings": ", ".join(ENDINGS)}
        )
    file.seek(0)
    fits = kind.recognise(file.read(HEAD_BYTES), file)
    file.seek(0)
    if not fits:
        raise ValidationError(
            _("“%(name)s” does not contain what its name says. Save it again as %(ending)s.")
            % {"name": name, "ending": ending}
        )
    return kind.content_type


def check_files(files: Sequence["File[bytes]"]) -> list[str]:
    """Return the content types of files that may be attached together.

    Raises:
        ValidationError: with everything that is wrong with any of them.
    """
    if len(files) > MOST_FILES:
        raise ValidationError(_("Attach at most %(most)s files at once.") % {"most": MOST_FILES})
    types, problems = [], []
    for file in files:
        try:
            types.append(content_type_of(file))
        except ValidationError as error:
            problems.extend(error.messages)
    if problems:
        raise ValidationError(problems)
    return types


def attach(
    *,
    files: Sequence["File[bytes]"],
    to: Reject | WarrantyReturn | Dispute,
    by: User,
    at: datetime,
    verdict: int | None = None,
) -> list[Evidence]:
    """Keep files about a record or a dispute, in the caller's transaction.

    `verdict` is the number of the verdict on the record that they were given with.

    Raises:
        ValidationError: on `attachments`, when one of them is not accepted; nothing is kept then.
    """
    try:
        types = check_files(files)
    except ValidationError as error:
        raise ValidationError({"attachments": error.messages}) from error
    about = {
        Reject: "reject",
        WarrantyReturn: "warranty_return",
        Dispute: "dispute",
    }[type(to)]
    return [
        Evidence.objects.create(
            supplier_id=to.supplier_id,
            **{about: to},
            verdict=verdict,
            file=file,
            name=shown_name(file),
            content_type=content_type,
            size_bytes=file.size,
            sha256=digest_of(file),
            uploaded_by=by,
            uploaded_at=at,
        )
        for file, content_type in zip(files, types, strict=True)
    ]


@transaction.atomic
def add_evidence(
    *,
    files: Sequence["File[bytes]"],
    to: Reject | WarrantyReturn | Dispute,
    by: User,
    at: datetime,
) -> list[Evidence]:
    """Attach files to what was recorded before; return the new ones.

    A file that is attached already, by its content, changes nothing.

    Raises:
        ValidationError: on `attachments`, without a file or when one is not accepted.
        ConflictError: the dispute is settled.
    """
    locked: Any = type(to).objects.select_for_update(of=("self",)).get(pk=to.pk)
    if isinstance(locked, Dispute) and not locked.is_open:
        raise ConflictError(_("The dispute is settled; nothing more is attached to it."))
    if not files:
        raise ValidationError({"attachments": _("Attach at least one file.")})
    kept = set(locked.evidence.values_list("sha256", flat=True))
    return attach(
        files=[file for file in files if digest_of(file) not in kept], to=to, by=by, at=at
    )


def shown_name(file: "File[bytes]") -> str:
    """Return the name a person gave the file, without folders and control characters."""
    name = PurePath((file.name or "").replace("\\", "/")).name
    return "".join(c for c in name if c.isprintable())[-200:] or "file"


def digest_of(file: "File[bytes]") -> str:
    """Return the SHA-256 of a file."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return digest
