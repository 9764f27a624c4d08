"""Entry and exit letters of controlled shipping: a page, and the PDF drawn from it."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from escalations import wording
from escalations.models import Attachment, ControlledShipping, ShippingLetter
from escalations.queries.shipping_exit import escape_days, exit_progress, said, today_of
from escalations.queries.shipping_lanes import lanes_of
from escalations.shipping_enums import LetterKind
from escalations.workflow import Level
from scorecards.pdf import PdfFile
from scorecards.pdf.engine import render
from suppliers.models import SupplierContact, User


@dataclass(frozen=True, kw_only=True)
class Sending:
    """Who sends a letter, and when; without a sender it is a draft."""

    at: datetime
    by: User | None


def letter_html(shipping: ControlledShipping, kind: LetterKind, sending: Sending) -> str:
    """Return the complete page of a letter, in the installation's language."""
    with translation.override(settings.LANGUAGE_CODE):
        today = today_of(shipping, at=sending.at)
        progress = exit_progress(shipping, today=today)
        context = {
            "kind": kind.value,
            "shipping": shipping,
            "episode": shipping.episode,
            "supplier": shipping.episode.supplier,
            "level": wording.level_name(shipping.level),
            "second_level": shipping.level == Level.CS2.value,
            "forbidden": wording.forbidden(shipping.level),
            "lanes": lanes_of(shipping),
            "facts": [wording.fact_line(row) for row in shipping.facts],
            "progress": progress,
            "criteria": said(progress),
            "escapes": len(escape_days(shipping)),
            "contacts": _contacts(shipping),
            "sending": sending,
            "sent_on": today,
            "site_url": settings.SITE_URL,
            "link": settings.SITE_URL + shipping.get_absolute_url(),
        }
        return render_to_string("pdf/shipping_letter.html", context)


def draft_pdf(shipping: ControlledShipping, kind: LetterKind, *, at: datetime) -> PdfFile:
    """Return a letter as it would be sent now, marked as a draft.

    Raises:
        PdfUnavailableError: when no PDF can be made here.
    """
    html = letter_html(shipping, kind, Sending(at=at, by=None))
    return PdfFile(name=f"{shipping.number}-{kind.value}-draft.pdf", content=render(html))


def letter_pdf(letter: ShippingLetter) -> PdfFile:
    """Return a letter's PDF: as kept, or drawn from its page and kept.

    Raises:
        PdfUnavailableError: when it is not kept and no PDF can be made here.
    """
    if letter.pdf is not None:
        return PdfFile(name=letter.file_name, content=bytes(letter.pdf.data))
    content = render(letter.html)
    kept = Attachment.objects.keep(name=letter.file_name, content=content)
    # whoever is first: drawn again it is the same file
    ShippingLetter.objects.filter(pk=letter.pk, pdf=None).update(pdf=kept)
    return PdfFile(name=letter.file_name, content=content)


def _contacts(shipping: ControlledShipping) -> list[str]:
    rows = SupplierContact.objects.filter(supplier=shipping.episode.supplier, user__is_active=True)
    found = rows.select_related("user").order_by("responsibility", "is_deputy", "pk")
    return [
        _("%(name)s, %(role)s, %(address)s")
        % {"name": row.user, "role": row.get_responsibility_display(), "address": row.user.email}
        for row in found
    ]
