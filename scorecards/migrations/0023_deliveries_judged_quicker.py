"""Deliveries are judged by one reading of the policy, and by the few parts that count otherwise."""

from pathlib import Path

from django.db import migrations

VIEW = Path(__file__).resolve().parent.parent / "sql" / "counted_deliveries.sql"


class Migration(migrations.Migration):
    """Replace the view of what one delivery contributes by one that says the same."""

    dependencies = [("scorecards", "0022_rejects_of_pre_series")]
    operations = [migrations.RunSQL(VIEW.read_text(), migrations.RunSQL.noop)]
