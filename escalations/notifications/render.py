"""Laying a message out as text and HTML, in the recipient's language."""

from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext, override

from escalations.models import Message
from escalations.notifications.parts import Content
from escalations.notifications.subjects import subject_of


@dataclass(frozen=True, kw_only=True)
class RenderedMail:
    """Subject and both bodies, ready to be sent or shown."""

    subject: str
    text: str
    html: str


def language_of(message: Message) -> str:
    """Return the recipient's language where the product speaks it, else the default."""
    known = {code for code, _name in settings.LANGUAGES}
    return message.language if message.language in known else settings.LANGUAGE_CODE


def render(message: Message, *, attachment_name: str = "", why_none: str = "") -> RenderedMail:
    """Return the mail in the active language.

    Args:
        message: what is told to whom.
        attachment_name: the PDF that goes with it; empty for none.
        why_none: why there is no PDF, or which one it is; said in the mail.
    """
    said = subject_of(message).content(message)
    context = {
        "content": said,
        "attached": " ".join(filter(None, [_attached(attachment_name), why_none])),
        "language": get_language(),
        "site": settings.SITE_URL,
    }
    return RenderedMail(
        subject=_one_line(said),
        text=render_to_string("emails/escalation.txt", context).strip() + "\n",
        html=render_to_string("emails/escalation.html", context),
    )


def in_language_of(message: Message) -> override:
    """Switch to the recipient's language for a `with` block."""
    return override(language_of(message))


def _attached(name: str) -> str:
    return gettext("Attached: %(name)s") % {"name": name} if name else ""


def _one_line(said: Content) -> str:
    """A subject has no line breaks, whatever a supplier is called."""
    return " ".join(said.subject.split())[:250]
