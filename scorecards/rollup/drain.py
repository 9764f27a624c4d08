"""Draining: recompute exactly the supplier-months whose facts changed."""

from datetime import date, datetime

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from scorecards.models import RollupRun
from scorecards.rollup.fresh import analyse
from scorecards.rollup.late import mark_late_months
from scorecards.rollup.locks import ROLLUP_LOCK, SUPPLIER_LOCKS
from scorecards.rollup.sql import (
    LANE_STEPS,
    LANES,
    STEPS,
    TABLES,
    read,
    renamed,
    statement,
)

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
DELETE = """
DELETE FROM {table} t USING rollup_key k
WHERE t.supplier_id = k.supplier_id AND t.month = k.month
"""
LANE = {LANES: "rollup_lane"}
Key = tuple[int, date]
Values = dict[str, list[int] | list[date]]


def drain(*, at: datetime, most: int = 20_000, few: int = FEW) -> int:
    """Recompute what is stale, in transactions of at most `most` marks; return the keys done.

    Up to `few` keys are replaced whole; of more, only the lanes that differ are written.
    Marks and results change in one transaction: killed at any moment, the marks come back.
    """
    mark_late_months()
    done = 0
    while True:
        marks, keys = _drain_some(at=at, most=most, few=few)
        done += keys
        if marks < most:
            return done


@transaction.atomic
def _drain_some(*, at: datetime, most: int, few: int) -> tuple[int, int]:
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
        rows = _recompute(cursor, keys, few=few)
        if len(keys) >= WORTH_ANALYSING:
            analyse(cursor)
    RollupRun.objects.create(
        kind="drain", started_at=at, finished_at=timezone.now(), keys=len(keys), rows=rows
    )
    return len(marks), len(keys)


def _recompute(cursor: CursorWrapper, keys: list[Key], *, few: int) -> int:
    """Recompute the roll-up's rows of these supplier-months; return the rows of the grain."""
    values: Values = {
        "suppliers": [key[0] for key in keys],
        "months": [key[1] for key in keys],
    }
    return (_recompute_few if len(keys) <= few else _recompute_many)(cursor, values)


def _recompute_few(cursor: CursorWrapper, values: Values) -> int:
    """Replace all rows of the keys."""
    for table in TABLES:
        cursor.execute(f"{BESIDE} {DELETE.format(table=table)}", values)
    rows = 0
    for step in (*STEPS, "clear_empty"):
        cursor.execute(f"{BESIDE} {statement(step, keyed=True)}", values)
        rows += cursor.rowcount if step in LANE_STEPS else 0
    return rows


def _recompute_many(cursor: CursorWrapper, values: Values) -> int:
    """Compute the lanes beside the kept ones and write those that differ: mostly few do."""
    cursor.execute(f"CREATE TEMP TABLE rollup_key ON COMMIT DROP AS {KEYS}", values)
    cursor.execute("ANALYZE rollup_key")
    cursor.execute(f"CREATE TEMP TABLE rollup_lane (LIKE {LANES} INCLUDING DEFAULTS)")
    receipts, rejects = (renamed(statement(step, keyed=True), LANE) for step in LANE_STEPS)
    cursor.execute(receipts)
    cursor.execute("CREATE UNIQUE INDEX ON rollup_lane (supplier_id, month, plant_id, part_id)")
    cursor.execute(rejects)
    cursor.execute("ANALYZE rollup_lane")
    cursor.execute(read("lanes_gone"))
    cursor.execute(read("lanes_new"))
    rows = int(cursor.rowcount)
    for table in TABLES[1:]:
        cursor.execute(DELETE.format(table=table))
    for step in (*STEPS[len(LANE_STEPS) :], "clear_empty"):
        cursor.execute(statement(step, keyed=True))
    cursor.execute("DROP TABLE rollup_key, rollup_lane")
    return rows
