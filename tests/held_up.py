"""Telling when another session waits for a lock that the test holds."""

from django.db import connection

from tests.waiting import until

# What others do is read once a transaction, and a test may be inside one.
AFRESH = "SELECT pg_stat_clear_snapshot()"
WAITING_FOR_A_LOCK = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


def await_somebody_held_up() -> None:
    """Return once a session of this database waits for a lock."""
    until(_somebody_waits, "somebody waits for the lock the test holds")


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(AFRESH)
        cursor.execute(WAITING_FOR_A_LOCK)
        row = cursor.fetchone()
    return bool(row and row[0])
