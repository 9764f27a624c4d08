"""Stopping a worker in the middle of its work, at a place the test chooses."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections

from tests.flows.waiting import until

WAITING_FOR_A_LOCK = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@contextmanager
def nobody_writes_to(table: str) -> Iterator[None]:
    """Hold up whoever writes to a table, from a connection of our own."""
    apart = connections.create_connection("default")
    try:
        with apart.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
        yield
    finally:
        apart.close()


def await_somebody_held_up() -> None:
    """Return once a process of this database waits for a lock."""
    until(_somebody_waits, "somebody waits for the lock the test holds")


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITING_FOR_A_LOCK)
        row = cursor.fetchone()
    return bool(row and row[0])
