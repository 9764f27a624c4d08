"""The PDF that goes with a mail."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from escalations.enums import Audience
from escalations.models import Attachment, Message
from scorecards.pdf import PdfFile, PdfUnavailableError, scorecard_pdf, version_pdf
from scorecards.queries.published import newest_scorecard

log = logging.getLogger(__name__)

# What changed may not wait for a drawing: from this attempt on a mail goes without its PDF.
ATTEMPTS_FOR_PDF = 3


def attachment_for(message: Message, *, at: datetime) -> tuple[Attachment | None, str]:
    """Return the scorecard of the message's month, or None and why there is none.

    Everybody who is told of a step in one language gets the same file; a supplier only once
    its scorecard is published, as on its pages.
    """
    sign_off = message.sign_off_step
    if sign_off is not None:
        return _drawn(message, lambda: version_pdf(sign_off.scorecard))
    if message.step_id is None:
        return None, ""  # a dispute is about a running figure, not about a scorecard
    if message.audience == Audience.SUPPLIER and not _is_published(message):
        return None, _("No PDF is attached: the scorecard of this month is not published yet.")
    drawn = Message.objects.filter(
        step=message.step_id, language=message.language, attachment__isnull=False
    )
    if (earlier := drawn.select_related("attachment").order_by("pk").first()) is not None:
        return earlier.attachment, ""
    return _drawn(
        message, lambda: scorecard_pdf(supplier=message.supplier, month=message.in_month, at=at)
    )


def _drawn(message: Message, draw: Callable[[], PdfFile]) -> tuple[Attachment | None, str]:
    try:
        pdf = draw()
    except PdfUnavailableError as error:
        return None, _("No PDF is attached: %(why)s") % {"why": error}
    except Exception:
        if message.attempts < ATTEMPTS_FOR_PDF:
            raise
        log.exception("Message %s goes without its PDF", message.pk)
        return None, _("No PDF is attached: it could not be drawn. The figures are in this mail.")
    return Attachment.objects.keep(name=pdf.name, content=pdf.content), ""


def _is_published(message: Message) -> bool:
    return newest_scorecard(supplier=message.supplier, month=message.in_month) is not None
