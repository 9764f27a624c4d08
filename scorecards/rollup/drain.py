"""Draining: bring exactly the supplier-months up to date whose facts changed.

A mark of a whole month has it recomputed; a note of what a delivery adds (stale_marks.sql) is
added to its lane and its months, at a cost that does not grow with their lines.
"""

from collections.abc import Collection
from datetime import date, datetime

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from scorecards.models import RollupRun
from scorecards.rollup.fresh import analyse, empty_queues
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
# Notes are added without a look at the deliveries: whoever empties their table waits all the same,
# and finds what was added when marking everything.
BEGIN = """
SELECT pg_advisory_xact_lock_shared(%s), set_config('jit', 'off', true);
LOCK TABLE suppliers_delivery IN ACCESS SHARE MODE
"""
# Oldest first. Their suppliers are locked before any of their marks is taken: two drains never hold
# marks of one supplier, and every statement below sees what the one before has written.
WAITING = """
SELECT DISTINCT supplier_id
FROM (SELECT supplier_id FROM scorecards_stalekey ORDER BY id LIMIT %s) oldest
ORDER BY supplier_id
"""
LOCK_SUPPLIERS = """
SELECT pg_advisory_xact_lock(%s, (supplier_id %% 2147483647)::int)
FROM unnest(%s::bigint[]) supplier_id
"""
CLAIM = """
DELETE FROM scorecards_stalekey WHERE id IN (
    SELECT id FROM scorecards_stalekey
    WHERE supplier_id = ANY (%s) AND part_id IS NULL ORDER BY id LIMIT %s
) RETURNING supplier_id, month
"""
# The keys as a table: beside the statement while they are few, analysed when they are many, lest
# a plan that is right for some takes seconds.
FEW = 100
WORTH_ANALYSING = 2_000
# A queue of so many bytes is read in no time.
SHORT = 320_000
KEYS = """
SELECT supplier_id, month, (month + interval '1 month')::date AS next_month
FROM unnest(%(suppliers)s::bigint[], %(months)s::date[]) keys (supplier_id, month)
"""
BESIDE = f"WITH rollup_key AS ({KEYS})"
# Beside the statement that reads the deliveries, and so with its very snapshot: of the notes, those
# whose deliveries it reads are done with, and no other.
READ_NOTES = """
read_notes AS (
    DELETE FROM scorecards_stalekey s USING rollup_key k
    WHERE s.supplier_id = k.supplier_id AND s.month = k.month AND s.part_id IS NOT NULL
)
"""
DELETE = """
DELETE FROM {table} t USING rollup_key k
WHERE t.supplier_id = k.supplier_id AND t.month = k.month
"""
LANE = {LANES: "rollup_lane"}
READS_DELIVERIES = LANE_STEPS[0]
Key = tuple[int, date]
Values = dict[str, list[int] | list[date]]


def drain(*, at: datetime, most: int = 20_000, few: int = FEW) -> int:
    """Bring up to date what is stale, in transactions of some `most` marks; return the keys done.

    Up to `few` keys are replaced whole; of more, only the lanes that differ are written.
    Marks and results change in one transaction: killed at any moment, the marks come back.
    """
    mark_late_months()
    done = 0
    while (keys := _drain_some(at=at, most=most, few=few)) is not None:
        done += keys
    if done and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            empty_queues(cursor, longer_than=SHORT)
    return done


@transaction.atomic
def _drain_some(*, at: datetime, most: int, few: int) -> int | None:
    """Take marks of some suppliers and do as they say; return how many keys, None without marks."""
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, [ROLLUP_LOCK])
        cursor.execute(WAITING, [most])
        suppliers = [supplier for (supplier,) in cursor.fetchall()]
        if not suppliers:
            return None
        cursor.execute(LOCK_SUPPLIERS, [SUPPLIER_LOCKS, suppliers])
        cursor.execute(CLAIM, [suppliers, most])
        # Equal keys go together, so that a key is recomputed once a drain.
        keys = sorted(set(cursor.fetchall()))
        rows = _recompute(cursor, keys, few=few) if keys else 0
        added = _apply(cursor, suppliers)
        if len(keys) + len(added) >= WORTH_ANALYSING:
            analyse(cursor)
    done = len(added.union(keys))
    if done:
        RollupRun.objects.create(
            kind="drain", started_at=at, finished_at=timezone.now(), keys=done, rows=rows
        )
    return done


def _apply(cursor: CursorWrapper, suppliers: list[int]) -> set[Key]:
    """Add what is noted of these suppliers' deliveries; return the supplier-months it went to."""
    cursor.execute(read("apply"), {"suppliers": suppliers})
    found = cursor.fetchall()
    added = {(supplier, month) for supplier, month, _ in found}
    if any(empty for *_, empty in found):
        cursor.execute(f"{BESIDE} {read('clear_empty')}", _values(added))
    return added


def _recompute(cursor: CursorWrapper, keys: list[Key], *, few: int) -> int:
    """Recompute the roll-up's rows of these supplier-months; return the rows of the grain."""
    return (_recompute_few if len(keys) <= few else _recompute_many)(cursor, _values(keys))


def _values(keys: Collection[Key]) -> Values:
    return {"suppliers": [key[0] for key in keys], "months": [key[1] for key in keys]}


def _recompute_few(cursor: CursorWrapper, values: Values) -> int:
    """Replace all rows of the keys."""
    for table in TABLES:
        cursor.execute(f"{BESIDE} {DELETE.format(table=table)}", values)
    rows = 0
    for step in (*STEPS, "clear_empty"):
        beside = f"{BESIDE}, {READ_NOTES}" if step == READS_DELIVERIES else BESIDE
        cursor.execute(f"{beside} {statement(step)}", values)
        rows += cursor.rowcount if step in LANE_STEPS else 0
    return rows


def _recompute_many(cursor: CursorWrapper, values: Values) -> int:
    """Compute the lanes beside the kept ones and write those that differ: mostly few do."""
    cursor.execute(f"CREATE TEMP TABLE rollup_key ON COMMIT DROP AS {KEYS}", values)
    cursor.execute("ANALYZE rollup_key")
    cursor.execute(f"CREATE TEMP TABLE rollup_lane (LIKE {LANES} INCLUDING DEFAULTS)")
    receipts, rejects = (renamed(statement(step), LANE) for step in LANE_STEPS)
    cursor.execute(f"WITH {READ_NOTES} {receipts}")
    cursor.execute("CREATE UNIQUE INDEX ON rollup_lane (supplier_id, month, plant_id, part_id)")
    cursor.execute(rejects)
    cursor.execute("ANALYZE rollup_lane")
    cursor.execute(read("lanes_gone"))
    cursor.execute(read("lanes_new"))
    rows = int(cursor.rowcount)
    for table in TABLES[1:]:
        cursor.execute(DELETE.format(table=table))
    for step in (*STEPS[len(LANE_STEPS) :], "clear_empty"):
        cursor.execute(statement(step))
    cursor.execute("DROP TABLE rollup_key, rollup_lane")
    return rows
