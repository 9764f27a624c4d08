"""Rebuilding the whole roll-up, beside the kept one and in two sessions at a time."""

from collections.abc import Collection, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import date, datetime

from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from scorecards.models import RollupRun
from scorecards.rollup.fresh import (
    Fresh,
    Span,
    analyse,
    empty_queues,
    remove_left_behind,
    swap,
)
from scorecards.rollup.locks import ROLLUP_LOCK
from scorecards.rollup.sql import (
    LANE_SUMS,
    LANES,
    MONTHS,
    REJECTS,
    RETURNS,
    SUMS,
    TABLES,
    created,
    lane_sums,
    whole,
)

# In little memory sums are sorted on disk; compiling statements that run once does not pay, nor
# do parallel workers beside two sessions.
SETTINGS = """
SET LOCAL work_mem = '256MB'; SET LOCAL maintenance_work_mem = '256MB'; SET LOCAL jit = off;
SET LOCAL max_parallel_maintenance_workers = 0; SET LOCAL max_parallel_workers_per_gather = 0
"""
# The month whose first day is next to the one before which half of the deliveries were received, by
# the planner's statistics.
CUT = """
SELECT date_trunc('month', days[1 + cardinality(days) / 2] + interval '15 days')::date
FROM (
    SELECT s.histogram_bounds::text::date[] AS days
    FROM pg_stats s JOIN pg_class c ON c.oid = 'suppliers_delivery'::regclass
    WHERE s.schemaname = 'public' AND s.tablename = 'suppliers_delivery'
      AND s.attname = 'received_on' AND c.reltuples >= %s
) known
"""
# Nobody knows which of the deliveries noted meanwhile were read: their months are recomputed.
WHOLE = """
WITH noted AS (
    DELETE FROM scorecards_stalekey WHERE part_id IS NOT NULL RETURNING supplier_id, month
)
INSERT INTO scorecards_stalekey (supplier_id, month) SELECT DISTINCT supplier_id, month FROM noted
"""
# What need not be asked of every lane, because no part has any, or lets any count.
UNKNOWN = """
SELECT 'opportunities' WHERE NOT EXISTS (
    SELECT FROM suppliers_part
    WHERE component_opportunities > 0 OR placement_opportunities > 0
       OR termination_opportunities > 0
) UNION ALL
SELECT 'pre_series' WHERE NOT EXISTS (SELECT FROM suppliers_supplierpart WHERE counts_in_ppm)
"""
WORTH_TWO_SESSIONS = 100_000


def rebuild(*, at: datetime, cut: date | None = None) -> int:
    """Compute the roll-up anew from all facts; return the rows of the grain.

    Months before `cut` and those from it on are computed at the same time, by sessions of their
    own; where it is not given, a large history is cut by its statistics. Readers see the old
    roll-up until the new one is whole. Inside a transaction one session does everything: others
    would not see what the transaction has written.
    """
    alone = connection.in_atomic_block
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ROLLUP_LOCK])
            remove_left_behind(cursor)
            # Facts committed from here on keep marks, whether they are seen below or not.
            cursor.execute("DELETE FROM scorecards_stalekey")
            cursor.execute("DELETE FROM scorecards_latemark")
            cursor.execute(SETTINGS)
            lanes = _lanes(cursor, None if alone else cut or _usual_cut(cursor))
            rows, keys = _computed_and_swapped(cursor, lanes)
            cursor.execute(WHOLE)
            RollupRun.objects.create(
                kind="rebuild", started_at=at, finished_at=timezone.now(), keys=keys, rows=rows
            )
    except BaseException:
        if not alone:
            _tidy_up()
        raise
    with transaction.atomic(), connection.cursor() as cursor:
        analyse(cursor, parents_alone=True)
    if not alone:
        with connection.cursor() as cursor:
            empty_queues(cursor)
    return rows


def _usual_cut(cursor: CursorWrapper) -> date | None:
    cursor.execute(CUT, [WORTH_TWO_SESSIONS])
    found = cursor.fetchone()
    return found[0] if found else None


def _lanes(cursor: CursorWrapper, cut: date | None) -> list[Fresh]:
    """Name the grain's partitions to be: one, or two to be computed at the same time."""
    cursor.execute("SELECT pg_current_xact_id()::text")
    ((number,),) = cursor.fetchall()
    spans = [Span(end=cut), Span(first=cut)] if cut else [Span()]
    return [
        Fresh(parent=LANES, name=f"{LANES}_{number}_{part}", span=span)
        for part, span in enumerate(spans)
    ]


def _computed_and_swapped(cursor: CursorWrapper, lanes: list[Fresh]) -> tuple[int, int]:
    """Fill fresh partitions and swap them in; return the rows of lanes and of supplier-months."""
    returns, months = (
        Fresh(
            parent=parent, name=lanes[0].name.replace(LANES, parent).removesuffix("_0"), span=Span()
        )
        for parent in (RETURNS, MONTHS)
    )
    cursor.execute(UNKNOWN)
    without = [unknown for (unknown,) in cursor.fetchall()]
    if len(lanes) == 1:
        rows = _load_lanes(cursor, lanes[0], without)
        lanes[0].add_indexes(cursor)
        _load_returns(cursor, returns)
        keys = _load_months(cursor, lanes, returns, months)
    else:
        with ThreadPoolExecutor(max_workers=len(lanes)) as sessions:
            loaded = [Future[int]() for _ in lanes]
            indexed = [
                sessions.submit(_in_own_session, half, without, done)
                for half, done in zip(lanes, loaded, strict=True)
            ]
            # Nobody may vacuum what is dropped in the end: that would wait, and readers with it.
            cursor.execute(f"LOCK TABLE {', '.join(TABLES)} IN SHARE UPDATE EXCLUSIVE MODE")
            _load_returns(cursor, returns)
            rows = sum(half.result() for half in loaded)
            keys = _load_months(cursor, lanes, returns, months)
            for half in indexed:
                half.result()
    swap(cursor, [*lanes, returns, months])
    return rows, keys


def _load_lanes(cursor: CursorWrapper, lanes: Fresh, without: Collection[str]) -> int:
    names = {LANES: lanes.name, SUMS: lanes.sums, REJECTS: lanes.rejects}
    days = lanes.span.days
    rows = lanes.create_from(cursor, created("receipts", lanes.name, *without, **days))
    cursor.execute(created("reject_lanes", lanes.rejects, **days))
    lanes.create_sums(cursor)
    cursor.execute(whole("kept_sums", *without, **names))
    lanes.add_key(cursor)
    cursor.execute(whole("rejects", **names))
    return rows


def _load_returns(cursor: CursorWrapper, returns: Fresh) -> None:
    returns.create(cursor)
    cursor.execute(whole("warranty_month", **{RETURNS: returns.name}))
    returns.add_key(cursor)
    returns.add_indexes(cursor)


def _load_months(cursor: CursorWrapper, lanes: list[Fresh], returns: Fresh, months: Fresh) -> int:
    months.create(cursor)
    names = {
        LANES: _together(half.name for half in lanes),
        LANE_SUMS: lane_sums(_together(half.sums for half in lanes)),
        RETURNS: returns.name,
        MONTHS: months.name,
    }
    cursor.execute(whole("supplier_month", **names))
    keys = cursor.rowcount
    for half in lanes:
        cursor.execute(f"DROP TABLE {half.sums}, {half.rejects}")
    months.add_key(cursor)
    months.add_indexes(cursor)
    return int(keys)


def _together(tables: Iterable[str]) -> str:
    return f"({' UNION ALL '.join(f'TABLE {table}' for table in tables)})"


def _in_own_session(lanes: Fresh, without: Collection[str], loaded: Future[int]) -> None:
    """Load and index lanes in a session of this thread; `loaded` tells when they can be read."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(SETTINGS)
            rows = _load_lanes(cursor, lanes, without)
        loaded.set_result(rows)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(SETTINGS)
            lanes.add_indexes(cursor)
    except BaseException as error:
        if not loaded.done():
            loaded.set_exception(error)
        raise
    finally:
        connection.close()


def _tidy_up() -> None:
    """Remove what the other sessions committed, unless another rebuild has begun."""
    with suppress(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ROLLUP_LOCK])
        if cursor.fetchone()[0]:
            remove_left_behind(cursor)
