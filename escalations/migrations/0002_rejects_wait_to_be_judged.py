"""Rejects wait to be judged once they are committed."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql" / "reject_marks.sql"
DROP = "DROP FUNCTION escalations_mark_rejects() CASCADE;"


class Migration(migrations.Migration):
    """Create triggers on the facts, from this app's side."""

    replaces = [
        ("escalations", "0011_single_rejects_are_judged_at_once"),
    ]
    dependencies = [
        ("escalations", "0001_policies_cases_messages"),
        ("suppliers", "0002_references_by_statement"),
    ]
    operations = [migrations.RunSQL(SQL.read_text(), DROP)]
