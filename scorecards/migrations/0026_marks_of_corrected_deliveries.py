"""Corrected deliveries leave a late mark for rejects that nobody saw yet."""

from pathlib import Path

from django.db import migrations

MARKS = Path(__file__).resolve().parent.parent / "sql" / "marks_of_corrected_deliveries.sql"
NO_MARKS = "DROP FUNCTION scorecards_mark_corrected_delivery() CASCADE"


class Migration(migrations.Migration):
    """Create the trigger; stored figures were right when they were computed."""

    dependencies = [("scorecards", "0025_lots_and_issues_count_once")]
    operations = [migrations.RunSQL(MARKS.read_text(), NO_MARKS)]
