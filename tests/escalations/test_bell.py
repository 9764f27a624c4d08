"""Ringing while the broker is down: quick, silent for the caller, and nothing is lost."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from tests.flows.product import free_port

RING = """
import time
import django
django.setup()
from escalations.bell import ring
start = time.monotonic()
ring("escalations.tasks.send_messages")
ring("escalations.tasks.send_messages")
print(time.monotonic() - start)
"""


@pytest.mark.parametrize("url", ["redis://127.0.0.1:{port}/0", "unix:///nowhere/at/all.sock"])
def test_ring_without_broker_returns_quickly(url: str) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "REDIS_URL": url.format(port=free_port()),
    }
    began = time.monotonic()
    run = subprocess.run(
        [sys.executable, "-c", RING],
        env=environment,
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        timeout=180,
        check=True,
    )
    assert float(run.stdout) < min(20, time.monotonic() - began)
    assert "Could not ring" in run.stderr
