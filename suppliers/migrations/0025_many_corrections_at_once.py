"""Rows before and after a correction are compared in a time that grows with their number."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
CHECKS = ("reversals_follow", "rejects_hold")


class Migration(migrations.Migration):
    """Replace the triggers by others that do the same."""

    dependencies = [("suppliers", "0024_exceptional_parts_are_indexed")]
    operations = [
        migrations.RunSQL((SQL / f"{name}.sql").read_text(), migrations.RunSQL.noop)
        for name in CHECKS
    ]
