"""What is owed while controlled shipping goes on: letter, confirmation, log, end."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import OuterRef, Subquery
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations.answering import Answer, answer_by
from escalations.enums import Audience
from escalations.models import ControlledShipping, ShippingEvent, ShippingLogEntry
from escalations.owed import LocalDay, Owed, Scope
from escalations.shipping_enums import Reporting
from escalations.shipping_progress import missing_days
from escalations.shipping_workflow import ShippingAction, ShippingState
from suppliers.working_days import add_working_days, is_working_day, public_holidays

# Who does what next, by state; a state that is not named here is over.
NEXT: dict[ShippingState, tuple[Audience, Promise, Promise]] = {
    ShippingState.ENTERED: (
        Audience.QUALITY,
        gettext_lazy("Entry letter, %(number)s"),
        gettext_lazy("Complete and send it"),
    ),
    ShippingState.LETTER_SENT: (
        Audience.SUPPLIER,
        gettext_lazy("Confirmation of the entry letter, %(number)s"),
        gettext_lazy("Confirm it"),
    ),
    ShippingState.CONFIRMED: (
        Audience.SUPPLIER,
        gettext_lazy("First day of sorting, %(number)s"),
        gettext_lazy("Open the log"),
    ),
    ShippingState.RUNNING: (
        Audience.SUPPLIER,
        gettext_lazy("Log of sorting, %(number)s"),
        gettext_lazy("Open the log"),
    ),
    ShippingState.EXIT_READY: (
        Audience.QUALITY,
        gettext_lazy("Exit letter, %(number)s: the criteria are met"),
        gettext_lazy("End it"),
    ),
}


LOGGED = frozenset({ShippingState.CONFIRMED, ShippingState.RUNNING})
# By these a letter goes out, and is confirmed; and the criteria are met.
DATED = (
    ShippingAction.SEND_LETTER.value,
    ShippingAction.CONFIRM.value,
    ShippingAction.READY.value,
)
# What supplier quality writes.
LETTERS = {
    ShippingState.ENTERED: Answer.ENTRY_LETTER,
    ShippingState.EXIT_READY: Answer.EXIT_LETTER,
}
SUNDAY = 6


@dataclass(frozen=True, kw_only=True)
class Due:
    """Until when something is owed, since when, and of which day of sorting; None: not so."""

    on: date | None = None
    since: date | None = None
    day: date | None = None


def owed_on_shipping(scope: Scope) -> Iterator[Owed]:
    """Yield the next thing of every controlled shipping that goes on."""
    rows = scope.rows(ControlledShipping.objects.unfinished(), supplier="episode__supplier")
    newest = ShippingEvent.objects.filter(shipping=OuterRef("pk"), action__in=DATED)
    rows = rows.annotate(dated_at=Subquery(newest.order_by("-number").values("at")[:1]))
    found = list(rows.select_related("episode__supplier").order_by("pk"))
    local = {one.pk: scope.local(one.episode.supplier.time_zone) for one in found}
    dues = _dues(found, local)
    for shipping in found:
        owner, what, action = NEXT[ShippingState(shipping.state)]
        supplier, due = shipping.episode.supplier, dues.get(shipping.pk, Due())
        said = str(what) % {"number": shipping.number}
        key = f"shipping-{shipping.pk}-{shipping.state}"
        if due.day is not None:
            said = _("Log of sorting on %(day)s, %(number)s") % {
                "number": shipping.number,
                "day": date_format(due.day),
            }
            key = f"shipping-{shipping.pk}-log-{due.day:%Y%m%d}"
        yield Owed(
            key=key,
            owner=owner,
            what=said,
            action=str(action),
            url=shipping.get_absolute_url(),
            since=due.day or due.since or shipping.entered_on,
            due_on=due.on,
            local=local[shipping.pk],
            level=shipping.level,
            supplier_id=supplier.pk,
            supplier_code=supplier.code,
            supplier_name=supplier.name,
        )


def _dues(shippings: Sequence[ControlledShipping], local: Mapping[int, LocalDay]) -> dict[int, Due]:
    """Return until when a letter, its confirmation or the log of a day is owed, in a query."""
    followed = [one for one in shippings if ShippingState(one.state) in LOGGED]
    logged: dict[int, set[date]] = defaultdict(set)
    if followed:
        log = ShippingLogEntry.objects.filter(shipping__in=followed)
        for pk, day in log.values_list("shipping", "day").distinct():
            logged[pk].add(day)
    return {
        one.pk: _due(one, logged[one.pk], _dated(one, local[one.pk]), local[one.pk].today)
        for one in shippings
    }


def _dated(shipping: ControlledShipping, local: LocalDay) -> date:
    """Return the day of the newest letter, confirmation or readiness, else of the entry."""
    at: datetime | None = shipping.dated_at  # type: ignore[attr-defined]  # annotated
    if at is None:
        entered: date = shipping.entered_on
        return entered
    return local.of(at)


def _due(shipping: ControlledShipping, logged: set[date], dated: date, today: date) -> Due:
    """`dated` is the day of the letter, once that is confirmed the day it was, and so on."""
    country = shipping.episode.supplier.country
    letter = LETTERS.get(ShippingState(shipping.state))
    if letter is not None:
        return Due(on=answer_by(dated, letter, country=country), since=dated)
    ahead = today + timedelta(days=31)
    free = public_holidays(country=country, first=shipping.entered_on, last=ahead)
    if ShippingState(shipping.state) not in LOGGED:
        return Due(on=add_working_days(dated, 1, holidays=free))
    missing = missing_days(
        shipping.entered_on, logged, today, lambda day: is_working_day(day, holidays=free)
    )
    if not missing or shipping.reporting == Reporting.SHIPMENT:
        return Due()
    reported = missing[0]
    if shipping.reporting == Reporting.WEEKLY:
        reported += timedelta(days=SUNDAY - reported.weekday())
    # nobody could log before the letter was confirmed
    return Due(
        on=add_working_days(max(reported, dated), 1, holidays=free),
        day=missing[0],
    )
