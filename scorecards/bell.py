"""Ringing Celery: a hint that work waits in PostgreSQL, never the work itself."""

import logging

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)

PUBLISH = "scorecards.tasks.publish_requested"
RENDER = "scorecards.tasks.render_scorecards"
DRAIN = "scorecards.tasks.drain_stale_keys"


def ring_after_commit(task: str) -> None:
    """Ask a worker to look for work as soon as what was written can be seen."""
    transaction.on_commit(lambda: ring(task))


def ring(task: str) -> None:
    """Ask a worker to look for work now; without a broker the next tick does.

    Nothing that goes wrong here may fail what has been committed.
    """
    try:
        current_app.send_task(task, retry=False, ignore_result=True)
    except Exception:  # a bell that does not ring loses nothing
        log.warning("Could not ring %s; the next tick finds the work.", task, exc_info=True)


def ring_drain() -> None:
    """Have what this transaction changed rolled up as soon as it is committed."""
    ring_after_commit(DRAIN)
