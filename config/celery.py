"""The Celery application: finds every app's tasks.py, takes its settings from Django's."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("scorecard")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

from config import hearing, readiness  # noqa: E402, F401  connect their signal handlers
