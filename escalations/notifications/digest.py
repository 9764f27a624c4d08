"""The words of a daily summary: one section for each thing it tells."""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.enums import Audience
from escalations.models import Message
from escalations.notifications.forbidden import forbidden_now
from escalations.notifications.parts import Content, Section

# So many suppliers are named in the subject.
MOST_NAMES = 4


def collected(message: Message) -> list[Message]:
    """Return the messages that a daily summary tells, by supplier, the oldest first."""
    rows = Message.objects.with_content().filter(digest=message.pk)
    return list(rows.order_by("supplier__code", "created_at", "pk"))


def _names(suppliers: Sequence[str]) -> str:
    """Name the suppliers, of many the first: a subject is read on a phone."""
    shown, rest = suppliers[:MOST_NAMES], len(suppliers) - MOST_NAMES
    more = [_("%(count)d more") % {"count": rest}] if rest > 0 else []
    return ", ".join([*shown, *more])


def _still_forbidden(told: Sequence[tuple[Message, Content]]) -> list[Section]:
    """Say what the suppliers' levels forbid: that nothing has changed is not that nothing is so."""
    suppliers = {message.supplier_id: message for message, _content in told if message.supplier_id}
    lines = [
        f"{message.supplier}: {line}"
        for supplier_id, message in suppliers.items()
        for line in forbidden_now(supplier_id, user=message.recipient)
    ]
    return [Section(title=_("Still forbidden"), lines=lines)] if lines else []


def summary(told: Sequence[tuple[Message, Content]], *, audience: Audience) -> Content:
    """Say in the active language what has come since the last summary."""
    page, link_text = {
        Audience.PURCHASING: ("my_suppliers", _("Open my suppliers")),
        Audience.SUPPLIER: ("our_quality", _("Open our quality")),
        Audience.NEXT: ("our_quality", _("Open our quality")),
    }.get(audience, ("today", _("Open today")))
    count = len(told)
    names = _names(sorted({str(message.supplier) for message, _content in told}))
    return Content(
        subject=ngettext(
            "Daily summary: %(count)d note about %(suppliers)s",
            "Daily summary: %(count)d notes about %(suppliers)s",
            count,
        )
        % {"count": count, "suppliers": names},
        opening=[
            _("None of this changes what you may do; it is told once, together.")
            if audience is Audience.PURCHASING
            else _("No level follows from any of this; it is told once, together."),
        ],
        sections=[
            Section(
                title=content.subject,
                lines=content.opening,
                link=content.link,
                link_text=content.link_text,
            )
            for _message, content in told
        ]
        + (_still_forbidden(told) if audience is Audience.PURCHASING else []),
        link=settings.SITE_URL + reverse(page),
        link_text=link_text,
    )
