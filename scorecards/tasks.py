"""Doorbell answers of this app: ids in at most, the work itself waits in PostgreSQL."""

import logging
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from scorecards.bell import RENDER, ring
from scorecards.pdf import PdfUnavailableError
from scorecards.rollup import drain
from scorecards.services.chart_signals import judge_baselines
from scorecards.services.documents import render_waiting
from scorecards.services.requests import publish_requested as publish
from scorecards.services.requests import request_due_month
from scorecards.services.sign_off_reminders import ask_late, remind_due

# How long one task may go on while other work waits behind it.
TURN = timedelta(seconds=5)
log = logging.getLogger(__name__)


@shared_task(name="scorecards.tasks.drain_stale_keys")
def drain_stale_keys() -> int:
    """Recompute the supplier-months that changed, and judge them; return how many."""
    done = drain(at=timezone.now())
    if done:
        judge_baselines(at=timezone.now())
    return done


@shared_task(name="scorecards.tasks.publish_requested")
def publish_requested() -> int:
    """Publish the months that were asked for; return how many requests were fulfilled."""
    return publish(clock=timezone.now)


@shared_task(name="scorecards.tasks.publish_due_month")
def publish_due_month() -> str:
    """Have the newest ended month published once its day has come; return it, or nothing."""
    month = request_due_month(working_day=settings.PUBLISH_ON_WORKING_DAY, at=timezone.now())
    return "" if month is None else str(month)


@shared_task(name="scorecards.tasks.remind_of_sign_offs")
def remind_of_sign_offs() -> int:
    """Ask who can only sign since now, and remind of what nobody answers; return how many."""
    return ask_late(clock=timezone.now) + remind_due(clock=timezone.now)


@shared_task(name="scorecards.tasks.render_scorecards")
def render_scorecards() -> int:
    """Render PDFs that wait, for a turn; return how many are ready. Without PDF they go on waiting.

    A month's PDFs take many minutes. In turns, a corrected row is rolled up in between.
    """
    until = timezone.now() + TURN
    try:
        ready = render_waiting(clock=timezone.now, until=until)
    except PdfUnavailableError as error:
        log.warning("No PDF is made: %s", error)
        return 0
    if timezone.now() >= until:
        ring(RENDER)
    return ready
