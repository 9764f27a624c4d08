"""Stopping a worker in the middle of its work, at a place the test chooses."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections


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
