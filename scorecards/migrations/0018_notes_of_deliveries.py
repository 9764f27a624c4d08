"""Notes of single deliveries beside marks of whole months: the drain adds what they say."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"
EARLIER_TRIGGERS = """
DROP TRIGGER mark_stale_insert ON suppliers_delivery;
DROP TRIGGER mark_stale_update ON suppliers_delivery;
CREATE TRIGGER mark_stale_insert AFTER INSERT ON suppliers_delivery REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_dated('received_on');
CREATE TRIGGER mark_stale_update AFTER UPDATE ON suppliers_delivery REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION scorecards_mark_dated('received_on');
"""
NO_NOTES = """
WITH noted AS (DELETE FROM scorecards_stalekey WHERE part_id IS NOT NULL RETURNING supplier_id, month)
INSERT INTO scorecards_stalekey (supplier_id, month) SELECT DISTINCT supplier_id, month FROM noted;
DROP FUNCTION scorecards_mark_received();
DROP FUNCTION scorecards_received_qty(numeric, text, boolean, boolean, text);
DROP FUNCTION scorecards_promised(date, boolean);
DROP FUNCTION scorecards_on_time(date, date, boolean, numeric, numeric, integer, integer);
"""


def earlier() -> str:
    """Return the statements that put the view and the functions back as they were."""
    views, late = ((SQL / f"{name}.sql").read_text() for name in ("counted_views", "late_marks"))
    begin = views.index("CREATE VIEW scorecards_counteddelivery")
    view = views[begin : views.index(";", begin) + 1].replace("CREATE VIEW", "CREATE OR REPLACE VIEW")
    everything = late[late.index("CREATE OR REPLACE FUNCTION scorecards_mark_everything") :]
    return EARLIER_TRIGGERS + view + everything + NO_NOTES


class Migration(migrations.Migration):
    """Give marks their notes and have the triggers of deliveries write them."""

    dependencies = [
        ('scorecards', '0017_codes_per_incident_count_once_an_issue'),
        ('suppliers', '0014_parts_that_follow_none_are_no_circle'),
    ]

    operations = [
        migrations.AddField(
            model_name='stalekey',
            name='kind',
            field=models.CharField(max_length=12, null=True),
        ),
        migrations.AddField(
            model_name='stalekey',
            name='ordered_quantity',
            field=models.DecimalField(decimal_places=3, max_digits=15, null=True, verbose_name=''),
        ),
        migrations.AddField(
            model_name='stalekey',
            name='part',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='suppliers.part'),
        ),
        migrations.AddField(
            model_name='stalekey',
            name='plant',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='suppliers.plant'),
        ),
        migrations.AddField(
            model_name='stalekey',
            name='promised_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='stalekey',
            name='quantity',
            field=models.DecimalField(decimal_places=3, max_digits=15, null=True, verbose_name=''),
        ),
        migrations.AddField(
            model_name='stalekey',
            name='received_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='stalekey',
            name='reverses',
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name='stalekey',
            name='sign',
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name='stalekey',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', None), ('part', None), ('plant', None), ('quantity', None), ('sign', None)), models.Q(('part__isnull', False), ('plant__isnull', False), ('sign__in', [-1, 1]), ('kind__isnull', False), ('quantity__isnull', False), ('reverses__isnull', False)), _connector='OR'), name='stale_key_month_or_delivery'),
        ),
        migrations.RunSQL((SQL / "received_changes.sql").read_text(), earlier()),
    ]
