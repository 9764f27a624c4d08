"""A lot counts once, an issue goes by the part's family, released pieces never count."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"
VIEWS = "DROP VIEW scorecards_countedreject, scorecards_judgedreject;" + "\n".join(
    (SQL / f"{name}.sql").read_text()
    for name in ("reject_functions", "judged_rejects", "counted_rejects")
)
MARKS = (SQL / "marks_of_lots.sql").read_text()
NO_MARKS = "DROP FUNCTION scorecards_mark_lots(), scorecards_mark_succession() CASCADE"
# Every month with rejects is computed anew; what was published stays as it is.
STALE = """
INSERT INTO scorecards_stalekey (supplier_id, month)
SELECT DISTINCT supplier_id, date_trunc('month', detected_on::timestamp)::date FROM suppliers_reject
"""


class Migration(migrations.Migration):
    """Marks of a lot, the views of rejects, and the triggers that leave the marks."""

    dependencies = [
        ("scorecards", "0024_parts_that_count_otherwise_are_marked"),
        ("suppliers", "0020_reversals_follow_their_receipts"),
    ]
    operations = [
        migrations.AddField(
            model_name="latemark",
            name="delivery",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="suppliers.delivery",
            ),
        ),
        migrations.RunSQL(VIEWS, migrations.RunSQL.noop),
        migrations.RunSQL(MARKS, NO_MARKS),
        migrations.RunSQL(STALE, migrations.RunSQL.noop),
    ]
