"""An issue whose first report does not count is still one incident: of the first that does."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
# Only months in which an issue was reported more than once can count otherwise now.
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
        ("scorecards", "0006_group_months"),
        ("suppliers", "0009_part_numbers_without_circle"),
    ]
    operations = [
        migrations.RunSQL((SQL / "counted_reject.sql").read_text()),
        migrations.RunSQL(MARK),
    ]
