"""Rejects of pre-series deliveries count where their receipts do, and nowhere else."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
VIEWS = "DROP VIEW scorecards_countedreject, scorecards_judgedreject;" + "\n".join(
    (SQL / f"{name}.sql").read_text()
    for name in ("reject_functions", "judged_rejects", "counted_rejects")
)
# The figures they were in are computed anew; what was published stays as it is.
STALE = """
INSERT INTO scorecards_stalekey (supplier_id, month)
SELECT DISTINCT r.supplier_id, date_trunc('month', r.detected_on::timestamp)::date
FROM suppliers_reject r JOIN suppliers_delivery d ON d.id = r.delivery_id
WHERE d.kind = 'pre_series'
"""


class Migration(migrations.Migration):
    """Replace the view of what one reject counts, and recompute the months it changes."""

    dependencies = [("scorecards", "0021_queries_are_answered")]
    operations = [
        migrations.RunSQL(VIEWS, migrations.RunSQL.noop),
        migrations.RunSQL(STALE, migrations.RunSQL.noop),
    ]
