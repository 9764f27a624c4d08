"""Triggers that mark supplier-months as stale; after the shipped rows, which make nothing stale."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
MARKS = ("supplier_part_marks", "stale_marks")
NO_MARKS = """
DROP FUNCTION scorecards_mark_dated(), scorecards_mark_rejects_of_delivery(),
    scorecards_mark_decided(), scorecards_mark_supplier_part(), scorecards_mark_part(),
    scorecards_mark_defect_code(), scorecards_mark_received(), scorecards_mark_everything() CASCADE;
"""


class Migration(migrations.Migration):
    """Create triggers on the facts, from this app's side."""

    replaces = [
        ("scorecards", "0002_counted_views_and_stale_marks"),
        ("scorecards", "0013_late_marks"),
        ("scorecards", "0018_notes_of_deliveries"),
        ("scorecards", "0020_signals_of_rare_rejects"),
    ]
    dependencies = [("scorecards", "0003_shipped_policy_targets_and_scheme")]
    operations = [
        migrations.RunSQL("\n".join((SQL / f"{name}.sql").read_text() for name in MARKS), NO_MARKS)
    ]
