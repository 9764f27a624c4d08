"""What many rows corrected at once cost grows with their number, not with its square.

A session keeps the plan that a trigger's statement got at its first correction, of one row perhaps.
By that plan each row before would be compared with each row after, were they not joined in full.
"""

import re

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

BEFORE_AND_AFTER = """
SELECT DISTINCT p.proname, p.prosrc, t.tgoldtable, t.tgnewtable
FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
WHERE t.tgoldtable IS NOT NULL AND t.tgnewtable IS NOT NULL
ORDER BY p.proname
"""


def test_rows_before_and_after_are_joined_in_full() -> None:
    with connection.cursor() as cursor:
        cursor.execute(BEFORE_AND_AFTER)
        functions = cursor.fetchall()
    joins = {
        name: re.findall(rf"(\w+) JOIN (?:{old}|{new})\b", source)
        for name, source, old, new in functions
    }
    assert {kind for kinds in joins.values() for kind in kinds} == {"FULL"}
    assert {name for name, kinds in joins.items() if kinds} >= {
        "escalations_mark_rejects",
        "scorecards_mark_corrected_delivery",
        "scorecards_mark_received",
        "suppliers_reversals_follow",
    }


def test_triggers_ask_without_an_error_whether_they_are_ignored() -> None:
    """An error for each row would make the server look through all that is still to be checked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('pgtrigger.ignore')::text[]")
        assert cursor.fetchone() == ([],)
        cursor.execute("SELECT _pgtrigger_should_ignore('any')")
        assert cursor.fetchone() == (False,)
