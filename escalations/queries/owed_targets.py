"""What suppliers owe on targets: to acknowledge those that were set for them or their parts."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from django.db.models import Min, Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations import wording
from escalations.deadlines import working_days_after
from escalations.enums import Audience
from escalations.owed import LocalDay, Owed, Scope
from scorecards.models import Target
from scorecards.queries.target_list import targets_visible_to

# As long as a supplier has for the signature of a scorecard before it is reminded again.
WORKING_DAYS: Final = 10


def owed_on_targets(scope: Scope) -> Iterator[Owed]:
    """Yield the targets of suppliers and parts that nobody has acknowledged and that hold on.

    A tier's target is agreed with nobody in particular.
    """
    local = scope.local()
    rows = _asked_for(scope).filter(tier=None, agreement=None)
    going_on = rows.filter(Q(during__endswith=None) | Q(during__endswith__gt=local.today))
    found = going_on.annotate(set_at=Min("events__pgh_created_at")).order_by("pk")
    for target in found.select_related(
        "supplier", "supplier_part__supplier", "supplier_part__part"
    ):
        yield _owed(target, since=local.of(target.set_at), local=local)


def _asked_for(scope: Scope) -> QuerySet[Target]:
    rows = Target.objects.all() if scope.user is None else targets_visible_to(scope.user)
    if scope.supplier_ids is None:
        return rows
    named = list(scope.supplier_ids)
    return rows.filter(Q(supplier__in=named) | Q(supplier_part__supplier__in=named))


def _owed(target: Target, *, since: date, local: LocalDay) -> Owed:
    part = target.supplier_part
    supplier: Any = target.supplier if part is None else part.supplier
    words = {
        "metric": wording.metric_name(target.metric),
        "ppm": wording.number(target.target_ppm),
        "part": "" if part is None else part.part.number,
    }
    text = _("Target for %(metric)s: %(ppm)s PPM")
    if part is not None:
        text = _("Target for %(metric)s of part %(part)s: %(ppm)s PPM")
    first_day = target.during.lower
    return Owed(
        key=f"target-{target.pk}",
        owner=Audience.SUPPLIER,
        what=text % words,
        why=_("from %(day)s") % {"day": date_format(first_day)} if first_day else "",
        action=_("Acknowledge"),
        url=reverse("supplier_targets", args=[supplier.code]),
        since=since,
        local=local,
        due_on=working_days_after(since, WORKING_DAYS, country=supplier.country),
        supplier_id=supplier.pk,
        supplier_code=supplier.code,
        supplier_name=supplier.name,
    )
