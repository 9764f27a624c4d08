"""Ringing Celery: a hint that work waits in PostgreSQL, never the work itself."""

import logging
from functools import partial

from celery import current_app
from django.db import transaction

JUDGE_REJECTS = "escalations.tasks.judge_rejects"
log = logging.getLogger(__name__)


def ring(task: str) -> None:
    """Ask a worker to look for work now; without a broker the next tick does.

    Whatever goes wrong here may not fail the request that has already been committed.
    """
    try:
        current_app.send_task(task, retry=False, ignore_result=True)
    except Exception:  # a doorbell that does not ring loses nothing
        log.warning("Could not ring %s; the next tick picks the work up.", task, exc_info=True)


def ring_rejects() -> None:
    """Have written rejects judged once this transaction is committed."""
    transaction.on_commit(partial(ring, JUDGE_REJECTS))
