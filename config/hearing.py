"""Ends a worker that has gone deaf, so that whoever keeps it starts it again.

Celery's Redis transport can outlive a restart of the broker connected, idle and taking no
message. Messages that wait while a worker has nothing in hand tell it from a quiet one.
"""

import logging
import os
import threading
import time
from typing import Any

from celery.signals import task_received, worker_ready
from celery.worker.state import active_requests
from kombu import Queue
from kombu.exceptions import OperationalError

from config.celery import app

LOOK_SECONDS = 2.0
# Longer than a worker with free hands ever leaves a message, shorter than anybody waits.
DEAF_SECONDS = 10.0
DEAF_EXIT = 70
ANSWER_SECONDS = 2.0

log = logging.getLogger(__name__)


class Hearing:
    """Knows since when messages wait although the worker could take one."""

    def __init__(self) -> None:
        self.received = 0
        self._received_before = 0
        self._since: float | None = None

    def silence(self, now: float, *, waiting: int, busy: bool) -> float:
        """Return the seconds for which waiting messages were not heard, 0 when all is well."""
        heard = self.received != self._received_before
        self._received_before = self.received
        if heard or busy or not waiting:
            self._since = None
            return 0
        if self._since is None:
            self._since = now
        return now - self._since


hearing = Hearing()


@task_received.connect
def note(**_kwargs: Any) -> None:
    """Count a message taken."""
    hearing.received += 1


@worker_ready.connect
def begin(**_kwargs: Any) -> None:
    """Look after the worker's hearing from now on, whatever its own loop does."""
    threading.Thread(target=look_after, name="hearing", daemon=True).start()


def look_after() -> None:
    """End the worker once it is deaf. Nothing is lost: it has nothing in hand."""
    while True:
        time.sleep(LOOK_SECONDS)
        silence = hearing.silence(
            time.monotonic(), waiting=messages_waiting(), busy=bool(active_requests)
        )
        if silence > DEAF_SECONDS:
            log.critical("messages have waited for %.0f s unheard; the worker ends", silence)
            logging.shutdown()
            os._exit(DEAF_EXIT)


def messages_waiting() -> int:
    """Return how many messages the broker holds; 0 while it cannot be asked."""
    connection: Any = app.connection_for_read(connect_timeout=ANSWER_SECONDS)
    with connection as broker:
        errors = (*broker.channel_errors, *broker.connection_errors, OperationalError)
        try:
            queue = Queue(app.conf.task_default_queue, channel=broker.default_channel)
            declared: Any = queue.queue_declare(passive=True)
            return int(declared.message_count)
        except errors:
            return 0
