"""Doorbell answers of this app: the work itself waits in PostgreSQL."""

from celery import shared_task
from django.utils import timezone

from escalations.bell import ring
from escalations.services import (
    digests,
    records,
    reminding,
    runs,
    sending,
    shipping_exit,
    watching,
)

BATCH = 200


@shared_task(name="escalations.tasks.evaluate_published")
def evaluate_published() -> int:
    """Judge newly published scorecards and do what people asked for; return how many runs."""
    published = runs.evaluate_published(now=timezone.now)
    return runs.work_off(now=timezone.now) + (published is not None)


@shared_task(name="escalations.tasks.judge_rejects")
def judge_rejects() -> int:
    """Judge the rejects that were written; return how many."""
    return records.judge_rejects(at=timezone.now()).judged


@shared_task(name="escalations.tasks.watch_running_month")
def watch_running_month() -> int:
    """Judge the running month if anything was rolled up since; return how many watches began."""
    changes = watching.watch_running_month(at=timezone.now())
    return 0 if changes is None else len(changes.raised)


@shared_task(name="escalations.tasks.remind")
def remind() -> int:
    """Write the reminders and the daily summaries that are due; return how many."""
    summed_up = digests.sum_up(clock=timezone.now)
    return reminding.remind_due(clock=timezone.now) + summed_up


@shared_task(name="escalations.tasks.watch_shippings")
def watch_shippings() -> int:
    """Notice escapes and met exit criteria of controlled shippings; return how many events."""
    return shipping_exit.watch(at=timezone.now())


@shared_task(name="escalations.tasks.send_messages")
def send_messages() -> int:
    """Send what is due; rings again when there may be more. Return how many were tried."""
    tried = sending.send_due(now=timezone.now, most=BATCH)
    if tried == BATCH:
        ring("escalations.tasks.send_messages")
    return tried
