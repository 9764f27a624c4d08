"""Runs composed statements through Django's connection."""

from pathlib import Path
from typing import Any

from django.db import connection
from psycopg import sql

SQL = Path(__file__).resolve().parent / "sql"


Statement = sql.Composable | str
Params = dict[str, Any]


def text_of(statement: sql.Composable) -> str:
    """Write a statement out: the wrappers around Django's cursors read statements as text."""
    connection.ensure_connection()
    return statement.as_string(connection.connection)


def execute(statement: Statement, params: Params | None = None) -> int:
    """Run a statement; returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(_text(statement), {**(params or {})})
        return int(cursor.rowcount)


def fetch(statement: Statement, params: Params | None = None) -> list[tuple[Any, ...]]:
    """Run a query; returns its rows."""
    with connection.cursor() as cursor:
        cursor.execute(_text(statement), {**(params or {})})
        return list(cursor.fetchall())


def run_file(name: str, params: Params | None = None) -> list[tuple[Any, ...]]:
    """Run one of the files in `sql/`; returns the rows if its last statement is a query.

    Kinds without such a file need no such step.
    """
    path = SQL / f"{name}.sql"
    if not path.exists():
        return []
    with connection.cursor() as cursor:
        cursor.execute(path.read_text(), {**(params or {})})
        while cursor.nextset():
            pass
        return list(cursor.fetchall()) if cursor.description else []


def _text(statement: Statement) -> str:
    """Double the percent signs of composed values: the audit trail adds parameters of its own."""
    return statement if isinstance(statement, str) else text_of(statement).replace("%", "%%")
