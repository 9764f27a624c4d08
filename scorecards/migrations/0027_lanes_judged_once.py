"""Lanes are asked whether their kind of delivery counts, not every delivery."""

from pathlib import Path

from django.db import migrations

DELIVERIES = Path(__file__).resolve().parent.parent / "sql" / "counted_deliveries.sql"
REPLACED = """
DROP FUNCTION IF EXISTS scorecards_promised(date, boolean);
DROP FUNCTION IF EXISTS scorecards_on_time(date, date, boolean, numeric, numeric, integer, integer);
"""


class Migration(migrations.Migration):
    """Replace functions and views by others that say the same."""

    dependencies = [("scorecards", "0026_marks_of_corrected_deliveries")]
    operations = [migrations.RunSQL(DELIVERIES.read_text() + REPLACED, migrations.RunSQL.noop)]
