"""Sign-off: asked, viewed, signed or queried, reminded, passed on; and the mails of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client

from escalations.enums import Audience, MessageEvent, MessageState
from escalations.models import Message
from escalations.notifications.render import render
from scorecards.models import Scorecard, SignOffStep
from scorecards.queries.sign_off import sign_off_of, unanswered
from scorecards.services.publication import publish_month, restate
from scorecards.services.sign_off import (
    AnsweredError,
    IncompleteError,
    NotWhatWasPublishedError,
    NotYoursError,
    SupersededError,
    answer,
    reply,
)
from scorecards.services.sign_off_reminders import ask_late, remind_due
from scorecards.sign_off_steps import SignOff
from suppliers.enums import Role
from suppliers.models import Supplier, User
from tests.factories import MembershipFactory, RejectVerdictFactory, UserFactory
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up, suspect

# a Monday
NOW = datetime(2025, 11, 10, 9, 30, tzinfo=UTC)
REASON = "Two pieces were not theirs."
STATEMENT = "We count only one piece here."


@pytest.fixture
def published(supplier_a: Supplier, member_a: User) -> Scorecard:
    """October of supplier A, published; one of its rejects is undecided."""
    deliver(supplier_a, 10_000)
    suspect(supplier_a, 3, complaint="C-1")
    roll_up()
    publish_month(month=OCTOBER, by=None, at=NOW)
    scorecard: Scorecard = Scorecard.objects.get()
    return scorecard


def correct(scorecard: Scorecard, *, at: datetime) -> Scorecard:
    reject = scorecard.supplier.rejects.get()
    RejectVerdictFactory(reject=reject, supplier_qty=1)
    roll_up()
    return restate(supplier=scorecard.supplier, month=OCTOBER, reason=REASON, by=None, at=at)


def actions(scorecard: Scorecard) -> list[str]:
    return list(scorecard.sign_off_steps.order_by("at", "pk").values_list("action", flat=True))


def sign(scorecard: Scorecard, by: User, **changes: object) -> SignOffStep:
    given: dict[str, object] = {
        "action": SignOff.ACKNOWLEDGED,
        "name": "Ida Vance, quality",
        "sha256": scorecard.sha256,
        "at": NOW + timedelta(days=1),
    }
    return answer(scorecard, by=by, **(given | changes))  # type: ignore[arg-type]  # mixed on purpose


def member_of(supplier: Supplier, *, is_active: bool = True) -> User:
    user: User = UserFactory(is_active=is_active)
    MembershipFactory(user=user, role=Role.SUPPLIER_MEMBER, supplier=supplier)
    return user


def flat(text: str) -> str:
    return " ".join(text.split())


def test_supplier_is_asked_with_the_publication(published: Scorecard, member_a: User) -> None:
    assert actions(published) == ["asked"]
    [message] = Message.objects.filter(sign_off_step__isnull=False)
    assert (message.event, message.audience, message.recipient) == (
        MessageEvent.PUBLISHED,
        Audience.SUPPLIER,
        member_a,
    )
    mail = render(message)
    assert mail.subject == "ALFA-4711: scorecard of October 2025 published, please sign"
    assert "300 (3 of 10,000)" in mail.text
    assert "Score 25.5 of 100, grade C." in mail.text
    assert "/suppliers/ALFA-4711/2025-10/" in mail.text


def test_months_long_past_ask_nobody(supplier_a: Supplier, member_a: User) -> None:
    deliver(supplier_a, 1_000, OCTOBER.minus(3))
    roll_up()
    publish_month(month=OCTOBER.minus(3), by=None, at=NOW)

    assert not SignOffStep.objects.exists()
    assert not Message.objects.filter(sign_off_step__isnull=False).exists()


def test_opening_the_page_is_viewing_for_the_supplier_alone(
    published: Scorecard, member_a_client: Client, sqe_client: Client
) -> None:
    sqe_client.get(published.get_absolute_url())
    assert actions(published) == ["asked"]

    member_a_client.get(published.get_absolute_url())
    member_a_client.get(published.get_absolute_url())

    assert actions(published) == ["asked", "viewed"]


def test_signature_has_name_time_and_hash_of_what_was_published(
    published: Scorecard, member_a: User
) -> None:
    step = sign(published, member_a)

    assert (step.name, step.at, step.by) == (
        "Ida Vance, quality",
        NOW + timedelta(days=1),
        member_a,
    )
    assert step.sha256 == published.sha256
    state = sign_off_of(published)
    assert state.signed == step
    assert state.answered


def test_signing_on_the_page(published: Scorecard, member_a_client: Client) -> None:
    page = member_a_client.get(published.get_absolute_url()).text
    assert f'value="{published.sha256}"' in page
    address = "/suppliers/ALFA-4711/2025-10/sign-off/"

    nameless = member_a_client.post(address, {"do": "sign", "sha256": published.sha256})
    assert nameless.status_code == 422
    assert "Write your name." in nameless.text
    short = {"do": "query", "sha256": published.sha256, "name": "Ida", "statement": "what?"}
    refused = member_a_client.post(address, short)
    assert refused.status_code == 422
    assert "what?" in refused.text

    signed = member_a_client.post(
        address, {"do": "sign", "sha256": published.sha256, "name": "Ida Vance"}, follow=True
    )
    assert "by Ida Vance on" in signed.text
    assert 'name="do" value="sign"' not in signed.text


def test_query_goes_to_supplier_quality_and_can_still_be_signed(
    published: Scorecard, member_a: User, sqe: User
) -> None:
    sign(published, member_a, action=SignOff.QUERIED, statement=STATEMENT)

    message = Message.objects.get(event=MessageEvent.QUERIED)
    assert (message.audience, message.recipient) == (Audience.QUALITY, sqe)
    assert STATEMENT in render(message).text
    sign(published, member_a, at=NOW + timedelta(days=2))
    assert sign_off_of(published).signed is not None


def test_answered_query_is_told_and_waits_for_the_signature_again(
    published: Scorecard, member_a: User, sqe: User
) -> None:
    sign(published, member_a, action=SignOff.QUERIED, statement=STATEMENT)
    later = NOW + timedelta(days=21)
    assert remind_due(clock=lambda: later) == 0
    with pytest.raises(IncompleteError):
        reply(published, text="No.", by=sqe, at=later)

    step = reply(published, text="Two more came with the second lot.", by=sqe, at=later)

    assert (step.action, step.by, step.sha256) == ("replied", sqe, published.sha256)
    message = Message.objects.get(event=MessageEvent.REPLIED)
    assert (message.recipient, message.audience) == (member_a, Audience.SUPPLIER)
    mail = render(message)
    assert mail.subject == "ALFA-4711: your query about the scorecard of October 2025 is answered"
    assert "Two more came with the second lot." in mail.text
    assert "Please read it and sign on its page" in flat(mail.text)
    state = sign_off_of(published)
    assert (state.answered, state.query) == (False, None)
    with pytest.raises(AnsweredError):
        reply(published, text="Once more the same.", by=sqe, at=later)
    # working days are counted from the answer
    assert remind_due(clock=lambda: later + timedelta(days=4)) == 0
    assert remind_due(clock=lambda: later + timedelta(days=8)) == 1
    assert sign(published, member_a, at=later + timedelta(days=9)).action == "acknowledged"
    assert remind_due(clock=lambda: later + timedelta(days=30)) == 0


def test_nothing_is_answered_that_nobody_queried(
    published: Scorecard, member_a: User, sqe: User
) -> None:
    with pytest.raises(AnsweredError):
        reply(published, text="There is no query at all.", by=sqe, at=NOW)
    sign(published, member_a, action=SignOff.QUERIED, statement=STATEMENT)
    correct(published, at=NOW + timedelta(days=3))
    with pytest.raises(SupersededError):
        reply(published, text="There is a version 2 now.", by=sqe, at=NOW + timedelta(days=4))


def test_query_is_answered_on_the_scorecards_page(
    published: Scorecard, member_a: User, sqe_client: Client, member_a_client: Client
) -> None:
    sign(published, member_a, action=SignOff.QUERIED, statement=STATEMENT)
    address = f"{published.get_absolute_url()}sign-off/reply/"
    assert "Answer the query" in sqe_client.get(published.get_absolute_url()).text
    assert "Answer the query" not in member_a_client.get(published.get_absolute_url()).text
    assert member_a_client.post(address, {"text": "We answer ourselves."}).status_code in {403, 404}

    short = sqe_client.post(address, {"text": "No."})
    assert short.status_code == 422
    assert "Answer in at least 10 characters." in short.text

    sqe_client.post(address, {"text": "Two more came with the second lot."})
    assert actions(published)[-1] == "replied"
    assert "Two more came" in member_a_client.get(published.get_absolute_url()).text
    assert "Answer the query" not in sqe_client.get(published.get_absolute_url()).text


def test_board_lists_suppliers_of_whom_nobody_can_sign(
    supplier_a: Supplier, sqe_client: Client
) -> None:
    deliver(supplier_a, 10_000)
    roll_up()
    publish_month(month=OCTOBER, by=None, at=NOW)
    page = sqe_client.get("/months/2025-10/").text
    assert "Suppliers of whom nobody can sign" in page
    assert f'href="/suppliers/{supplier_a.code}/people/"' in page

    member_of(supplier_a)

    assert "Suppliers of whom nobody can sign" not in sqe_client.get("/months/2025-10/").text


def test_what_cannot_be_signed_is_refused(
    published: Scorecard, member_a: User, member_b: User, sqe: User
) -> None:
    for somebody in (member_b, sqe):
        with pytest.raises(NotYoursError):
            sign(published, somebody)
    with pytest.raises(NotWhatWasPublishedError):
        sign(published, member_a, sha256="0" * 64)
    with pytest.raises(IncompleteError):
        sign(published, member_a, name="  ")
    with pytest.raises(IncompleteError):
        sign(published, member_a, action=SignOff.QUERIED, statement="why?")
    sign(published, member_a)
    with pytest.raises(AnsweredError):
        sign(published, member_a)
    correct(published, at=NOW + timedelta(days=3))
    with pytest.raises(SupersededError):
        sign(published, member_a)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE scorecards_signoffstep SET name = 'Somebody else'",
        "DELETE FROM scorecards_signoffstep",
        "TRUNCATE scorecards_signoffstep CASCADE",
        """INSERT INTO scorecards_signoffstep
           (scorecard_id, action, at, by_id, name, statement, sha256)
           SELECT scorecard_id, 'queried', at, by_id, name, repeat('x', 20), repeat('0', 64)
           FROM scorecards_signoffstep WHERE action = 'acknowledged'""",
    ],
)
def test_database_keeps_signatures(published: Scorecard, member_a: User, statement: str) -> None:
    sign(published, member_a)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert sign_off_of(published).signed is not None
    assert SignOffStep.objects.count() == 2


def remind(day: date) -> int:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return remind_due(clock=lambda: at)


def test_reminders_on_working_days_5_and_10_then_purchasing(
    published: Scorecard, member_a: User, buyer: User
) -> None:
    assert remind(date(2025, 11, 14)) == 0
    assert remind(date(2025, 11, 17)) == 1
    assert remind(date(2025, 11, 17)) == 0
    assert remind(date(2025, 11, 21)) == 0
    assert remind(date(2025, 11, 24)) == 1
    assert remind(date(2025, 12, 1)) == 1
    assert remind(date(2025, 12, 2)) == 0

    assert actions(published) == ["asked", "reminded", "reminded_again", "passed_on"]
    told = Message.objects.filter(sign_off_step__isnull=False).order_by("pk")
    assert [(one.event, one.recipient) for one in told] == [
        (MessageEvent.PUBLISHED, member_a),
        (MessageEvent.REMINDER, member_a),
        (MessageEvent.REMINDER, member_a),
        (MessageEvent.UNSIGNED, buyer),
    ]
    assert "published on 2025-11-10. No reminder was sent to it." in flat(render(told[3]).text)
    Message.objects.filter(event=MessageEvent.REMINDER).update(state=MessageState.SENT, sent_at=NOW)
    assert "2 reminders were sent to it." in render(told[3]).text


def test_nobody_is_reminded_of_what_is_answered(published: Scorecard, member_a: User) -> None:
    sign(published, member_a)

    assert remind(date(2025, 12, 5)) == 0


def test_after_a_pause_only_the_latest_reminder_goes_out(published: Scorecard) -> None:
    assert remind(date(2025, 12, 5)) == 1
    assert actions(published) == ["asked", "passed_on"]


def test_engineer_sees_who_has_not_signed(
    published: Scorecard, member_a: User, sqe: User, sqe_client: Client, member_b: User
) -> None:
    [row] = unanswered(user=sqe)
    assert row.scorecard == published
    assert row.state.viewed is None
    assert "ALFA-4711" in sqe_client.get("/months/sign-offs/").text
    assert unanswered(user=member_b) == []

    sign(published, member_a)

    assert unanswered(user=sqe) == []
    assert "Everything is signed" in sqe_client.get("/months/sign-offs/").text


def test_corrected_month_is_told_and_to_be_signed_again(
    published: Scorecard, member_a: User
) -> None:
    sign(published, member_a)

    second = correct(published, at=NOW + timedelta(days=3))

    message = Message.objects.get(event=MessageEvent.RESTATED)
    assert (message.recipient, message.state) == (member_a, MessageState.WAITING)
    mail = render(message)
    assert mail.subject == "ALFA-4711: scorecard of October 2025 corrected, version 2"
    assert f"version 2 replaces version 1. Reason: {REASON}" in mail.text
    assert (
        "External PPM, October 2025: 300 (3 of 10,000, 3 provisional) before, 100 (1 of 10,000) now"
        in mail.text
    )
    assert "Score: 25.5 before, 54.5 now." in mail.text
    assert actions(second) == ["asked"]
    assert sign_off_of(second).signed is None
    assert sign_off_of(published).signed is not None


def test_supplier_without_log_in_gets_no_row(supplier_b: Supplier) -> None:
    deliver(supplier_b, 1_000)
    decide(supplier_b, 1)
    roll_up()
    publish_month(month=OCTOBER, by=None, at=NOW)

    assert not Message.objects.filter(sign_off_step__isnull=False).exists()


def ask_again(day: date) -> int:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    return ask_late(clock=lambda: at)


def test_supplier_that_gets_a_log_in_later_is_asked_then(supplier_a: Supplier, buyer: User) -> None:
    deliver(supplier_a, 10_000)
    deliver(supplier_a, 10_000, OCTOBER.minus(1))
    roll_up()
    for month in (OCTOBER.minus(1), OCTOBER):
        publish_month(month=month, by=None, at=NOW)
    assert ask_again(date(2025, 11, 20)) == 0
    person = member_of(supplier_a)

    assert ask_again(date(2025, 11, 20)) == 1
    assert ask_again(date(2025, 11, 20)) == 0

    [step] = SignOffStep.objects.select_related("scorecard")
    assert (step.action, step.scorecard.period) == ("asked", OCTOBER)
    message = Message.objects.get(sign_off_step=step)
    assert (message.event, message.recipient) == (MessageEvent.PUBLISHED, person)
    # The last day counts from the day of asking, a Thursday: 15 working days later.
    assert "by 2025-12-11" in flat(render(message).text)
    assert remind(date(2025, 11, 26)) == 0
    assert remind(date(2025, 11, 27)) == 1
    assert actions(step.scorecard) == ["asked", "reminded"]


def test_nobody_is_asked_late_who_cannot_log_in_or_of_a_month_long_past(
    supplier_a: Supplier, supplier_b: Supplier
) -> None:
    deliver(supplier_a, 10_000)
    deliver(supplier_b, 10_000, OCTOBER.minus(3))
    roll_up()
    for month in (OCTOBER.minus(3), OCTOBER):
        publish_month(month=month, by=None, at=NOW)
    member_of(supplier_a, is_active=False)
    member_of(supplier_b)

    assert ask_again(date(2026, 1, 20)) == 0
    assert not SignOffStep.objects.exists()


def test_answered_scorecard_is_not_asked_late(supplier_a: Supplier) -> None:
    deliver(supplier_a, 10_000)
    roll_up()
    publish_month(month=OCTOBER, by=None, at=NOW)
    sign(Scorecard.objects.get(), member_of(supplier_a))

    assert ask_again(date(2025, 11, 20)) == 0


def test_nothing_is_signed_by_chance(published: Scorecard, member_a_client: Client) -> None:
    """Neither without one of the two buttons, nor with an objection written."""
    address = f"{published.get_absolute_url()}sign-off/"
    given = {"name": "Ida Vance", "sha256": published.sha256, "statement": ""}

    unpressed = member_a_client.post(address, given)
    objecting = member_a_client.post(address, given | {"do": "sign", "statement": STATEMENT})

    assert (unpressed.status_code, objecting.status_code) == (422, 422)
    assert "Press Sign or Query." in unpressed.text
    assert "Send this as a query" in objecting.text
    assert STATEMENT in objecting.text
    assert actions(published) == ["asked"]
