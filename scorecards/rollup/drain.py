"""Draining: recompute exactly the supplier-months whose facts changed."""

from datetime import date, datetime

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from scorecards.models import RollupRun
from scorecards.rollup.fresh import analyse
from scorecards.rollup.late import mark_late_months
from scorecards.rollup.locks import ROLLUP_LOCK, SUPPLIER_LOCKS
from scorecards.rollup.sql import LANE_STEPS, STEPS, TABLES, statement

# Compiling takes a hundred times what the statements for a few keys do, and the planner would think
# of it in a large history: it guesses too many months.
BEGIN = "SELECT pg_advisory_xact_lock_shared(%s), set_config('jit', 'off', true)"
# Taken oldest first. SKIP LOCKED leaves rows that another drain has claimed to that drain.
CLAIM = """
DELETE FROM scorecards_stalekey WHERE id IN (
    SELECT id FROM scorecards_stalekey ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING supplier_id, month
"""
LOCK_SUPPLIERS = """
SELECT pg_advisory_xact_lock(%s, (supplier_id %% 2147483647)::int)
FROM unnest(%s::bigint[]) supplier_id
"""
# The keys as a table: beside the statement while they are few, analysed when they are many, lest
# a plan that is right for some takes seconds.
FEW = 100
WORTH_ANALYSING = 2_000
KEYS = """
SELECT supplier_id, month, (month + interval '1 month')::date AS next_month
FROM unnest(%(suppliers)s::bigint[], %(months)s::date[]) keys (supplier_id, month)
"""
BESIDE = f"WITH rollup_key AS ({KEYS})"
Key = tuple[int, date]


def drain(*, at: datetime, most: int = 20_000) -> int:
    """Recompute what is stale, in transactions of at most `most` marks; return the keys done.

    Marks and results change in one transaction: killed at any moment, the marks come back.
    """
    mark_late_months()
    done = 0
    while True:
        marks, keys = _drain_some(at=at, most=most)
        done += keys
        if marks < most:
            return done


@transaction.atomic
def _drain_some(*, at: datetime, most: int) -> tuple[int, int]:
    """Take some marks and recompute their keys; return how many of each."""
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, [ROLLUP_LOCK])
        cursor.execute(CLAIM, [most])
        marks = cursor.fetchall()
        # Equal keys go together, so that a key is recomputed once a drain.
        keys = sorted(set(marks))
        if not keys:
            return 0, 0
        # Two drains that hold marks of one supplier take turns, in one order: no deadlock.
        # The statements below start after the locks and so see what the other one wrote.
        suppliers = sorted({supplier for supplier, _ in keys})
        cursor.execute(LOCK_SUPPLIERS, [SUPPLIER_LOCKS, suppliers])
        rows = _recompute(cursor, keys)
        if len(keys) >= WORTH_ANALYSING:
            analyse(cursor)
    RollupRun.objects.create(
        kind="drain", started_at=at, finished_at=timezone.now(), keys=len(keys), rows=rows
    )
    return len(marks), len(keys)


def _recompute(cursor: CursorWrapper, keys: list[Key]) -> int:
    """Replace the roll-up's rows of these supplier-months; return the rows of the grain."""
    values: dict[str, list[int] | list[date]] = {
        "suppliers": [key[0] for key in keys],
        "months": [key[1] for key in keys],
    }
    if many := len(keys) > FEW:
        cursor.execute(f"CREATE TEMP TABLE rollup_key ON COMMIT DROP AS {KEYS}", values)
        cursor.execute("ANALYZE rollup_key")
    beside, given = ("", None) if many else (BESIDE, values)
    for table in TABLES:
        cursor.execute(
            f"{beside} DELETE FROM {table} t USING rollup_key k"  # noqa: S608  # names of our own
            " WHERE t.supplier_id = k.supplier_id AND t.month = k.month",
            given,
        )
    rows = 0
    for step in (*STEPS, "clear_empty"):
        cursor.execute(f"{beside} {statement(step, keyed=True)}", given)
        rows += cursor.rowcount if step in LANE_STEPS else 0
    if many:
        cursor.execute("DROP TABLE rollup_key")
    return rows
