"""Undoing what a request wrote, cheaply: most write nothing, and there are tens of thousands."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

# What surely leaves nothing behind; anything else counts as writing.
READS = re.compile(
    r"\s*(SELECT(?!.*\b(set_config|nextval)\b)|SAVEPOINT|RELEASE|ROLLBACK)\b",
    re.IGNORECASE | re.DOTALL,
)


class Undoing:
    """One savepoint for many requests; it is gone back to after those that wrote."""

    def __init__(self) -> None:
        self._savepoint = transaction.savepoint()
        self._wrote = False

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Run a request and leave the database as it was, whatever the request did."""
        waiting = list(connection.run_on_commit)
        self._wrote = False
        try:
            with connection.execute_wrapper(self._watch):
                yield
        finally:
            if self._wrote or connection.needs_rollback:
                transaction.savepoint_rollback(self._savepoint)
                connection.needs_rollback = False
            connection.run_on_commit = waiting

    def _watch(self, execute: Any, statement: Any, *rest: Any) -> Any:
        self._wrote |= READS.match(str(statement)) is None
        return execute(statement, *rest)
