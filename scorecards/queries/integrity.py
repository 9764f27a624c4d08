"""Whether what was published is still what was published."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from scorecards.codec import sha256
from scorecards.models import Scorecard, ScorecardDocument, WorkState

CHUNK = 200


def altered_scorecards() -> Iterator[Scorecard]:
    """Yield the published scorecards whose content no longer has the hash it was given."""
    rows = Scorecard.objects.select_related("supplier").order_by("month", "pk")
    for scorecard in rows.iterator(chunk_size=CHUNK):
        if sha256(scorecard.snapshot) != scorecard.sha256:
            yield scorecard


def altered_documents() -> Iterator[ScorecardDocument]:
    """Yield the finished PDFs whose file is missing or not the one that was made."""
    rows = ScorecardDocument.objects.filter(state=WorkState.READY).order_by("pk")
    for document in rows.select_related("scorecard__supplier").iterator(chunk_size=CHUNK):
        try:
            content = (Path(settings.MEDIA_ROOT) / document.file).read_bytes()
        except OSError:
            yield document
            continue
        if hashlib.sha256(content).hexdigest() != document.sha256:
            yield document
