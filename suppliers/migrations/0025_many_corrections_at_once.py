"""Whether reversals have to follow is found in one look, however many deliveries were corrected."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql" / "reversals_follow.sql"


class Migration(migrations.Migration):
    """Replace the trigger by one that does the same."""

    dependencies = [("suppliers", "0024_exceptional_parts_are_indexed")]
    operations = [migrations.RunSQL(SQL.read_text(), migrations.RunSQL.noop)]
