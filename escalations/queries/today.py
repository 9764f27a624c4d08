"""The inbox: everything that needs its reader, the most urgent first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from escalations.enums import Audience
from escalations.owed import Owed, Scope, owed
from escalations.workflow import Level
from suppliers.access import AnyUser, has_role
from suppliers.enums import Responsibility, Role
from suppliers.models import Supplier, SupplierContact

# More of one section than anybody works off in a day; the lists have the rest.
MOST = 50


@dataclass(frozen=True, kw_only=True)
class Section:
    """Rows of one urgency; `more` is how many are not shown."""

    key: str
    title: str | Promise
    rows: Sequence[Owed]
    more: int = 0

    @property
    def of_others(self) -> bool:
        """Whether somebody else owes these; the reader can only look."""
        return self.key == "awaited"


TITLES = {
    "late": _("Late"),
    "today": _("Due today"),
    "decide": _("To decide"),
    "coming": _("Coming up"),
    "awaited": _("Overdue at suppliers"),
    "watch": _("Watches"),
    "notice": _("To look at"),
}


def owners_for(user: AnyUser) -> frozenset[Audience]:
    """Return as whom a person owes something."""
    if has_role(user, Role.QUALITY_MANAGER, Role.ADMINISTRATOR):
        return frozenset({Audience.QUALITY, Audience.MANAGER})
    return frozenset({Audience.QUALITY})


def own_suppliers_of(user: AnyUser) -> set[int]:
    """Return the suppliers whose quality is this person's: named as contact, or nobody is."""
    contacts = SupplierContact.objects.filter(responsibility=Responsibility.SQE)
    mine = contacts.filter(user=user.pk, supplier=OuterRef("pk"))
    anybody = contacts.filter(user__is_active=True, supplier=OuterRef("pk"))
    rows = Supplier.objects.visible_to(user).filter(Q(Exists(mine)) | ~Exists(anybody))
    return set(rows.values_list("pk", flat=True))


def today_for(user: AnyUser, *, at: datetime, mine: bool = True) -> list[Section]:
    """Return the sections that have rows, in order of urgency.

    Args:
        user: whose inbox; sees what it may see.
        at: when; what is late is late where its date is kept.
        mine: only the suppliers that are this person's, what belongs to no supplier, and what
            the quality manager decides, who is nobody's contact.
    """
    found = owed(Scope(user=user, at=at))
    if mine:
        own = own_suppliers_of(user)
        found = [one for one in found if _is_of(own, one)]
    return sections(found, owners=owners_for(user))


def _is_of(own: Collection[int], one: Owed) -> bool:
    """Whether it is somebody's with these suppliers; approving is any quality manager's."""
    return one.supplier_id is None or one.supplier_id in own or one.owner is Audience.MANAGER


def sections(found: Sequence[Owed], *, owners: Collection[Audience]) -> list[Section]:
    """Sort what is owed into sections; what is not the reader's is shown once it is late."""
    groups: dict[str, list[Owed]] = {key: [] for key in TITLES}
    for one in found:
        if key := _section(one, owners=owners):
            groups[key].append(one)
    return [
        Section(key=key, title=TITLES[key], rows=rows[:MOST], more=max(0, len(rows) - MOST))
        for key, rows in groups.items()
        if rows
    ]


def _section(one: Owed, *, owners: Collection[Audience]) -> str:
    if one.owner not in owners:
        return "awaited" if one.owner is Audience.SUPPLIER and one.is_late else ""
    if one.notice:
        return "notice"
    if one.level == Level.WATCH.value:
        return "watch"
    if one.due_on is None:
        return "decide"
    if one.is_late:
        return "late"
    return "today" if one.is_due_today else "coming"
