"""Views of what each fact contributes, and the triggers that mark supplier-months as stale."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
DROP_VIEWS = """
DROP VIEW scorecards_tiermonth, scorecards_fieldmonth, scorecards_countedreturn,
    scorecards_countedreject, scorecards_counteddelivery;
DROP VIEW scorecards_policyinforce;
"""
DROP_MARKS = """
DROP FUNCTION scorecards_mark_dated(), scorecards_mark_rejects_of_delivery(),
    scorecards_mark_decided(), scorecards_mark_supplier_part(), scorecards_mark_part(),
    scorecards_mark_defect_code(), scorecards_mark_everything() CASCADE;
"""


class Migration(migrations.Migration):
    """Create views and triggers on the facts, from this app's side."""

    dependencies = [
        ("scorecards", "0001_rollup_and_targets"),
        ("suppliers", "0003_shipped_tiers"),
    ]
    operations = [
        migrations.RunSQL((SQL / "counted_views.sql").read_text(), DROP_VIEWS),
        migrations.RunSQL((SQL / "stale_marks.sql").read_text(), DROP_MARKS),
    ]
