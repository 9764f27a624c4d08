"""The PDF that goes with a mail."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from escalations import wording
from escalations.enums import Audience, MessageEvent
from escalations.models import Attachment, Message
from scorecards.models import Scorecard
from scorecards.pdf import PdfFile, PdfUnavailableError, scorecard_pdf, version_pdf
from scorecards.queries.published import newest_scorecard

log = logging.getLogger(__name__)

# What changed may not wait for a drawing: from this attempt on a mail goes without its PDF.
ATTEMPTS_FOR_PDF = 3


def no_file(_message: Message, _at: datetime) -> tuple[Attachment | None, str]:
    """Attach nothing, and say nothing of it."""
    return None, ""


def signed_scorecard(message: Message, _at: datetime) -> tuple[Attachment | None, str]:
    """Attach the version of the scorecard that is to be signed."""
    step: Any = message.sign_off_step
    return drawn(message, lambda: version_pdf(step.scorecard))


def case_scorecard(message: Message, at: datetime) -> tuple[Attachment | None, str]:
    """Return the scorecard of the message's month, or None and why there is none.

    Of a case that has ended it is the newest that is published: the month of the breach would
    say what is over. Everybody who is told of a step in one language gets the same file; a
    supplier only once its scorecard is published, as on its pages.
    """
    supplier: Any = message.supplier
    if message.event == MessageEvent.JOINED:
        return None, ""
    if message.event == MessageEvent.ENDED:
        return _newest(message)
    if message.audience == Audience.SUPPLIER and not _is_published(message):
        return None, _("No PDF is attached: the scorecard of this month is not published yet.")
    earlier = Message.objects.filter(
        step=message.step_id, language=message.language, attachment__isnull=False
    )
    if (same := earlier.select_related("attachment").order_by("pk").first()) is not None:
        return same.attachment, ""
    return drawn(message, lambda: scorecard_pdf(supplier=supplier, month=message.in_month, at=at))


def _newest(message: Message) -> tuple[Attachment | None, str]:
    """Return the newest scorecard published by then, and its month in words."""
    by_then = Scorecard.objects.filter(
        supplier=message.supplier, published_at__lte=message.created_at
    )
    card = by_then.order_by("-month", "-version").first()
    if card is None:
        return None, _("No PDF is attached: no scorecard of this supplier is published yet.")
    found, why_none = drawn(message, lambda: version_pdf(card))
    month = wording.month_name(card.period)
    said = _("It is the newest published scorecard, of %(month)s.") % {"month": month}
    return found, why_none or said


def drawn(message: Message, draw: Callable[[], PdfFile]) -> tuple[Attachment | None, str]:
    """Draw a PDF and keep it; from the third attempt on the mail goes without."""
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
    supplier: Any = message.supplier
    return newest_scorecard(supplier=supplier, month=message.in_month) is not None
