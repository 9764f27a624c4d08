"""Turning published scorecards into stored PDFs."""

import hashlib
from datetime import datetime

from django.db import transaction

from scorecards.models import Scorecard, ScorecardDocument
from scorecards.pdf.engine import PdfUnavailableError
from scorecards.pdf.files import draw
from scorecards.pdf.store import file_name, keep
from scorecards.services.work import Clock, work_off


def render_waiting(*, clock: Clock, until: datetime | None = None) -> int:
    """Render every PDF that is due, or those begun before `until`; return how many are ready now.

    Safe in several workers at once and when one is killed at any moment: a repeated
    rendering writes the same bytes under the same name.

    Raises:
        PdfUnavailableError: when no PDF can be made here; everything stays waiting.
    """
    return work_off(
        ScorecardDocument,
        _render,
        clock=clock,
        passing_errors=(PdfUnavailableError,),
        until=until,
        related=("scorecard__supplier",),
    )


@transaction.atomic
def render_now(scorecard: Scorecard, *, clock: Clock) -> bool:
    """Render one scorecard's PDF unless it is ready or a worker is at it; say whether it did.

    Raises:
        PdfUnavailableError: when no PDF can be made here.
    """
    document = (
        ScorecardDocument.objects.unfinished()
        .select_for_update(skip_locked=True, of=("self",))
        .filter(scorecard=scorecard)
        .first()
    )
    if document is None:
        return False
    _render(document)
    document.finish(at=clock())
    return True


def _render(document: ScorecardDocument) -> bool:
    content = draw(document.scorecard)
    document.file = file_name(document)
    document.sha256 = hashlib.sha256(content).hexdigest()
    document.size_bytes = len(content)
    keep(document.file, content)
    return True
