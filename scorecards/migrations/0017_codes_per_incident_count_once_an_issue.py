"""A defect code that counts one per incident counts one per issue, whoever reports it."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
# Only months in which such a number was reported more than once can count otherwise now.
MARK = """
INSERT INTO scorecards_stalekey (supplier_id, month)
SELECT DISTINCT r.supplier_id, date_trunc('month', r.detected_on::timestamp)::date
FROM suppliers_reject r JOIN suppliers_defectcode dc ON dc.id = r.defect_code_id
WHERE dc.counts = 'incident'
GROUP BY r.supplier_id, r.complaint, date_trunc('month', r.detected_on::timestamp)
HAVING count(*) > 1
"""


class Migration(migrations.Migration):
    """Replace the view and mark what it changes."""

    dependencies = [
        ("scorecards", "0016_agreements_to_targets"),
        ("suppliers", "0011_mappings_audited"),
    ]
    operations = [
        migrations.RunSQL(
            (SQL / "per_incident.sql").read_text(), (SQL / "incidents.sql").read_text()
        ),
        migrations.RunSQL(MARK, MARK),
    ]
