"""Rebuilding the whole roll-up, and proving that the kept one equals a rebuild."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from scorecards.models import RollupRun
from scorecards.rollup.drain import ROLLUP_LOCK
from scorecards.rollup.sql import FIRST, REST, TABLES, read, run_steps

# In little memory, every fact would be hashed and sorted on disk.
MEMORY = "SET LOCAL work_mem = '128MB'; SET LOCAL maintenance_work_mem = '256MB'"
# How to take the grain's primary key and indexes away and bring them back, as they are defined.
KEYS_OF_GRAIN = """
SELECT string_agg(drop, '; ') AS drop, string_agg(add, '; ') AS add
FROM (
    SELECT CASE WHEN k.oid IS NULL THEN format('DROP INDEX %I', c.relname)
                ELSE format('ALTER TABLE %I DROP CONSTRAINT %I', t.relname, k.conname) END AS drop,
           CASE WHEN k.oid IS NULL THEN pg_get_indexdef(c.oid)
                ELSE format('ALTER TABLE %I ADD CONSTRAINT %I %s',
                            t.relname, k.conname, pg_get_constraintdef(k.oid)) END AS add
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_class t ON t.oid = i.indrelid
    LEFT JOIN pg_constraint k ON k.conindid = c.oid
    WHERE t.relname = 'scorecards_partmonth' AND t.relnamespace = 'public'::regnamespace
) keys
"""


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
        rows, keys = _compute_anew(cursor)
        RollupRun.objects.create(
            kind="rebuild", started_at=at, finished_at=timezone.now(), keys=keys, rows=rows
        )
    return rows


def _compute_anew(cursor: CursorWrapper) -> tuple[int, int]:
    """Fill the emptied tables.

    The grain's keys are built over its finished rows: quicker than finding each row its place.
    """
    keys = _find_keys(cursor)
    cursor.execute(KEYS_OF_GRAIN)
    ((drop, add),) = cursor.fetchall()
    cursor.execute(drop)
    rows = run_steps(cursor, keyed=False, steps=FIRST)
    cursor.execute(add)
    rows += run_steps(cursor, keyed=False, steps=REST)
    cursor.execute("DROP TABLE rollup_key")
    return rows, keys


def _compute_beside(cursor: CursorWrapper) -> None:
    """Fill temporary tables that hide the kept ones."""
    _find_keys(cursor)
    run_steps(cursor, keyed=False)
    cursor.execute("DROP TABLE rollup_key")


def _find_keys(cursor: CursorWrapper) -> int:
    cursor.execute(MEMORY)
    cursor.execute(read("all_keys"))
    cursor.execute("ANALYZE rollup_key")
    cursor.execute("SELECT count(*) FROM rollup_key")
    (keys,) = cursor.fetchone()
    return int(keys)


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
        _compute_beside(cursor)
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
