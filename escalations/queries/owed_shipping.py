"""What is owed while controlled shipping goes on."""

from collections.abc import Iterator

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from escalations import wording
from escalations.enums import Audience
from escalations.models import Episode
from escalations.owed import Owed, Scope


def owed_on_shipping(scope: Scope) -> Iterator[Owed]:
    """Yield the inspection that each supplier owes until it is ended."""
    rows = scope.rows(Episode.objects.unfinished().filter(controlledshipping__isnull=False))
    for episode in rows.select_related("supplier", "controlledshipping").order_by("pk"):
        yield Owed(
            key=f"shipping-{episode.controlledshipping.pk}",
            owner=Audience.SUPPLIER,
            what=_("%(level)s: inspect all affected parts before shipment, %(number)s")
            % {
                "level": capfirst(wording.level_name(episode.level)),
                "number": episode.controlledshipping.number,
            },
            action=_("Open the case"),
            url=episode.get_absolute_url(),
            since=episode.raised_on,
            level=episode.level,
            supplier_id=episode.supplier_id,
            supplier_code=episode.supplier.code,
            supplier_name=episode.supplier.name,
        )
