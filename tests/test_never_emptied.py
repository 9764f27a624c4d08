"""Rows that stay as they were written cannot be swept away with their table either."""

from typing import Any

import pgtrigger
import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

pytestmark = pytest.mark.django_db

# What refuses both UPDATE and DELETE keeps its rows for good.
STAYING = sorted(
    {
        model._meta.db_table  # noqa: SLF001  # Django's documented name
        for model, trigger in pgtrigger.registered()
        if str(trigger.name).endswith("_append_only")
    }
)


def emptied(table: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("table", [*STAYING, "suppliers_dispute", "suppliers_evidence"])
def test_table_of_what_stays_is_never_emptied(table: str) -> None:
    with pytest.raises(DatabaseError, match="Cannot empty table"):
        emptied(table)


@pytest.mark.parametrize("table", ["suppliers_reject", "escalations_episode"])
def test_nor_is_what_its_rows_belong_to(table: str) -> None:
    with pytest.raises(DatabaseError, match="Cannot empty table"):
        emptied(table)


def test_verdicts_and_steps_are_among_them() -> None:
    tables: Any = set(STAYING)
    assert {
        "suppliers_rejectverdict",
        "suppliers_warrantyverdict",
        "suppliers_disputestep",
        "scorecards_countingpolicy",
        "escalations_episodestep",
        "escalations_eightdrevision",
    } <= tables
    assert len(tables) > 20
