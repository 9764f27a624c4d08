"""Draining: recompute exactly the supplier-months whose facts changed."""

from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from scorecards.models import RollupRun
from scorecards.rollup.sql import TABLES, run_steps

# Drains hold it shared, a rebuild exclusively; the number only has to be our own.
ROLLUP_LOCK = 7_405_001
SUPPLIER_LOCKS = 7_405_002

# Taken oldest first. Equal keys go together, so that a key is recomputed once a drain;
# SKIP LOCKED leaves rows that another drain has claimed to that drain.
CLAIM = """
CREATE TEMP TABLE rollup_key ON COMMIT DROP AS
WITH claimed AS (
    DELETE FROM scorecards_stalekey WHERE id IN (
        SELECT id FROM scorecards_stalekey ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
    ) RETURNING supplier_id, month
)
SELECT DISTINCT supplier_id, month, (month + interval '1 month')::date AS next_month FROM claimed
"""
LOCK_SUPPLIERS = """
SELECT pg_advisory_xact_lock(%s, (supplier_id %% 2147483647)::int)
FROM (SELECT DISTINCT supplier_id FROM rollup_key ORDER BY supplier_id) s
"""


def drain(*, at: datetime, most: int = 20_000) -> int:
    """Recompute what is stale, in transactions of at most `most` marks; return the keys done.

    Marks and results change in one transaction: killed at any moment, the marks come back.
    """
    done = 0
    while keys := _drain_some(at=at, most=most):
        done += keys
    return done


@transaction.atomic
def _drain_some(*, at: datetime, most: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [ROLLUP_LOCK])
        cursor.execute(CLAIM, [most])
        cursor.execute("SELECT count(*) FROM rollup_key")
        (keys,) = cursor.fetchone()
        if not keys:
            cursor.execute("DROP TABLE rollup_key")
            return 0
        # Two drains that hold marks of one supplier take turns, in one order: no deadlock.
        # The statements below start after the locks and so see what the other one wrote.
        cursor.execute(LOCK_SUPPLIERS, [SUPPLIER_LOCKS])
        cursor.execute("ANALYZE rollup_key")
        for table in TABLES:
            cursor.execute(
                f"DELETE FROM {table} t USING rollup_key k"  # noqa: S608  # names of our own
                " WHERE t.supplier_id = k.supplier_id AND t.month = k.month"
            )
        rows = run_steps(cursor, keyed=True)
        cursor.execute("DROP TABLE rollup_key")
    RollupRun.objects.create(
        kind="drain", started_at=at, finished_at=timezone.now(), keys=keys, rows=rows
    )
    return int(keys)
