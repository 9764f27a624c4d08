"""An issue weighs what it did at its worst; one number for two plants' parts is two issues."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
# Only months in which a number was reported more than once can count otherwise now.
MARK = """
INSERT INTO scorecards_stalekey (supplier_id, month)
SELECT DISTINCT supplier_id, date_trunc('month', detected_on::timestamp)::date
FROM suppliers_reject
GROUP BY supplier_id, complaint, date_trunc('month', detected_on::timestamp)
HAVING count(*) > 1
"""


class Migration(migrations.Migration):
    """Replace the view and mark what it changes."""

    dependencies = [
        ("scorecards", "0010_baselines"),
        ("suppliers", "0009_part_numbers_without_circle"),
    ]
    operations = [
        migrations.RunSQL((SQL / "incidents.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
    ]
