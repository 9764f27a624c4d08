"""Ringing Celery: a hint that work waits in PostgreSQL, never the work itself."""

import logging
from typing import Final

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)

PUBLISH = "scorecards.tasks.publish_requested"
RENDER = "scorecards.tasks.render_scorecards"
DRAIN = "scorecards.tasks.drain_stale_keys"

# A month's PDFs are many rings; what has waited this long is rung again by whoever is at work or
# by the next tick, so that they never queue up before a changed figure (seconds).
EXPIRES: Final[dict[str, float]] = {RENDER: 5.0}


def ring_after_commit(task: str) -> None:
    """Ask a worker to look for work as soon as what was written can be seen."""
    transaction.on_commit(lambda: ring(task))


def ring(task: str) -> None:
    """Ask a worker to look for work now; without a broker the next tick does.

    Nothing that goes wrong here may fail what has been committed.
    """
    try:
        current_app.send_task(task, retry=False, ignore_result=True, expires=EXPIRES.get(task))
    except Exception:  # a bell that does not ring loses nothing
        log.warning("Could not ring %s; the next tick finds the work.", task, exc_info=True)


def ring_drain() -> None:
    """Have what this transaction changed rolled up as soon as it is committed."""
    ring_after_commit(DRAIN)
