"""Proving that the kept roll-up equals a rebuild."""

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from scorecards.rollup.late import look_up
from scorecards.rollup.locks import ROLLUP_LOCK
from scorecards.rollup.sql import STEPS, TABLES, whole


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A row that only the kept roll-up has (`kept`) or only a rebuild gives (`rebuilt`)."""

    table: str
    side: str
    row: str


def verify() -> list[Difference]:
    """Compare the kept roll-up with a rebuild of the same facts; empty means equal.

    The rebuild goes to temporary tables of the same names, which PostgreSQL finds first, so
    that the very same statements compute it. Suppliers with keys still to drain are left
    out: the lock keeps drains away, so every fact that changed meanwhile has its mark.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ROLLUP_LOCK])
        look_up(cursor)
        cursor.execute("SET LOCAL work_mem = '128MB'")
        for table in TABLES:
            cursor.execute(f"CREATE TEMP TABLE {table} (LIKE public.{table} INCLUDING ALL)")
        for step in STEPS:
            cursor.execute(whole(step))
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
