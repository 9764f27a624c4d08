"""Keeps the rows that migrations shipped, and brings them back after a test emptied tables.

Tests that commit are cleaned up by truncating every table. Django's own serialised copy
cannot restore append-only tables: it begins with an UPDATE, which they refuse.
"""

from django.apps import apps
from django.db import connection, transaction

APPS = ("suppliers", "scorecards", "escalations")


def keep() -> None:
    """Copy every table of our apps that has rows into a schema of its own.

    A database that is used again (--reuse-db) has the schema, and perhaps no rows any more.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'shipped')")
        if cursor.fetchone() == (True,):
            bring_back()
            return
        cursor.execute("CREATE SCHEMA shipped")
        for table in _tables():
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table})")  # noqa: S608  # our tables
            if cursor.fetchone() == (True,):
                cursor.execute(f"CREATE TABLE shipped.{table} AS TABLE public.{table}")


def bring_back() -> None:
    """Insert the kept rows into tables without rows; references are checked at the end."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'shipped'")
        for (table,) in cursor.fetchall():
            cursor.execute(
                f"INSERT INTO public.{table} OVERRIDING SYSTEM VALUE"  # noqa: S608  # our tables
                f" SELECT * FROM shipped.{table}"
                f" WHERE NOT EXISTS (SELECT 1 FROM public.{table})"
            )


def _tables() -> list[str]:
    models = [model for name in APPS for model in apps.get_app_config(name).get_models()]
    return [model._meta.db_table for model in models if model._meta.managed]  # noqa: SLF001  # Django's documented name
