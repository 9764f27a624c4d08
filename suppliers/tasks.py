"""What the worker does for this app; every task may be rung at any time and twice."""

import logging

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from suppliers.services import disputes, imports, undo

logger = logging.getLogger(__name__)


@shared_task
def work_imports() -> int:
    """Read, check, load and take back whatever imports wait; returns how many attempts it made."""
    attempts = 0
    while (batch_id := imports.claim_next(at=timezone.now())) is not None:
        attempts += 1
        try:
            imports.work(batch_id=batch_id, at=timezone.now())
        except Exception:
            # the attempt is counted; the next ring after its waiting time tries again
            logger.exception("Import %s: the attempt failed", batch_id)
    return attempts + _take_back()


def _take_back() -> int:
    """Take back whatever imports wait for it."""
    attempts = 0
    while (batch_id := undo.claim_next(at=timezone.now())) is not None:
        attempts += 1
        try:
            undo.work(batch_id=batch_id, at=timezone.now())
        except Exception:
            # counted as well; whatever it had done was rolled back with it
            logger.exception("Import %s: taking it back failed", batch_id)
    return attempts


@shared_task
def pass_on_overdue_disputes() -> int:
    """Give disputes whose answer is overdue to the quality manager; returns how many."""
    return disputes.pass_on_overdue(at=timezone.now())


def ring_imports() -> None:
    """Ring the importer once the transaction has committed; a silent bell loses nothing."""
    transaction.on_commit(_ring)


def _ring() -> None:
    try:
        work_imports.delay()
    except Exception:  # the broker may be down in many ways; the beat rings again
        logger.warning("The importer was not rung; the next tick does it", exc_info=True)
