"""Where PDFs are kept: below MEDIA_ROOT, written whole or not at all."""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

from scorecards.models import ScorecardDocument, WorkState

FOLDER = "scorecards"


def file_name(document: ScorecardDocument) -> str:
    """Return the name below MEDIA_ROOT; one for each version."""
    scorecard = document.scorecard
    name = f"{scorecard.supplier_id}-v{scorecard.version}-{scorecard.sha256[:12]}.pdf"
    return f"{FOLDER}/{scorecard.period}/{name}"


def keep(name: str, content: bytes) -> None:
    """Write a file so that a reader finds the old, the new or none, but never half of one."""
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def stored(document: ScorecardDocument) -> bytes | None:
    """Return the finished PDF; None while there is none, or when the file is not what was kept."""
    if document.state != WorkState.READY:
        return None
    try:
        content = _path(document.file).read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == document.sha256 else None


def _path(name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / name
