"""The rows an import brought: they lie among the ids that were given while it was loaded.

Rows keep id and import for life, so the range is the index on the import that deliveries do
without: keeping one took a tenth of the time a month's file takes.
"""

from psycopg import sql

from suppliers.imports.database import fetch
from suppliers.models import ImportBatch

# First and last id a load may have given; others may have been given among them meanwhile.
Ids = tuple[int, int]


def next_id(table: str) -> int:
    """Take an id of a table: what is stored before has smaller ones, what comes after larger."""
    [(number,)] = fetch("SELECT nextval(pg_get_serial_sequence(%(table)s, 'id'))", {"table": table})
    return int(number)


def are_of(batch_id: int, ids: Ids | None, alias: str = "t") -> sql.Composed:
    """Return the condition on rows `alias` of facts that the import brought.

    Served by the primary key; a load whose ids nobody noted is found by reading all rows.
    """
    condition = sql.SQL("{}.batch_id = {}").format(sql.Identifier(alias), batch_id)
    if ids is None:
        return condition
    return sql.SQL("({} AND {}.id BETWEEN {} AND {})").format(
        condition, sql.Identifier(alias), *ids
    )


def brought_by(batch: ImportBatch, alias: str = "t") -> sql.Composed:
    """Return the condition for an import as its record has it."""
    ids = (batch.summary.get("loaded") or {}).get("ids")
    return are_of(batch.pk, ids and (ids[0], ids[1]), alias)
