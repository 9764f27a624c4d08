"""The words of a mail about finds that a correction of the log took back."""

from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations import wording
from escalations.models import ControlledShipping, Message, ShippingLogEntry
from escalations.notifications.parts import Content, Section
from escalations.queries.shipping_finds import TakenBack, taken_back_with
from escalations.queries.shown import Shown


def shipping_log_content(message: Message) -> Content:
    """Say in the active language which finds are no longer in the log, and why."""
    rows = ShippingLogEntry.objects.select_related("shipping__episode__supplier", "recorded_by")
    entry: ShippingLogEntry = rows.get(pk=message.about_id)
    shipping: ControlledShipping = entry.shipping
    supplier = shipping.episode.supplier
    shown = Shown.to(message.recipient, supplier.pk)
    back = [one for one in taken_back_with(entry) if shown.sees(one.now.plant_id)]
    words: dict[str, Any] = {
        "supplier": supplier.code,
        "name": supplier.name,
        "number": shipping.number,
        "who": entry.recorded_by,
        "level": wording.level_name(shipping.level),
    }
    return Content(
        subject=_("%(supplier)s: find taken back in %(level)s, %(number)s") % words,
        opening=[
            _(
                "%(who)s has corrected the log of %(name)s (%(supplier)s): what was found is no "
                "longer in it, and the days since count as clean again."
            )
            % words,
            _("Please look whether the correction is right."),
        ],
        sections=[
            Section(title=_("Taken back"), lines=[_line(one) for one in back]),
            Section(title=_("Reason"), lines=entry.reason.splitlines()),
        ],
        link=settings.SITE_URL + shipping.get_absolute_url(),
        link_text=_("Open %(number)s") % words,
    )


def _line(one: TakenBack) -> str:
    return _("%(day)s, part %(part)s, plant %(plant)s: %(found)s found (%(defect)s), now none") % {
        "day": date_format(one.now.day),
        "part": one.now.part.number,
        "plant": one.now.plant.code,
        "found": wording.number(one.before.found_qty),
        "defect": one.before.defect,
    }
