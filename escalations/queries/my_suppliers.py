"""What purchasing must know of its suppliers: level, what is forbidden, trend, letters."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from escalations.enums import MessageEvent, MessageKind
from escalations.models import Episode, Message
from escalations.owed import Owed, Scope, owed
from escalations.queries.after_escapes import (
    HOLDS_BUSINESS_BACK,
    business_waits,
    until_decided,
)
from escalations.queries.forbidding import released
from escalations.queries.stops import stopped_lanes
from escalations.wording import FORBIDDING, forbidden
from escalations.workflow import Level, State
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
    supplier_ids: Collection[int], *, user: AnyUser, month: Month, at: datetime
) -> list[BuyersRow]:
    """Return the rows of these suppliers, in a fixed number of queries."""
    chosen = Supplier.objects.filter(pk__in=list(supplier_ids))
    found = supplier_list(suppliers=chosen, month=month, wanted=ListFilter())
    next_of = _next(user, supplier_ids, at)
    letters = _letters(user, supplier_ids)
    rows = found.rows(list(supplier_ids))
    stopped = _stopped(rows, user=user)
    over, waiting = _over_and_waiting(supplier_ids)
    waits = business_waits(waiting, user=user) if waiting else set()
    return [
        BuyersRow(
            row=row,
            forbidden=[
                *([until_decided()] if row.supplier.pk in waits else []),
                *_forbidden(
                    [case.level for case in row.cases if case.number not in over],
                    stopped.get(row.supplier.pk, ()),
                ),
            ],
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


def _over_and_waiting(supplier_ids: Collection[int]) -> tuple[set[str], set[int]]:
    """Return the cases whose controlled shipping is over, and of whom a decision may be waited for.

    In one query: who is really asked to wait is looked at where there is somebody.
    """
    over = Q(pk__in=released(supplier_ids).values("pk"))
    waiting = Q(level__in=HOLDS_BUSINESS_BACK, state=State.PROPOSED.value)
    rows = Episode.objects.filter(over | waiting, supplier__in=list(supplier_ids))
    found = list(rows.values_list("number", "state", "supplier"))
    return (
        {number for number, state, _id in found if state != State.PROPOSED.value},
        {supplier for _number, state, supplier in found if state == State.PROPOSED.value},
    )


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


def _next(user: AnyUser, supplier_ids: Collection[int], at: datetime) -> dict[int, Owed]:
    """The first date that each supplier has to keep."""
    found: dict[int, Owed] = {}
    for one in owed(Scope(user=user, at=at, supplier_ids=supplier_ids, notices=False)):
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
