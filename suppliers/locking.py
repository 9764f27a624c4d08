"""Locking a row that somebody else may hold for a moment."""

from typing import Final, TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models import Model, QuerySet
from psycopg.errors import LockNotAvailable

Row = TypeVar("Row", bound=Model)

# A look at what is due holds rows for milliseconds; work holds them for as long as it takes.
MOMENT: Final = "2s"


def lock_soon(rows: "QuerySet[Row]") -> Row | None:
    """Lock and return the first of the rows; None when there is none, or somebody works on it.

    A claim whose snapshot is older locks a row before it sees that nothing is due. Who has
    claimed the row meanwhile waits for that, where passing on would leave it to its next attempt.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [MOMENT])
            row = rows.select_for_update(of=("self",)).first()
            cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return None
        raise
    return row
