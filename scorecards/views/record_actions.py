"""What a reader of a record's page can do with the record."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from suppliers import access
from suppliers.enums import SUPPLIER_ROLES
from suppliers.models import Delivery, Reject, WarrantyReturn
from suppliers.services.dispute_opening import may_be_disputed


@dataclass(frozen=True, kw_only=True)
class RecordAction:
    """A button; the first of a page is the one thing to do next."""

    label: str
    url: str


def record_actions(fact: Any, *, user: access.AnyUser) -> list[RecordAction]:
    """Return what `user` can do with a record, the next thing first."""
    roles = access.roles_at(user, fact.supplier_id)
    actions = []
    if roles & set(access.QUALITY):
        actions += _of_quality(fact)
    if roles & SUPPLIER_ROLES and not isinstance(fact, Delivery) and may_be_disputed(fact):
        name = "reject_dispute" if isinstance(fact, Reject) else "return_dispute"
        actions.append(RecordAction(label=_("Dispute"), url=reverse(name, args=[fact.pk])))
    return actions


def _of_quality(fact: Any) -> list[RecordAction]:
    if isinstance(fact, Delivery):
        url = f"{reverse('reject_new')}?delivery={fact.pk}"
        return [RecordAction(label=_("Record a reject"), url=url)]
    open_dispute = fact.disputes.unsettled().first()
    if open_dispute is not None:
        first = RecordAction(label=_("Open the dispute"), url=open_dispute.get_absolute_url())
    else:
        name = "return_decide" if isinstance(fact, WarrantyReturn) else "reject_decide"
        first = RecordAction(label=_("Decide"), url=reverse(name, args=[fact.pk]))
    kind = "return" if isinstance(fact, WarrantyReturn) else "reject"
    files = reverse(f"{kind}_evidence", args=[fact.pk])
    attach = RecordAction(label=_("Attach files"), url=files)
    if isinstance(fact, WarrantyReturn):
        return [first, attach]
    sorting = reverse("reject_sorting", args=[fact.pk])
    details = reverse("reject_details", args=[fact.pk])
    return [
        first,
        RecordAction(label=_("Release after sorting"), url=sorting),
        RecordAction(label=_("Complete or correct"), url=details),
        attach,
    ]
