"""Doorbell answers of this app: the work itself waits in PostgreSQL."""

from celery import shared_task
from django.utils import timezone

from escalations.bell import ring
from escalations.services import runs, sending

BATCH = 200


@shared_task(name="escalations.tasks.evaluate_published")
def evaluate_published() -> int:
    """Judge newly published scorecards and do what people asked for; return how many runs."""
    published = runs.evaluate_published(now=timezone.now)
    return runs.work_off(now=timezone.now) + (published is not None)


@shared_task(name="escalations.tasks.send_messages")
def send_messages() -> int:
    """Send what is due; rings again when there may be more. Return how many were tried."""
    tried = sending.send_due(now=timezone.now, most=BATCH)
    if tried == BATCH:
        ring("escalations.tasks.send_messages")
    return tried
