"""What purchasing must know of its suppliers: level, what is forbidden, trend, letters."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from escalations.enums import MessageEvent, MessageKind
from escalations.models import Message
from escalations.owed import Owed, Scope, owed
from escalations.queries.forbidding import released
from escalations.queries.stops import stopped_lanes
from escalations.wording import FORBIDDING, forbidden
from escalations.workflow import Level
from scorecards.periods import Month
from scorecards.queries.supplier_filter import ListFilter
from scorecards.queries.supplier_list import SupplierRow, supplier_list
from suppliers.access import AnyUser
from suppliers.enums import Responsibility
from suppliers.models import Supplier, SupplierContact

LETTERS = 3


@dataclass(frozen=True, kw_only=True)
class BuyersRow:
    """One supplier as its buyer sees it."""

    row: SupplierRow
    forbidden: Sequence[str]
    next: Owed | None
    letters: Sequence[Message]


def suppliers_of_buyer(user: AnyUser, *, mine: bool) -> QuerySet[Supplier]:
    """Return the suppliers somebody buys from: named as contact, or nobody is; or all."""
    seen = Supplier.objects.visible_to(user).active()
    if not mine:
        return seen
    contacts = SupplierContact.objects.filter(responsibility=Responsibility.BUYER)
    own = contacts.filter(user=user.pk, supplier=OuterRef("pk"))
    anybody = contacts.filter(user__is_active=True, supplier=OuterRef("pk"))
    return seen.filter(Q(Exists(own)) | ~Exists(anybody))


def ordered(suppliers: QuerySet[Supplier], *, month: Month) -> list[int]:
    """Return the suppliers, hardest level first."""
    return list(supplier_list(suppliers=suppliers, month=month, wanted=ListFilter()).supplier_ids)


def buyers_rows(
    supplier_ids: Collection[int], *, user: AnyUser, month: Month, today: date
) -> list[BuyersRow]:
    """Return the rows of these suppliers, in a fixed number of queries."""
    chosen = Supplier.objects.filter(pk__in=list(supplier_ids))
    found = supplier_list(suppliers=chosen, month=month, wanted=ListFilter())
    next_of = _next(user, supplier_ids, today)
    letters = _letters(user, supplier_ids)
    rows = found.rows(list(supplier_ids))
    stopped = _stopped(rows, user=user)
    over = set(released(supplier_ids).values_list("number", flat=True))
    return [
        BuyersRow(
            row=row,
            forbidden=_forbidden(
                [case.level for case in row.cases if case.number not in over],
                stopped.get(row.supplier.pk, ()),
            ),
            next=next_of.get(row.supplier.pk),
            letters=letters[row.supplier.pk],
        )
        for row in rows
    ]


def _stopped(rows: Sequence[SupplierRow], *, user: AnyUser) -> dict[int, list[str]]:
    """Return by supplier what is stopped; no query where nothing is."""
    stop = Level.STOP_SHIP.value
    found = [row.supplier.pk for row in rows if any(case.level == stop for case in row.cases)]
    return stopped_lanes(found, user=user) if found else {}


def _forbidden(levels: Collection[str], stopped: Sequence[str]) -> list[str]:
    """Say each thing once, the hardest first; nothing where no level forbids anything."""
    forbidding = FORBIDDING & {Level(one) for one in levels}
    return [
        " ".join(filter(None, [forbidden(one.value), *_named(one, stopped)]))
        for one in sorted(forbidding, key=lambda level: -level.rank)
    ]


def _named(level: Level, stopped: Sequence[str]) -> list[str]:
    """Name what is stopped; what is inspected stands on the page of its controlled shipping."""
    return [f"({'; '.join(stopped)})"] if level is Level.STOP_SHIP and stopped else []


def _next(user: AnyUser, supplier_ids: Collection[int], today: date) -> dict[int, Owed]:
    """The first date that each supplier has to keep."""
    found: dict[int, Owed] = {}
    for one in owed(Scope(user=user, today=today, supplier_ids=supplier_ids, notices=False)):
        if one.supplier_id is None or one.due_on is None or one.owner != "supplier":
            continue
        first = found.get(one.supplier_id)
        if first is None or (first.due_on or date.max) > one.due_on:
            found[one.supplier_id] = one
    return found


def _letters(user: AnyUser, supplier_ids: Collection[int]) -> dict[int, list[Message]]:
    """The newest mails about levels that this person got."""
    rows = (
        Message.objects.visible_to(user)
        .filter(supplier__in=list(supplier_ids), recipient=user.pk)
        .filter(kind__in=[MessageKind.CASE, MessageKind.SHIPPING])
        .exclude(event=MessageEvent.REVIEW)
        .defer("text", "html")
        .select_related("step__episode", "supplier")
        .order_by("-created_at", "-pk")
    )
    found: dict[int, list[Message]] = defaultdict(list)
    for message in rows:
        if len(found[message.supplier_id]) < LETTERS:
            found[message.supplier_id].append(message)
    return found
