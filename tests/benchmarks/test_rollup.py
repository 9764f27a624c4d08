"""The roll-up against one bare serial GROUP BY over the same rows, and what a correction costs."""

import random
import resource

import pytest
from django.db import connection
from django.utils import timezone

from scorecards.models import PartMonth, StaleKey
from scorecards.rollup import drain, rebuild
from suppliers.models import Delivery
from tests.benchmarks.history import History
from tests.benchmarks.ratios import Report, best_of, timed

# The sums outside keep the planner from leaving the aggregates out.
BARE = """
SELECT sum(received), sum(lines) FROM (
    SELECT supplier_id, plant_id, part_id, date_trunc('month', received_on::timestamp)::date,
        sum(quantity) AS received, count(*) AS lines
    FROM suppliers_delivery
    GROUP BY 1, 2, 3, 4
) s
"""
CORRECTIONS = 1_000
REFRESHED: dict[int, float] = {}  # lines → seconds of a refresh after one correction


@pytest.fixture(scope="module")
def bare(history: History) -> tuple[str, float]:
    """Time what any roll-up has to do at least, by one process."""
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        seconds = best_of(2, lambda: cursor.execute(BARE))
        cursor.execute("RESET max_parallel_workers_per_gather")
    return "bare serial GROUP BY", seconds


@pytest.fixture(scope="module")
def rebuilt(history: History, bare: tuple[str, float]) -> float:
    """Return how long a full roll-up takes, and leave the history rolled up."""
    seconds = best_of(2, lambda: rebuild(at=timezone.now()))
    assert PartMonth.objects.exists()
    return seconds


def test_full_rollup(
    history: History, bare: tuple[str, float], rebuilt: float, report: Report
) -> None:
    report.compare("full roll-up", lines=history.lines, base=bare, seconds=rebuilt, at_least=1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    report.amount("peak memory, roll-up", peak, "MB", lines=history.lines, at_most=400)


def test_refresh_after_one_correction(history: History, rebuilt: float, report: Report) -> None:
    """The same at every size; where two sizes were measured, at most half as much again."""
    rows = _some(history, 40)
    seconds = sorted(timed(lambda row=row: _corrected([row])) for row in rows)  # type: ignore[misc]  # bound at once
    REFRESHED[history.lines] = seconds[len(seconds) // 2]
    smallest = min(REFRESHED)
    if history.lines == smallest:
        report.amount(
            "refresh after one correction",
            REFRESHED[smallest] * 1000,
            "ms",
            lines=history.lines,
        )
        return
    report.compare(
        "refresh after one correction",
        lines=history.lines,
        base=(f"at {smallest:,} lines", REFRESHED[smallest]),
        seconds=REFRESHED[history.lines],
        at_least=1 / 1.5,
    )


def test_many_corrections(history: History, rebuilt: float, report: Report) -> None:
    rows = _some(history, CORRECTIONS)
    seconds = timed(lambda: _corrected(rows))
    assert not StaleKey.objects.exists()
    report.compare(
        f"{CORRECTIONS:,} random corrections",
        lines=history.lines,
        base=("rebuild", rebuilt),
        seconds=seconds,
        at_least=10 if history.lines >= 10_000_000 else None,
    )


def _some(history: History, number: int) -> list[int]:
    """Draw deliveries at random, the same in every run."""
    first = Delivery.objects.order_by("pk").values_list("pk", flat=True)[0]
    return random.Random(history.lines + number).sample(  # noqa: S311  # repeatable, not secret
        range(first, first + history.lines), number
    )


def _corrected(rows: list[int]) -> None:
    """Correct these deliveries and bring the figures up to them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE suppliers_delivery SET quantity = quantity + 1 WHERE id = ANY (%s)", [rows]
        )
    drain(at=timezone.now())
