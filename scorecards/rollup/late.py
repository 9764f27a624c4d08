"""Masters that changed: their months are looked up when everything that ran meanwhile is done."""

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from scorecards.models import LateMark
from scorecards.rollup.locks import ROLLUP_LOCK
from scorecards.rollup.sql import statement


def mark_late_months() -> None:
    """Turn late marks into stale keys.

    The lock waits for drains that may have computed by the masters of before: their months are
    in the roll-up then. Drains that begin later see the masters of now.
    """
    if not LateMark.objects.exists():
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ROLLUP_LOCK])
        look_up(cursor)


def look_up(cursor: CursorWrapper) -> None:
    """Do so for whoever holds the roll-up's lock alone."""
    cursor.execute(statement("late_keys"))
