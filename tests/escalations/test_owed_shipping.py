"""Until when a supplier owes the confirmation and the log of controlled shipping."""

from datetime import date, timedelta

import pytest

from escalations.models import ControlledShipping
from escalations.owed import Owed, Scope
from escalations.queries.owed_shipping import owed_on_shipping
from escalations.services.reminding import remind_due
from escalations.services.shipping_letters import send_entry_letter
from escalations.services.shipping_log import log_days
from escalations.services.shipping_terms import confirm
from suppliers.models import Supplier, User
from tests.escalations.facts import noon
from tests.escalations.shippings import AT, ENTRY, after, confirmed, day, raised

pytestmark = pytest.mark.django_db

FRIDAY, MONDAY, TUESDAY = (ENTRY + timedelta(days=days) for days in (1, 4, 5))


def owed_on(today: date) -> Owed:
    (found,) = owed_on_shipping(Scope(at=noon(today)))
    return found


def test_a_letter_is_to_be_confirmed_by_the_next_working_day(
    supplier_a: Supplier, sqe: User, member_a: User
) -> None:
    shipping = raised(supplier_a)
    assert owed_on(ENTRY).due_on == FRIDAY  # the letter, which is the customer's to send
    send_entry_letter(shipping=shipping, by=sqe, at=after(1))
    assert owed_on(FRIDAY).due_on == MONDAY
    # sorted and unlogged days before it are owed one working day after the confirmation
    confirm(shipping=shipping, name="Ms Weld", by=member_a, at=after(4))
    found = owed_on(MONDAY)
    assert (found.since, found.due_on) == (FRIDAY, TUESDAY)


def test_a_day_is_to_be_logged_by_the_next_working_day(
    supplier_a: Supplier, sqe: User, member_a: User, quality_manager: User
) -> None:
    shipping = confirmed(supplier_a, sqe=sqe, member=member_a)
    assert owed_on(FRIDAY).due_on is None  # the day is not over
    saturday = owed_on(FRIDAY + timedelta(days=1))
    assert (saturday.since, saturday.due_on) == (FRIDAY, MONDAY)
    assert saturday.what.startswith("Log of sorting on ")
    assert saturday.what.endswith(f", {shipping.number}")
    assert owed_on(TUESDAY).is_late
    assert remind_due(clock=lambda: after(4)) > 0
    log_days(shipping=shipping, days=[day(shipping, 1)], by=member_a, at=after(5))
    later = owed_on(TUESDAY)
    assert (later.since, later.due_on) == (MONDAY, TUESDAY)
    assert later.key != saturday.key
    log_days(shipping=shipping, days=[day(shipping, 4)], by=member_a, at=after(5))
    assert owed_on(TUESDAY).due_on is None


@pytest.mark.parametrize(("rhythm", "due_on"), [("weekly", MONDAY), ("shipment", None)])
def test_the_rhythm_says_when(
    supplier_a: Supplier, sqe: User, member_a: User, rhythm: str, due_on: date | None
) -> None:
    shipping = raised(supplier_a)
    ControlledShipping.objects.update(reporting=rhythm)
    shipping.refresh_from_db()
    send_entry_letter(shipping=shipping, by=sqe, at=AT)
    confirm(shipping=shipping, name="Ms Weld", by=member_a, at=AT)
    assert owed_on(MONDAY).due_on == due_on
    if due_on:
        log_days(shipping=shipping, days=[day(shipping, 1)], by=member_a, at=after(5))
        assert owed_on(TUESDAY).due_on == MONDAY + timedelta(days=7)
