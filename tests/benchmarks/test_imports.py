"""A month's file into the history, against a bare COPY of the same file."""

import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.base import File
from django.db import connection
from django.utils import timezone

from suppliers.models import Delivery, ImportBatch
from suppliers.services import imports
from tests.benchmarks.history import History, month_file
from tests.benchmarks.ratios import Report, best_of, timed

# Both sides show the best of as many: what other users of the machine did not disturb.
ROUNDS = 3
COPY = "COPY bench_bare FROM STDIN WITH (FORMAT csv, HEADER, DELIMITER ';')"
BARE = """
DROP TABLE IF EXISTS bench_bare;
CREATE TABLE bench_bare (
    document text, line text, supplier text, plant text, part text, received_on date,
    quantity numeric, promised_on date
)
"""


@pytest.fixture(scope="module")
def file(
    history: History, month_rows: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    yield month_file(tmp_path_factory.mktemp("month") / "month.csv", month_rows)
    forget_month()


def forget_month() -> None:
    """Take the month out again, as if no file of it had ever come."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE suppliers_delivery DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM suppliers_delivery WHERE document LIKE 'N%'")
        cursor.execute("ALTER TABLE suppliers_delivery ENABLE TRIGGER USER")
        cursor.execute("VACUUM ANALYZE suppliers_delivery")
    ImportBatch.objects.update(sha256="")


@pytest.fixture(scope="module")
def bare(file: Path) -> tuple[str, float]:
    """Time a bare COPY into a table without keys, indexes and constraints."""
    return "bare COPY of the same file", best_of(ROUNDS, lambda: bare_copy(file))


def bare_copy(file: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE)
        with file.open("rb") as stream, cursor.copy(COPY) as copy:
            while block := stream.read(1 << 20):
                copy.write(block)


def imported(file: Path, *, confirmed: bool = True) -> ImportBatch:
    """Upload, read, check and load in one go, as the command does; or check only, as the page."""
    with file.open("rb") as stream:
        batch = imports.upload(
            kind="deliveries",
            file=File(stream, name=file.name),
            filename=file.name,
            by=None,
            options={"create_masters": True},
            confirmed=confirmed,
            claimed_at=timezone.now(),
        )
    imports.work(batch_id=batch.pk, at=timezone.now())
    batch.refresh_from_db()
    assert batch.state == ("done" if confirmed else "ready"), batch.error
    return batch


def test_check_alone(history: History, file: Path, bare: tuple[str, float], report: Report) -> None:
    """Say what a person waits for before confirming; loading then reads the file again."""
    before = written()
    seconds = best_of(ROUNDS, lambda: imported(file, confirmed=False))
    assert written() == before
    report.compare("check of new rows alone", lines=history.lines, base=bare, seconds=seconds)


def test_month_file(
    history: History, file: Path, bare: tuple[str, float], month_rows: int, report: Report
) -> None:
    seconds = []
    for _ in range(ROUNDS):
        forget_month()
        seconds.append(timed(lambda: imported(file)))
        assert Delivery.objects.filter(document__startswith="N").count() == month_rows
    report.compare(
        f"import of {month_rows:,} new rows", lines=history.lines, base=bare,
        seconds=min(seconds), at_least=0.15,
    )  # fmt: skip
    # of the reader at most: what started it counts too
    for who, name in ((resource.RUSAGE_SELF, "importer"), (resource.RUSAGE_CHILDREN, "reader")):
        peak = resource.getrusage(who).ru_maxrss / 1024
        report.amount(f"peak memory, {name}", peak, "MB", lines=history.lines, at_most=400)


def test_identical_file(
    history: History, file: Path, bare: tuple[str, float], report: Report
) -> None:
    before = written()
    seconds = best_of(ROUNDS, lambda: imported(file))
    assert written() == before
    report.compare(
        "the identical file again", lines=history.lines, base=bare, seconds=seconds, at_least=0.4
    )


def test_same_rows_in_another_file(
    history: History, file: Path, bare: tuple[str, float], report: Report
) -> None:
    other = file.with_name("other.csv")
    before = written()
    seconds = []
    for number in range(ROUNDS):
        other.write_bytes(file.read_bytes() + b"\n" * (number + 1))
        seconds.append(timed(lambda: imported(other)))
    assert written() == before
    report.compare(
        "the same rows in other bytes", lines=history.lines, base=bare, seconds=min(seconds)
    )


def test_reader_alone(history: History, report: Report) -> None:
    """Say what starting the limited process costs, which every file pays once."""
    command = [sys.executable, "-c", "import suppliers.imports.child, suppliers.imports.normal"]
    report.amount(
        "start of the reader",
        best_of(ROUNDS, lambda: subprocess.run(command, check=True)),
        "s",
        lines=history.lines,
    )


def written() -> tuple[int, int]:
    """Count what an import could have written: deliveries and marks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM suppliers_delivery),"
            " (SELECT count(*) FROM scorecards_stalekey)"
        )
        row: tuple[int, int] = cursor.fetchone()
        return row
