"""kill -9 in the middle of a load: nothing half-written, and the next ring completes it."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from suppliers.enums import ImportState
from suppliers.models import Delivery, ImportBatch, Plant
from suppliers.services import imports
from suppliers.tasks import work_imports
from tests.database import database_url
from tests.factories import PartFactory, PlantFactory, SupplierFactory

ROWS = 60_000
WORKER = """
import django; django.setup()
from suppliers.tasks import work_imports
work_imports()
"""

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def batch(transactional_db: None) -> ImportBatch:
    SupplierFactory(code="ALFA")
    PartFactory(number="007")
    lines = "".join(f"D{number};ALFA;NEW;007;2026-01-31;1\n" for number in range(ROWS))
    text = "document;supplier;plant;part;received_on;quantity\n" + lines
    return imports.upload(
        kind="deliveries",
        file=ContentFile(text.encode(), name="month.csv"),
        filename="month.csv",
        by=None,
        confirmed=True,
    )


def start_worker() -> subprocess.Popen[bytes]:
    """Run one ring in a process of its own, on the test's database and media folder."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    return subprocess.Popen([sys.executable, "-c", WORKER], env=environment, cwd=settings.BASE_DIR)


def wait_until(query: str) -> None:
    """Look at what the worker's session does until `query` finds it."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(query)
            if cursor.fetchone():
                return
        time.sleep(0.005)
    pytest.fail("the worker never came to the point at which it is to be killed")


RUNNING = (
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND state = 'active' AND query ILIKE '{}'"
)


def test_killed_worker_leaves_nothing_of_the_short_way(batch: ImportBatch) -> None:
    PlantFactory(code="NEW")
    worker = start_worker()
    try:
        wait_until(RUNNING.format('%COPY "suppliers_delivery"%'))
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait(timeout=60)
    assert not Delivery.objects.exists()
    wait_until_free(batch)
    ImportBatch.objects.update(next_attempt_at=None)
    work_imports()
    batch.refresh_from_db()
    assert (batch.state, Delivery.objects.count()) == (ImportState.DONE, ROWS)


@pytest.mark.parametrize(
    "moment",
    [
        "SELECT 1 FROM suppliers_importbatch WHERE attempts > 0",
        RUNNING.format('%COPY "staged"%'),
        RUNNING.format("%INSERT INTO suppliers_delivery%"),
    ],
    ids=["claimed", "staging", "loading"],
)
def test_killed_worker_leaves_nothing_and_the_next_ring_completes(
    batch: ImportBatch, moment: str
) -> None:
    worker = start_worker()
    try:
        wait_until(moment)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait(timeout=60)
    assert not Delivery.objects.exists()
    assert not Plant.objects.exists()
    batch.refresh_from_db()
    assert (batch.state, batch.attempts) == (ImportState.CONFIRMED, 1)
    assert batch.next_attempt_at is not None
    assert batch.next_attempt_at < timezone.now() + timedelta(minutes=1)
    wait_until_free(batch)
    ImportBatch.objects.update(next_attempt_at=None)
    work_imports()
    batch.refresh_from_db()
    assert (batch.state, Delivery.objects.count()) == (ImportState.DONE, ROWS)
    assert not any(Path(settings.MEDIA_ROOT).glob("**/*.tmp"))


def wait_until_free(batch: ImportBatch) -> None:
    """Wait for the server to notice that the worker's session is gone."""
    wait_until(
        f"SELECT 1 FROM suppliers_importbatch WHERE id = {batch.pk} FOR UPDATE SKIP LOCKED"  # noqa: S608  # a number
    )
