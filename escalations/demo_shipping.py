"""The demo's controlled shipping: entered by the breach, confirmed, logged day by day."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from escalations.demo_timeline import Moments
from escalations.models import ControlledShipping, Episode, ShippingLogEntry
from escalations.models.shipping import TERMS
from escalations.services.decisions import decide
from escalations.services.shipping_exit import watch
from escalations.services.shipping_letters import send_entry_letter
from escalations.services.shipping_log import Day, log_days
from escalations.services.shipping_terms import Terms, complete, confirm
from escalations.workflow import Action
from suppliers.demo import login_of
from suppliers.enums import SUPPLIER_ROLES, Role
from suppliers.models import Membership, User
from suppliers.working_days import is_working_day, public_holidays

# Days of sorting on which something was found, counted from the first: how many pieces.
FINDS = {0: 14, 1: 6, 3: 2, 9: 1, 31: 1}
# The newest find, in working days before today: the exit is near, not reached.
NEWEST_FIND_AGO = 18
# So many working days before today nobody has written.
NOT_WRITTEN = 1
SHIPS_EVERY = 3
DECLINED_AFTER = timedelta(days=2)
DECLINED = "The parts were packed before sorting was moved to the end of the line; level 1 goes on."
SAMPLES = "Boundary samples BS-08/1 to BS-08/4 on the sorting bench; the customer has the twins."


def shipping_story(*, at: datetime, say: Callable[[str], object]) -> Moments:
    """Send, confirm and log one entry; done twice it changes nothing.

    Begins where a supplier that can log in has an entry; ends at once where there is none.
    """
    found = None if ShippingLogEntry.objects.exists() else _first_entered()
    if found is None:
        return
    shipping, member = found
    sqe, manager = login_of(Role.SQE), login_of(Role.QUALITY_MANAGER)
    moment = min(datetime.combine(shipping.entered_on, time(13), tzinfo=UTC), at)
    yield moment
    _enter(shipping, sqe=sqe, member=member, at=moment)
    days = list(_days(shipping, today=at.date()))
    for number, day in enumerate(days):
        evening = min(datetime.combine(day, time(18), tzinfo=UTC), at)
        yield evening
        left = len(days) - number
        _log(shipping, day, number, found=_found(number, left), by=member, at=evening)
        watch(at=evening)
        _decline(by=manager, at=evening)
    say(f"{shipping.number}: {len(days)} days of sorting logged for {shipping.episode.supplier}")


def _first_entered() -> tuple[ControlledShipping, User] | None:
    """Return the oldest entry of a supplier that can log in, and who does."""
    rows = ControlledShipping.objects.filter(state="entered", level="cs1")
    for shipping in rows.select_related("episode__supplier").order_by("entered_on", "pk"):
        members = Membership.objects.filter(
            supplier=shipping.episode.supplier_id, role__in=sorted(SUPPLIER_ROLES)
        )
        member = members.select_related("user").order_by("pk").first()
        if member is not None:
            return shipping, member.user
    return None


def _enter(shipping: ControlledShipping, *, sqe: User, member: User, at: datetime) -> None:
    """Cover the part and plant hit worst, send the letter, and have it confirmed the day after."""
    scope = shipping.scopes.select_related("part", "plant").order_by("pk")[0]
    said = {name: getattr(shipping, name) for name in TERMS}
    terms = Terms(**(said | {"boundary_samples": SAMPLES}))
    complete(shipping=shipping, lanes=[(scope.part, scope.plant)], terms=terms, by=sqe, at=at)
    send_entry_letter(shipping=shipping, by=sqe, at=at)
    confirm(shipping=shipping, name=member.name, by=member, at=at + timedelta(hours=3))


def _days(shipping: ControlledShipping, *, today: date) -> Iterator[date]:
    """Yield the working days from the one after entry to the last that is written."""
    country = shipping.episode.supplier.country
    free = public_holidays(country=country, first=shipping.entered_on, last=today)
    length = (today - shipping.entered_on).days
    days = (shipping.entered_on + timedelta(days=offset) for offset in range(1, length))
    working = [day for day in days if is_working_day(day, holidays=free)]
    yield from working[: len(working) - NOT_WRITTEN]


def _found(number: int, left: int) -> int:
    return 1 if left == NEWEST_FIND_AGO else FINDS.get(number, 0)


def _log(
    shipping: ControlledShipping, day: date, number: int, *, found: int, by: User, at: datetime
) -> None:
    scope = shipping.scopes.select_related("part", "plant").order_by("pk")[0]
    entry = Day(
        day=day,
        part=scope.part,
        plant=scope.plant,
        inspected_qty=Decimal(2_400 + 37 * (number * 7 % 23)),
        found_qty=Decimal(found),
        shipments=int(number % SHIPS_EVERY == 0),
        defect="Scratched surface" if found else "",
        sorted_by=("Early shift", "Late shift")[number % 2],
    )
    log_days(shipping=shipping, days=[entry], by=by, at=at)


def _decline(*, by: User, at: datetime) -> None:
    """Have the quality manager decline level 2 two days after it was proposed."""
    proposals = Episode.objects.filter(level="cs2", state="proposed")
    for proposal in proposals.filter(raised_at__lte=at - DECLINED_AFTER):
        decide(episode=proposal, action=Action.DECLINE, by=by, at=at, reason=DECLINED)
