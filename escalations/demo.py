"""Replays the demo's last months as they would have gone: publish, evaluate, correct, decide."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from escalations.demo_eight_d import eight_d_story
from escalations.demo_shipping import shipping_story
from escalations.demo_timeline import Timeline
from escalations.models import Episode
from escalations.services.decisions import decide
from escalations.services.evaluation import evaluate
from escalations.workflow import Action
from scorecards.demo import freeze_limits
from scorecards.periods import Month, nth_working_day
from scorecards.rollup import drain
from scorecards.services.publication import NothingToRestateError, publish_month, restate
from suppliers.demo import book_late_receipts, cast, login_of
from suppliers.demo.stories import LATE_CORRECTION_MONTHS_AGO, LEAVES_ITS_LIMITS
from suppliers.enums import Role
from suppliers.models import Delivery, Supplier, User

PUBLISHED_MONTHS = 6
PUBLICATION_WORKING_DAY = 8
LATE_REASON = "Receipts of the month were booked late; the figure was too high."
SETTLED_AFTER = timedelta(days=3)


def replay(*, newest: Month, at: datetime, say: Callable[[str], object]) -> None:
    """Publish and judge the last months on the days they were due; done twice changes nothing."""
    drain(at=at)
    sqe = login_of(Role.SQE)
    stories = Timeline(
        eight_d=lambda: eight_d_story(at=at, say=say),
        shipping=lambda: shipping_story(at=at, say=say),
    )
    for ago in reversed(range(PUBLISHED_MONTHS)):
        month = newest.minus(ago)
        due = nth_working_day(month.plus(1), PUBLICATION_WORKING_DAY, holidays=())
        moment = min(_nine_o_clock(due), at)
        # what was answered and sorted by then is part of what is published
        stories.run(until=moment)
        publication = publish_month(month=month, by=sqe, at=moment)
        outcome = evaluate(at=moment, today=moment.date(), first=month, last=month)
        say(f"{month}: {len(publication.published)} scorecards, {len(outcome.raised)} escalations")
        _acknowledge(by=sqe, at=min(moment + SETTLED_AFTER, at))
    stories.run(until=at)
    _correct(newest=newest, at=at)
    code = cast.suppliers()[LEAVES_ITS_LIMITS].code
    freeze_limits(supplier=Supplier.objects.get(code=code), newest=newest, by=sqe, at=at)


def _acknowledge(*, by: User, at: datetime) -> None:
    """Have the SQE take on what was raised, but for what is newer than three days."""
    for episode in Episode.objects.unfinished().filter(raised_at__lte=at - SETTLED_AFTER):
        if episode.state == "open":
            decide(episode=episode, action=Action.ACKNOWLEDGE, by=by, at=at)


def _correct(*, newest: Month, at: datetime) -> None:
    month = newest.minus(LATE_CORRECTION_MONTHS_AGO)
    if Delivery.objects.filter(document__endswith="L").exists():
        return
    supplier = book_late_receipts(newest=newest.first_day)
    drain(at=at)
    try:
        # the month is locked by then
        manager = login_of(Role.QUALITY_MANAGER)
        restate(supplier=supplier, month=month, reason=LATE_REASON, by=manager, at=at)
    except NothingToRestateError:
        return
    evaluate(at=at, today=at.date(), first=month, last=month)


def _nine_o_clock(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=UTC)
