"""Parts of suppliers make months stale where they change what counts, and nowhere else."""

from pathlib import Path

from django.db import migrations

FUNCTION = Path(__file__).resolve().parent.parent / "sql" / "supplier_part_marks.sql"


class Migration(migrations.Migration):
    """Replace the function; what is marked stays marked."""

    dependencies = [("scorecards", "0023_deliveries_judged_quicker")]
    operations = [migrations.RunSQL(FUNCTION.read_text(), migrations.RunSQL.noop)]
