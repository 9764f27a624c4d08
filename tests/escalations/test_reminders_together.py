"""Much that is owed at once: after an update or a pause, one mail and not a heap of them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from escalations.enums import Audience, MessageState
from escalations.models import MailPreference, Message, Reminder
from escalations.notifications.render import in_language_of, render
from escalations.owed import Owed, Scope
from escalations.services import sending
from escalations.services.digests import sum_up
from escalations.services.reminding import remind_due
from suppliers.models import Supplier, User
from tests.escalations.translated import missing
from tests.factories import SupplierContactFactory

__all__ = ["missing"]  # a fixture

pytestmark = pytest.mark.django_db

# Long ago; what is owed was never reminded of
DUE = date(2026, 8, 3)
TODAY = date(2026, 11, 16)

Owing = Callable[[int], None]


def on(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.fixture
def owing(
    monkeypatch: pytest.MonkeyPatch,
    supplier_a: Supplier,
    member_a: User,
    admin_a: User,
    buyer: User,
) -> Owing:
    """Let the supplier owe so many old things."""

    def owes(count: int) -> None:
        def owed(scope: Scope) -> list[Owed]:
            return [
                Owed(
                    key=f"old-{number}",
                    owner=Audience.SUPPLIER,
                    what=f"D3 of 8D-2026-{number:05d}",
                    action="Write D3",
                    url=f"/8d/8D-2026-{number:05d}/",
                    since=DUE - timedelta(days=10),
                    local=scope.local(),
                    due_on=DUE,
                    supplier_id=supplier_a.pk,
                    supplier_code=supplier_a.code,
                    supplier_name=supplier_a.name,
                )
                for number in range(count)
            ]

        for where in ("escalations.services.reminding", "escalations.notifications.reminders"):
            monkeypatch.setattr(f"{where}.owed", owed)

    return owes


def run(day: date) -> list[Message]:
    """Do the work of a morning; return the mails that really went out."""
    known = set(out().values_list("pk", flat=True))
    for hour in (8, 9, 10):
        clock = partial(on, day, hour)
        sum_up(clock=clock)
        remind_due(clock=clock)
        sending.send_due(now=clock)
    rows = Message.objects.with_content().filter(pk__in=out().exclude(pk__in=known).values("pk"))
    return list(rows.order_by("pk"))


def out() -> Any:
    return Message.objects.filter(state__in=[MessageState.SENT, MessageState.KEPT])


def told(mails: list[Message]) -> list[tuple[str, int | None]]:
    return sorted((mail.event, mail.recipient_id) for mail in mails)


def test_old_things_are_reminded_of_once_and_in_one_mail(
    owing: Owing, member_a: User, admin_a: User, missing: set[str]
) -> None:
    owing(40)
    mails = run(TODAY)
    assert run(TODAY + timedelta(days=1)) == []
    assert Reminder.objects.count() == 40
    assert {one.rung for one in Reminder.objects.all()} == {"later"}
    assert told(mails) == sorted(("digest", user.pk) for user in (member_a, admin_a))
    mail = render(mails[0])
    assert "40 notes" in mail.subject
    for number in range(40):
        assert f"8D-2026-{number:05d}" in mail.text
    assert "/today/" not in mail.text, "a page that suppliers do not have"
    assert "/our-quality/" in mail.text
    mails[0].language = "de"
    missing.clear()
    with in_language_of(mails[0]):
        render(mails[0])
    assert missing == set()


def test_nobody_is_passed_over_and_the_gaps_count_from_the_summary(
    owing: Owing, admin_a: User, buyer: User
) -> None:
    owing(10)
    run(TODAY)
    for number in range(1, 4):
        assert run(TODAY + timedelta(days=number)) == []
    up = TODAY + timedelta(days=4)
    assert told(run(up)) == [("digest", admin_a.pk)]
    assert Reminder.objects.filter(rung="passed_up").count() == 10
    for number in range(1, 7):
        assert run(up + timedelta(days=number)) == []
    on_purchasing = run(up + timedelta(days=7))
    assert told(on_purchasing) == [("digest", buyer.pk)]
    assert "Nobody has reacted to the reminders" in render(on_purchasing[0]).text


def test_a_few_are_told_one_by_one(owing: Owing, member_a: User, admin_a: User) -> None:
    owing(3)
    mails = run(TODAY)
    assert {mail.event for mail in mails} == {"due"}
    assert len(mails) == 3 * 2


def test_who_wants_no_summary_is_reminded_of_each(
    owing: Owing, member_a: User, admin_a: User
) -> None:
    MailPreference.objects.create(user=member_a, daily_summary=False)
    owing(5)
    assert told(run(TODAY)) == [("digest", admin_a.pk), *[("due", member_a.pk)] * 5]


def test_two_weeks_without_a_worker_are_one_reminder_of_each_thing(
    owing: Owing, supplier_a: Supplier, member_a: User
) -> None:
    owing(2)
    run(DUE - timedelta(days=2))
    assert {one.rung for one in Reminder.objects.all()} == {"before"}
    mails = run(DUE + timedelta(days=12))
    assert len([mail for mail in mails if mail.recipient == member_a]) == 2
    assert run(DUE + timedelta(days=13)) == []
    SupplierContactFactory(supplier=supplier_a, user=member_a)
    assert run(DUE + timedelta(days=14)) == []
