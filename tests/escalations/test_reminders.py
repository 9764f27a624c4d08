"""Reminders, quiet hours and daily summaries: nothing twice, nothing empty, nobody passed over."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from escalations.enums import Audience, MessageEvent, MessageKind, MessageState
from escalations.models import Episode, MailPreference, Message, Reminder
from escalations.notifications.render import render
from escalations.owed import Owed, Scope, owed
from escalations.quiet_hours import Quiet
from escalations.reminding import Ladder, Rung
from escalations.services import reminding, sending
from escalations.services.decisions import decide
from escalations.services.digests import sum_up
from escalations.services.occasions import Occasion, tell_of
from escalations.services.reminding import remind_due
from escalations.workflow import Action
from suppliers.models import Supplier, User
from tests.escalations.facts import AT, evaluated, external

# the 8D is raised on Thursday, 12 November; D3 is due on Friday, the 13th
D3 = date(2026, 11, 13)


@pytest.fixture
def raised(supplier_a: Supplier, member_a: User, admin_a: User, sqe: User, buyer: User) -> Supplier:
    """An acknowledged 8D: supplier quality owes nothing, the supplier D3."""
    external(supplier_a, counted=7, received=100_000)
    evaluated()
    decide(episode=Episode.objects.get(), action=Action.ACKNOWLEDGE, by=sqe, at=AT)
    Message.objects.update(state=MessageState.DISCARDED)
    return supplier_a


def on(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def day_of(rows: "list[Message]") -> list[tuple[str, str]]:
    return [(row.event, row.audience) for row in rows]


def remind(at: datetime) -> list[Message]:
    """Remind, send, and return what was written."""
    known = set(Message.objects.values_list("pk", flat=True))
    remind_due(clock=lambda: at)
    remind_due(clock=lambda: at)
    new = list(Message.objects.exclude(pk__in=known).order_by("pk"))
    sending.send_due(now=lambda: at)
    return [Message.objects.with_content().get(pk=row.pk) for row in new]


# -- the ladder, without a database ------------------------------------------------


def test_ladder_goes_before_on_and_after_the_day_and_takes_each_step_once() -> None:
    ladder = Ladder(since=date(2026, 11, 1), due_on=date(2026, 11, 20), to_purchasing=True)
    sent: dict[Rung, date | None] = {}
    taken = []
    for offset in range(45):
        today = date(2026, 11, 1) + timedelta(days=offset)
        rung = ladder.next_rung(today, sent=sent)
        if rung is not None:
            sent[rung] = today
            taken.append((rung.value, (today - ladder.due_on).days))
    assert taken == [
        ("before", -2),
        ("due", 0),
        ("late", 1),
        ("later", 4),
        ("passed_up", 8),
        ("passed_on", 15),
    ]


def test_after_a_pause_who_owes_is_reminded_before_anybody_else_is_told() -> None:
    ladder = Ladder(since=date(2026, 10, 1), due_on=date(2026, 10, 10), to_purchasing=True)
    today = date(2026, 11, 20)
    assert ladder.next_rung(today, sent={}) is Rung.LATER
    assert ladder.next_rung(today, sent={Rung.LATER: None}) is None  # not out yet
    assert ladder.next_rung(today, sent={Rung.LATER: today}) is None
    week = today + timedelta(days=4)
    assert ladder.next_rung(week, sent={Rung.LATER: today}) is Rung.PASSED_UP
    both = {Rung.LATER: today, Rung.PASSED_UP: week}
    assert ladder.next_rung(week + timedelta(days=6), sent=both) is None
    assert ladder.next_rung(week + timedelta(days=7), sent=both) is Rung.PASSED_ON


def test_quiet_hours_end_in_the_own_morning() -> None:
    night = Quiet(begins=time(20), ends=time(6), zone="America/Chicago")
    assert not night.holds(datetime(2026, 11, 12, 18, tzinfo=UTC))  # noon there
    assert night.over(datetime(2026, 11, 13, 4, tzinfo=UTC)) == datetime(
        2026, 11, 13, 12, tzinfo=UTC
    )
    assert night.over(datetime(2026, 11, 13, 9, tzinfo=UTC)) == datetime(
        2026, 11, 13, 12, tzinfo=UTC
    )


# -- with one ------------------------------------------------------------------------


@pytest.mark.django_db
def test_reminders_go_to_who_owes_then_to_the_next_contact_then_to_purchasing(
    raised: Supplier, member_a: User, admin_a: User, buyer: User
) -> None:
    expected = {
        0: {("due", "supplier")},
        1: {("due", "supplier")},
        3: set(),
        4: {("due", "supplier")},
        8: {("passed_up", "next")},
        15: {("passed_on", "purchasing")},
        16: set(),
    }
    for days, told in expected.items():
        found = remind(on(D3 + timedelta(days=days)))
        assert set(day_of(found)) == told, days
    last = Message.objects.get(event=MessageEvent.PASSED_ON)
    assert last.recipient == buyer
    mail = render(Message.objects.with_content().get(pk=last.pk))
    assert "does not react: D3 containment" in mail.subject
    assert "2026-11-13, 2026-11-14, 2026-11-17, 2026-11-21" in mail.text
    up = Message.objects.get(event=MessageEvent.PASSED_UP)
    assert (up.recipient, up.audience) == (admin_a, Audience.NEXT)


@pytest.mark.django_db
def test_what_is_settled_before_the_morning_is_not_reminded_of(
    raised: Supplier, member_a: User
) -> None:
    night = datetime(2026, 11, 13, 22, tzinfo=UTC)
    found = remind(night)
    assert {row.state for row in found} == {MessageState.WAITING}
    assert {row.due_at for row in found} == {datetime(2026, 11, 14, 5, tzinfo=UTC)}
    MailPreference.objects.create(user=member_a, reminders=False)
    raised.episodes.update(state="acknowledged")
    raised.episodes.update(state="closed", ended_at=night)
    sending.send_due(now=lambda: datetime(2026, 11, 14, 7, tzinfo=UTC))
    states = set(Message.objects.filter(kind=MessageKind.REMINDER).values_list("state", flat=True))
    assert states == {MessageState.DISCARDED}


@pytest.mark.django_db
def test_who_has_switched_reminders_off_gets_none_and_urgent_mails_come_at_night(
    supplier_a: Supplier, member_a: User, sqe: User, buyer: User
) -> None:
    MailPreference.objects.create(user=member_a, reminders=False)
    external(supplier_a, counted=7, received=100_000)
    night = datetime(2026, 11, 12, 22, tzinfo=UTC)
    evaluated(at=night)
    assert {row.due_at for row in Message.objects.all()} == {night}
    assert remind(on(D3)) == []
    assert Reminder.objects.count() == 1


def note(supplier: Supplier, number: int, at: datetime) -> list[Message]:
    """Tell purchasing of something that changes nothing."""
    row = Reminder.objects.create(
        key=f"k{number}", due_on=D3, rung=Rung.DUE, owner="supplier", supplier=supplier, at=at
    )
    return tell_of(
        [
            Occasion(
                kind=MessageKind.REMINDER,
                row=row,
                name=f"note-{number}",
                about=f"Note {number}",
                event=MessageEvent.UNSIGNED,
                supplier_id=supplier.pk,
                month=D3.replace(day=1),
            )
        ],
        at=at,
    )


@pytest.mark.django_db
def test_daily_summary_is_one_mail_with_everything_once(
    supplier_a: Supplier, supplier_b: Supplier, buyer: User
) -> None:
    sum_up(clock=lambda: on(D3))
    assert not Message.objects.exists()  # never empty
    note(supplier_a, 1, on(D3, 3))
    note(supplier_b, 2, on(D3, 4))
    assert sum_up(clock=lambda: on(D3, 5)) == 0  # quiet
    for _again in range(2):
        sum_up(clock=lambda: on(D3, 8))
    digest = Message.objects.get(kind=MessageKind.DIGEST)
    assert digest.message_id == f"<digest-2026-11-13.digest.purchasing.{buyer.pk}@localhost>"
    assert digest.collected.count() == 2
    note(supplier_a, 3, on(D3, 9))
    assert sum_up(clock=lambda: on(D3, 10)) == 0  # today's is out
    assert sum_up(clock=lambda: on(D3 + timedelta(days=1), 8)) == 1
    mail = render(Message.objects.with_content().get(pk=digest.pk))
    assert mail.subject == "Daily summary: 2 notes about ALFA-4711, BRAVO-0815"
    MailPreference.objects.create(user=buyer, daily_summary=False)
    [single] = note(supplier_a, 4, on(D3, 9))
    assert single.state == MessageState.WAITING


@pytest.mark.django_db
def test_where_nobody_gets_the_reminders_the_next_are_told(
    supplier_a: Supplier, sqe: User, buyer: User
) -> None:
    """The supplier has no user: each step counts from its day, up to purchasing."""
    external(supplier_a, counted=7, received=100_000)
    evaluated()
    decide(episode=Episode.objects.get(), action=Action.ACKNOWLEDGE, by=sqe, at=AT)
    Message.objects.update(state=MessageState.DISCARDED)
    for days, told in {
        1: {("due", "supplier")},
        4: {("due", "supplier")},
        8: {("passed_up", "next")},
        14: set(),
        15: {("passed_on", "purchasing")},
    }.items():
        found = remind(on(D3 + timedelta(days=days)))
        assert set(day_of(found)) == told, days
    assert Message.objects.get(event=MessageEvent.PASSED_ON).recipient == buyer


@pytest.mark.django_db
@pytest.mark.parametrize("state", [MessageState.DEAD, MessageState.DISCARDED])
def test_mails_that_are_given_up_do_not_keep_the_next_from_being_told(
    raised: Supplier, state: MessageState
) -> None:
    remind_due(clock=lambda: on(D3 + timedelta(days=4)))
    late = Message.objects.filter(event=MessageEvent.DUE)
    remind_due(clock=lambda: on(D3 + timedelta(days=8)))
    assert not Message.objects.filter(event=MessageEvent.PASSED_UP).exists()  # it still waits
    late.update(state=state)
    remind_due(clock=lambda: on(D3 + timedelta(days=8)))
    assert Message.objects.filter(event=MessageEvent.PASSED_UP).exists()


@pytest.mark.django_db
def test_one_that_fails_does_not_stop_the_reminders_of_all_others(
    raised: Supplier, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def with_a_bad_one(scope: Scope) -> list[Owed]:
        good = [one for one in owed(scope) if one.reminded]
        return [replace(good[0], key="bad", due_on=date.max), *good]

    monkeypatch.setattr(reminding, "owed", with_a_bad_one)
    for _again in range(2):
        with pytest.raises(reminding.RemindersFailedError, match="bad"):
            remind_due(clock=lambda: on(D3))
    assert Message.objects.filter(event=MessageEvent.DUE).exists()
    assert "no reminder of bad, due on 9999-12-31" in caplog.text
