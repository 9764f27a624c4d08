"""Signals of control charts: on Today and in the daily summary, and never a level."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from escalations.enums import Audience, MessageEvent, MessageKind, MessageState
from escalations.models import Episode, MailPreference, Message
from escalations.notifications.render import in_language_of, render
from escalations.owed import Scope, owed
from escalations.queries.today import today_for
from escalations.services.digests import sum_up
from escalations.services.sending import send_due
from scorecards.metrics import Metric
from scorecards.models import Baseline, ChartSignal
from scorecards.periods import Month, months
from scorecards.rollup import drain
from scorecards.services.baselines import accept_baseline, propose_baseline
from scorecards.services.chart_signals import judge_baselines, see_signals
from suppliers.models import Supplier, User
from tests.scorecards.facts import decide, deliver

pytestmark = pytest.mark.django_db

FIRST, LAST = Month(2024, 1), Month(2024, 12)
AT = datetime(2025, 4, 10, 9, tzinfo=UTC)
MORNING = AT + timedelta(days=1)


@pytest.fixture
def accepted(supplier_a: Supplier, sqe: User) -> Baseline:
    """Limits of some twenty rejects a month, and nothing outside them so far."""
    for index, month in enumerate(months(FIRST, Month(2025, 3))):
        deliver(supplier_a, 400_000, month)
        decide(supplier_a, 18 + index % 5, month)
    drain(at=AT)
    baseline = propose_baseline(
        supplier=supplier_a, metric=Metric.EXTERNAL_PPM, first=FIRST, last=LAST, by=sqe, at=AT
    )
    return accept_baseline(baseline=baseline, reason="Agreed in April.", by=sqe, at=AT)


def signalled(baseline: Baseline) -> ChartSignal:
    """Let March 2025 leave the limits."""
    decide(baseline.supplier, 70, Month(2025, 3))
    drain(at=AT)
    judge_baselines(at=AT)
    found: ChartSignal = ChartSignal.objects.filter(month=date(2025, 3, 1)).earliest("pk")
    return found


def waiting() -> list[Message]:
    return list(Message.objects.with_content().filter(kind=MessageKind.SIGNAL).order_by("pk"))


def test_a_month_that_signals_is_told_once_to_quality_and_raises_nothing(
    accepted: Baseline, sqe: User, buyer: User, member_a: User
) -> None:
    assert waiting() == []
    signal = signalled(accepted)
    assert ChartSignal.objects.filter(month=signal.month).count() > 1

    (message,) = waiting()

    assert (message.audience, message.recipient) == (Audience.QUALITY, sqe)
    assert message.state == MessageState.COLLECTED
    assert message.title == ("ALFA-4711: Month outside its own limits, External PPM, 2025-03")
    judge_baselines(at=AT)
    assert len(waiting()) == 1
    assert not Episode.objects.exists()


def test_its_words_say_what_why_and_that_nothing_follows(accepted: Baseline, sqe: User) -> None:
    signalled(accepted)
    (message,) = waiting()

    mail = render(message)

    assert mail.subject == "ALFA-4711: External PPM of March 2025 signals on its control chart"
    for words in (
        "92 of 400,000, against the limits of version 1",
        "No level follows from it.",
        "above the upper limit",
        "/suppliers/ALFA-4711/limits/external_ppm/",
    ):
        assert words in mail.text


def test_it_goes_out_with_the_daily_summary_that_leads_to_today(
    accepted: Baseline, sqe: User
) -> None:
    signalled(accepted)

    assert sum_up(clock=lambda: MORNING) == 1

    digest = Message.objects.with_content().get(kind=MessageKind.DIGEST)
    mail = render(digest)
    assert "signals on its control chart" in mail.text
    assert "/today/" in mail.text
    assert "/my-suppliers/" not in mail.text
    assert "No level follows from any of this" in mail.text


def test_looked_at_before_it_went_out_it_is_not_sent(accepted: Baseline, sqe: User) -> None:
    MailPreference.objects.create(user=sqe, daily_summary=False)
    signal = signalled(accepted)
    see_signals(signal=signal, note="Tool worn.", by=sqe, at=AT)

    send_due(now=lambda: MORNING, most=10)

    (message,) = waiting()
    assert message.state == MessageState.DISCARDED


def test_today_has_it_until_somebody_looked(
    accepted: Baseline, sqe: User, sqe_client: Client, member_a: User
) -> None:
    signal = signalled(accepted)

    (section,) = today_for(sqe, at=AT)
    page = sqe_client.get("/today/").content.decode()

    (row,) = section.rows
    assert section.key == "notice"
    assert row.what == "External PPM of March 2025 signals on its control chart"
    assert "above the upper limit" in row.why
    assert row.url == "/suppliers/ALFA-4711/limits/external_ppm/#signals"
    assert "To look at" in page
    assert row.what in page
    theirs = owed(Scope(user=member_a, at=AT))
    assert [one for one in theirs if one.owner is Audience.SUPPLIER] == []
    see_signals(signal=signal, note="Tool worn.", by=sqe, at=AT)
    assert today_for(sqe, at=AT) == []


def test_german_readers_read_german(accepted: Baseline, sqe: User) -> None:
    User.objects.filter(pk=sqe.pk).update(language="de")
    signalled(accepted)
    (message,) = waiting()

    with in_language_of(message):
        mail = render(message)

    assert "über der oberen Grenze" in mail.text
    assert "Eine Stufe folgt daraus nicht." in mail.text
    assert "limits of version" not in mail.text
    assert message.event == MessageEvent.SIGNALLED
