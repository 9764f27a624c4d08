"""What is owed on imports: mapping, confirming, deciding conflicts."""

from collections.abc import Iterator

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.enums import Audience
from escalations.owed import Owed, Scope
from suppliers.enums import ImportState
from suppliers.models import ImportBatch, ImportRow

WAITING = (ImportState.MAPPING, ImportState.READY)


def owed_on_imports(scope: Scope) -> Iterator[Owed]:
    """Yield imports that wait for a person; they belong to no one supplier."""
    if scope.supplier_ids is not None:
        return
    rows = ImportBatch.objects.filter(state__in=[*WAITING, ImportState.DONE])
    if scope.user is not None:
        rows = rows.visible_to(scope.user)
    undecided = ImportRow.objects.undecided().filter(batch__in=rows.values("pk"))
    counts = dict(undecided.values_list("batch").annotate(count=Count("pk")).order_by())
    found = rows.filter(Q(state__in=WAITING) | Q(pk__in=list(counts)))
    local = scope.local()
    for batch in found.order_by("pk"):
        what, action = _asked(batch, counts.get(batch.pk, 0))
        yield Owed(
            key=f"import-{batch.pk}",
            owner=Audience.QUALITY,
            what=what,
            action=action,
            url=reverse("import_batch", args=[batch.pk]),
            since=local.of(batch.uploaded_at),
            local=local,
            reminded=False,  # whoever uploaded it has it before them
        )


def _asked(batch: ImportBatch, conflicts: int) -> tuple[str, str]:
    name = {"file": batch.filename, "count": conflicts}
    if batch.state == ImportState.MAPPING:
        return _("Import %(file)s: columns to be mapped") % name, _("Map the columns")
    if conflicts:
        text = ngettext(
            "Import %(file)s: %(count)d row in conflict",
            "Import %(file)s: %(count)d rows in conflict",
            conflicts,
        )
        return text % name, _("Decide the conflicts")
    return _("Import %(file)s waits for confirmation") % name, _("Confirm it")
