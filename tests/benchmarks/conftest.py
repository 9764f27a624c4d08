"""One database with a history of deliveries for all benchmarks, and one report.

BENCH_LINES      sizes of the history, with commas (1000000; the full run is 1000000,10000000)
BENCH_MONTH_ROWS rows of the month's file that is imported (275000)
BENCH_DOCUMENTS  scorecards whose PDFs are made (60)
BENCH_REPORT     where the ratios are kept ($SCORECARD_HOME/benchmarks.json)
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test.utils import setup_databases, teardown_databases
from pytest_django.plugin import DjangoDbBlocker

from tests.benchmarks.history import History, build
from tests.benchmarks.ratios import Report

SIZES = [int(size) for size in os.environ.get("BENCH_LINES", "1_000_000").split(",")]
REPORT = pytest.StashKey[Report]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[REPORT] = Report()


@pytest.fixture(scope="session")
def report(pytestconfig: pytest.Config) -> Report:
    return pytestconfig.stash[REPORT]


@pytest.fixture(scope="session")
def month_rows() -> int:
    return int(os.environ.get("BENCH_MONTH_ROWS", "275_000"))


@pytest.fixture(scope="session")
def database(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Create a database for the whole run; what a benchmark commits stays until the end.

    pytest-django creates one only for tests that roll back or truncate after each.
    """
    with django_db_blocker.unblock():
        created = setup_databases(verbosity=0, interactive=False, aliases={"default": False})
        yield
        teardown_databases(created, verbosity=0)


@pytest.fixture(scope="session", params=SIZES, ids=lambda lines: f"{lines:_}")
def history(request: pytest.FixtureRequest, database: None) -> History:
    """Return a fresh history of each size; benchmarks of one size share it, in their order."""
    return build(request.param)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    report = config.stash[REPORT]
    if not report.entries:
        return
    terminalreporter.section("ratios")
    terminalreporter.write_line(report.as_text())
    home = Path(os.environ.get("SCORECARD_HOME", "."))
    path = Path(os.environ.get("BENCH_REPORT") or home / "benchmarks.json")
    report.write(path)
    terminalreporter.write_line(f"kept in {path}")
