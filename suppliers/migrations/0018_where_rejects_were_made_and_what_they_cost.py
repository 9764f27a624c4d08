"""A reject says on which machine and in which shift it was made, and what it cost the customer."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('suppliers', '0017_shipped_tiers'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='reject',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='reject',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='reject',
            name='cost',
            field=models.DecimalField(blank=True, decimal_places=2, help_text='What the reject cost the customer, as reported.', max_digits=14, null=True, verbose_name='cost'),
        ),
        migrations.AddField(
            model_name='reject',
            name='cost_currency',
            field=models.CharField(blank=True, db_default='', default='', help_text='Three letters, like EUR.', max_length=3, verbose_name='currency of the cost'),
        ),
        migrations.AddField(
            model_name='reject',
            name='machine',
            field=models.CharField(blank=True, db_default='', default='', max_length=60, verbose_name='machine'),
        ),
        migrations.AddField(
            model_name='reject',
            name='shift',
            field=models.CharField(blank=True, db_default='', default='', max_length=20, verbose_name='shift'),
        ),
        migrations.AddField(
            model_name='rejectevent',
            name='cost',
            field=models.DecimalField(blank=True, decimal_places=2, help_text='What the reject cost the customer, as reported.', max_digits=14, null=True, verbose_name='cost'),
        ),
        migrations.AddField(
            model_name='rejectevent',
            name='cost_currency',
            field=models.CharField(blank=True, db_default='', default='', help_text='Three letters, like EUR.', max_length=3, verbose_name='currency of the cost'),
        ),
        migrations.AddField(
            model_name='rejectevent',
            name='machine',
            field=models.CharField(blank=True, db_default='', default='', max_length=60, verbose_name='machine'),
        ),
        migrations.AddField(
            model_name='rejectevent',
            name='shift',
            field=models.CharField(blank=True, db_default='', default='', max_length=20, verbose_name='shift'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reject',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "suppliers_rejectevent" ("batch_id", "checked_qty", "complaint", "confirmed_qty", "cost", "cost_currency", "defect_code_id", "defects", "delivery_id", "detected_on", "detection_point", "id", "line", "lot", "machine", "part_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plant_id", "recorded_at", "recorded_by_id", "released_qty", "severity", "shift", "supplier_id", "suspect_qty") VALUES (OLD."batch_id", OLD."checked_qty", OLD."complaint", OLD."confirmed_qty", OLD."cost", OLD."cost_currency", OLD."defect_code_id", OLD."defects", OLD."delivery_id", OLD."detected_on", OLD."detection_point", OLD."id", OLD."line", OLD."lot", OLD."machine", OLD."part_id", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."plant_id", OLD."recorded_at", OLD."recorded_by_id", OLD."released_qty", OLD."severity", OLD."shift", OLD."supplier_id", OLD."suspect_qty"); RETURN NULL;', hash='771d8285831ccbf890126d8e28f88685fe9b0f6a', operation='UPDATE', pgid='pgtrigger_update_update_34ce1', table='suppliers_reject', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reject',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "suppliers_rejectevent" ("batch_id", "checked_qty", "complaint", "confirmed_qty", "cost", "cost_currency", "defect_code_id", "defects", "delivery_id", "detected_on", "detection_point", "id", "line", "lot", "machine", "part_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plant_id", "recorded_at", "recorded_by_id", "released_qty", "severity", "shift", "supplier_id", "suspect_qty") VALUES (OLD."batch_id", OLD."checked_qty", OLD."complaint", OLD."confirmed_qty", OLD."cost", OLD."cost_currency", OLD."defect_code_id", OLD."defects", OLD."delivery_id", OLD."detected_on", OLD."detection_point", OLD."id", OLD."line", OLD."lot", OLD."machine", OLD."part_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plant_id", OLD."recorded_at", OLD."recorded_by_id", OLD."released_qty", OLD."severity", OLD."shift", OLD."supplier_id", OLD."suspect_qty"); RETURN NULL;', hash='4c705e0f00c69036bba2d22d3c6166485f9697ae', operation='DELETE', pgid='pgtrigger_delete_delete_bbced', table='suppliers_reject', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='reject',
            constraint=models.CheckConstraint(condition=models.Q(('cost__isnull', True), ('cost__gte', 0), _connector='OR'), name='reject_cost_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='reject',
            constraint=models.CheckConstraint(condition=models.Q(('cost__isnull', True), ('cost_currency__regex', '^[A-Z]{3}$'), _connector='OR'), name='reject_cost_has_a_currency', violation_error_message='A cost has a currency of three letters, like EUR.'),
        ),
    ]
