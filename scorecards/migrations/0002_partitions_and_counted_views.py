"""Partitions of the roll-up, and the views of what each fact contributes."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
VIEWS = (
    "policy_in_force", "counted_deliveries",
    "reject_functions", "judged_rejects", "counted_rejects",
    "counted_views",
)  # fmt: skip
# The partitions go with their tables.
NO_SUM = "DROP AGGREGATE scorecards_whole_sum(bigint)"
NO_VIEWS = """
DROP VIEW scorecards_groupmonth, scorecards_tiermonth, scorecards_fieldmonth,
    scorecards_countedreturn, scorecards_countedreject, scorecards_judgedreject,
    scorecards_counteddelivery, scorecards_exceptionalpart, scorecards_deliveryline, scorecards_policyinforce;
DROP FUNCTION scorecards_kind_counts(text, boolean, text), scorecards_received_qty(numeric, text, boolean, boolean, text),
    scorecards_was_promised(date, boolean),
    scorecards_was_on_time(date, date, boolean, numeric, numeric, integer, integer),
    scorecards_share_of(numeric, numeric, numeric), scorecards_first_number(bigint);
"""


class Migration(migrations.Migration):
    """Create partitions, then the views that read them."""

    replaces = [
        ("scorecards", "0006_group_months"),
        ("scorecards", "0007_incident_of_the_report_that_counts"),
        ("scorecards", "0011_incident_of_the_worst_report"),
        ("scorecards", "0012_rollup_swapped_when_rebuilt"),
        ("scorecards", "0017_codes_per_incident_count_once_an_issue"),
    ]
    dependencies = [
        ("scorecards", "0001_rollup_targets_scorecards"),
        ("suppliers", "0002_references_by_statement"),
    ]
    operations = [
        migrations.RunSQL((SQL / "rollup_partitions.sql").read_text(), NO_SUM),
        migrations.RunSQL(
            "\n".join((SQL / f"{name}.sql").read_text() for name in VIEWS), NO_VIEWS
        ),
    ]
