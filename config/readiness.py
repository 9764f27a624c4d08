"""Tells whoever started a Celery process that it is up, by touching the file they named."""

import os
from pathlib import Path
from typing import Any

from celery.signals import beat_init, worker_ready


@worker_ready.connect
@beat_init.connect
def announce(**_kwargs: Any) -> None:
    """Touch SCORECARD_READY_FILE, where it is set."""
    if name := os.environ.get("SCORECARD_READY_FILE"):
        Path(name).touch()
