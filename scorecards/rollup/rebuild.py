"""Rebuilding the whole roll-up, and proving that the kept one equals a rebuild."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from scorecards.models import RollupRun
from scorecards.rollup.drain import ROLLUP_LOCK
from scorecards.rollup.sql import TABLES, read, run_steps


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A row that only the kept roll-up has (`kept`) or only a rebuild gives (`rebuilt`)."""

    table: str
    side: str
    row: str


def rebuild(*, at: datetime) -> int:
    """Compute the roll-up anew from all facts; return the rows of the grain."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ROLLUP_LOCK])
        cursor.execute("DELETE FROM scorecards_stalekey")
        cursor.execute(f"TRUNCATE {', '.join(TABLES)}")
        rows, keys = _compute_all(cursor)
        RollupRun.objects.create(
            kind="rebuild", started_at=at, finished_at=timezone.now(), keys=keys, rows=rows
        )
    return rows


def _compute_all(cursor: CursorWrapper) -> tuple[int, int]:
    cursor.execute(read("all_keys"))
    cursor.execute("ANALYZE rollup_key")
    rows = run_steps(cursor, keyed=False)
    cursor.execute("SELECT count(*) FROM rollup_key")
    (keys,) = cursor.fetchone()
    cursor.execute("DROP TABLE rollup_key")
    return rows, keys


def verify() -> list[Difference]:
    """Compare the kept roll-up with a rebuild of the same facts; empty means equal.

    The rebuild goes to temporary tables of the same names, which PostgreSQL finds first, so
    that the very same statements compute it. Suppliers with keys still to drain are left
    out: the lock keeps drains away, so every fact that changed meanwhile has its mark.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ROLLUP_LOCK])
        for table in TABLES:
            cursor.execute(f"CREATE TEMP TABLE {table} (LIKE public.{table} INCLUDING ALL)")
        _compute_all(cursor)
        differences = [difference for table in TABLES for difference in _compare(cursor, table)]
        for table in TABLES:
            cursor.execute(f"DROP TABLE pg_temp.{table}")
    return differences


def _compare(cursor: CursorWrapper, table: str) -> list[Difference]:
    sides = {"kept": ("public", "pg_temp"), "rebuilt": ("pg_temp", "public")}
    differences = []
    for side, (one, other) in sides.items():
        cursor.execute(
            f"SELECT t::text FROM (TABLE {one}.{table} EXCEPT TABLE {other}.{table}) t"  # noqa: S608  # names of our own
            " WHERE supplier_id NOT IN (SELECT supplier_id FROM scorecards_stalekey) LIMIT 20"
        )
        differences += [Difference(table=table, side=side, row=row) for (row,) in cursor.fetchall()]
    return differences
