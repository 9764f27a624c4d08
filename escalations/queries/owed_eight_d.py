"""What is owed on 8Ds: the next step that is not in."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from escalations.enums import Audience
from escalations.models import Episode
from escalations.owed import Owed, Scope
from escalations.queries.cases import next_due


def owed_on_eight_ds(scope: Scope) -> Iterator[Owed]:
    """Yield the step that each supplier owes next."""
    rows = scope.rows(Episode.objects.unfinished().filter(eightd__isnull=False))
    for episode in rows.select_related("supplier", "eightd").order_by("pk"):
        due = next_due(episode)
        if due.on is None:
            continue
        words = {"step": due.what, "number": episode.eightd.number}
        yield Owed(
            key=f"8d-{episode.eightd.pk}-{due.on:%Y%m%d}",
            owner=Audience.SUPPLIER,
            what=_("%(step)s, %(number)s") % words,
            action=_("Open the 8D"),
            url=episode.get_absolute_url(),
            since=episode.raised_on,
            due_on=due.on,
            level=episode.level,
            supplier_id=episode.supplier_id,
            supplier_code=episode.supplier.code,
            supplier_name=episode.supplier.name,
        )
