"""Rows before and after a correction are compared in a time that grows with their number."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
MARKS = ("stale_marks", "marks_of_lots", "marks_of_corrected_deliveries")


class Migration(migrations.Migration):
    """Replace the triggers by others that mark the same."""

    dependencies = [("scorecards", "0030_what_nobody_counted_is_zero")]
    operations = [
        migrations.RunSQL((SQL / f"{name}.sql").read_text(), migrations.RunSQL.noop)
        for name in MARKS
    ]
