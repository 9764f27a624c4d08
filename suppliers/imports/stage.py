"""The first step: what the reader found, copied into temporary tables."""

from collections.abc import Iterable

from django.db import connection
from psycopg import sql

from suppliers.imports.database import execute, text_of
from suppliers.imports.fields import Field, Kind
from suppliers.imports.reading import Reading

# An earlier pass of the same transaction has left its own behind.
CLEAR = """
DROP VIEW IF EXISTS pg_temp.accepted;
DROP TABLE IF EXISTS pg_temp.staged, pg_temp.problem, pg_temp.resolved, pg_temp.reversal,
    pg_temp.as_received, pg_temp.candidate, pg_temp.link, pg_temp.repeated, pg_temp.differing,
    pg_temp.verdict, pg_temp.problem_of_cells
"""
# A month's file is joined in memory; compiling its few statements would take longer than they do.
AT_EASE = "SET LOCAL work_mem = '128MB'; SET LOCAL jit = off"
PROBLEM = """
CREATE TEMP TABLE problem (
    number int NOT NULL, field text NOT NULL, code text NOT NULL, value text,
    params jsonb NOT NULL
) ON COMMIT DROP
"""


def column_of(name: str) -> str:
    """Column of a field in the staging table; `number` there is the row's."""
    return "number_" if name == "number" else name


def stage(kind: Kind, reading: Reading) -> None:
    """Create `staged` and `problem` for the length of the transaction and fill them."""
    fields: list[str] = reading.found["fields"]
    execute(AT_EASE)
    execute(CLEAR)
    execute(_table_of(kind))
    execute(PROBLEM)
    _copy("staged", ["number", *map(column_of, fields)], reading.rows())
    columns = ["number", "field", "code", "value", "params"]
    _copy("problem", columns, reading.problems())
    execute("ANALYZE staged")


def _table_of(kind: Kind) -> sql.Composed:
    columns = sql.SQL(", ").join(_column(one) for one in kind.fields)
    return sql.SQL("CREATE TEMP TABLE staged (number int NOT NULL, {}) ON COMMIT DROP").format(
        columns
    )


def _column(one: Field) -> sql.Composed:
    default = one.default or ("" if one.type.textual else None)
    return sql.SQL("{} {} DEFAULT {}").format(
        sql.Identifier(column_of(one.name)), sql.SQL(one.type.sql), sql.Literal(default)
    )


def _copy(table: str, columns: list[str], blocks: Iterable[bytes]) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    with connection.cursor() as cursor, cursor.copy(text_of(statement)) as copy:
        for block in blocks:
            copy.write(block)
