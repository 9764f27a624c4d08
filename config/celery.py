"""The Celery application: finds every app's tasks.py, takes its settings from Django's."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("scorecard")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def _load_before_the_pool_forks(**_arguments: Any) -> None:
    """Have the worker's processes share what figures need, instead of loading it each."""
    import scipy.special  # noqa: F401


from config import hearing, readiness  # noqa: E402, F401  connect their signal handlers
