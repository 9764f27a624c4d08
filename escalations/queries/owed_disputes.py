"""What is owed on disputes: an answer."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from escalations.enums import Audience
from escalations.owed import Owed, Scope
from suppliers.models import Dispute
from suppliers.queries.dispute_days import zones_of


def owed_on_disputes(scope: Scope) -> Iterator[Owed]:
    """Yield the answers that quality owes; overdue ones and appeals are the manager's."""
    rows = scope.rows(Dispute.objects.unsettled())
    about = ("supplier", "reject__plant", "warranty_return")
    disputes = list(rows.select_related(*about).order_by("pk"))
    zones = zones_of(disputes)
    for dispute in disputes:
        local = scope.local(zones[dispute.pk])
        managers = dispute.with_manager or dispute.state == "appealed"
        yield Owed(
            key=f"dispute-{dispute.pk}-{'manager' if managers else 'answer'}",
            owner=Audience.MANAGER if managers else Audience.QUALITY,
            what=_("Answer to the dispute of %(record)s (%(reason)s)")
            % {"record": dispute.subject, "reason": dispute.get_reason_display()},
            action=_("Answer the appeal") if dispute.state == "appealed" else _("Answer"),
            url=reverse("dispute_answer", args=[dispute.pk]),
            since=local.of(dispute.opened_at),
            local=local,
            due_on=dispute.due_on,
            supplier_id=dispute.supplier_id,
            supplier_code=dispute.supplier.code,
            supplier_name=dispute.supplier.name,
        )
