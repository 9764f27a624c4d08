"""Publishing a month of thousands of suppliers, as the worker does it: time and memory."""

import os
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from scorecards.models import PublicationRequest, Scorecard
from scorecards.periods import Month
from scorecards.queries.published import suppliers_with_activity
from scorecards.rollup import rebuild
from scorecards.services.requests import request_publication
from suppliers.enums import Role
from tests.benchmarks.history import LAST_DAY, History
from tests.benchmarks.ratios import Report
from tests.cast import person
from tests.database import database_url

# A process of its own, so that what this one holds is not measured with it. Its memory is asked
# of the system's page about it: resource usage would begin with what the one that started it held.
PUBLISH = """
import re, time
from pathlib import Path
import django
django.setup()
from django.utils import timezone
from scorecards.services.requests import publish_requested
began = time.perf_counter()
publish_requested(clock=timezone.now)
peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024
print(time.perf_counter() - began, peak)
"""
MOST_MEMORY_MB = 400


@pytest.fixture(scope="module")
def rolled_up(history: History) -> datetime:
    """Roll the history up, so that nothing has to be recomputed first."""
    at = timezone.now()
    rebuild(at=at)
    return at


def test_publishing_a_month_of_all_suppliers(
    history: History, rolled_up: datetime, report: Report
) -> None:
    # what a smaller history published stays
    month = Month.of(LAST_DAY).minus(PublicationRequest.objects.count())
    expected = suppliers_with_activity(month).count()
    request_publication(months=[month], by=person(Role.SQE), at=rolled_up - timedelta(minutes=1))

    told = subprocess.run(
        [sys.executable, "-c", PUBLISH],
        env={**os.environ, "DATABASE_URL": database_url()},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    seconds, peak = float(told[0]), float(told[1])
    assert PublicationRequest.objects.latest("pk").published == expected
    assert Scorecard.objects.of_month(month).count() == expected
    lines = history.lines
    report.amount(f"publish {expected} suppliers", seconds, "s", lines=lines)
    report.amount("peak memory, publishing", peak, "MB", lines=lines, at_most=MOST_MEMORY_MB)
    assert peak <= MOST_MEMORY_MB
