"""The roll-up's tables become parents of partitions that a rebuild swaps; rows stay where they are."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Make the parents, and find a part's months by its part alone."""

    dependencies = [
        ("scorecards", "0011_incident_of_the_worst_report"),
    ]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    (SQL / "swapped_tables.sql").read_text(),
                    (SQL / "unswapped_tables.sql").read_text(),
                ),
            ],
            state_operations=[
                migrations.RemoveIndex(model_name="partmonth", name="part_month_part"),
                migrations.AddIndex(
                    model_name="partmonth",
                    index=models.Index(fields=["part"], name="part_month_part"),
                ),
            ],
        ),
    ]
