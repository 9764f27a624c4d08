"""A file given with a verdict names it; the database knows that the verdict is there."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


# A file of a reject may name a verdict on this reject alone, one of a return likewise.
REFERENCES = """
ALTER TABLE suppliers_evidence
    ADD CONSTRAINT evidence_reject_verdict FOREIGN KEY (reject_id, verdict)
        REFERENCES suppliers_rejectverdict (reject_id, number)
        DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT evidence_warranty_verdict FOREIGN KEY (warranty_return_id, verdict)
        REFERENCES suppliers_warrantyverdict (warranty_return_id, number)
        DEFERRABLE INITIALLY DEFERRED
"""
NO_REFERENCES = """
ALTER TABLE suppliers_evidence
    DROP CONSTRAINT evidence_reject_verdict, DROP CONSTRAINT evidence_warranty_verdict
"""


class Migration(migrations.Migration):

    dependencies = [
        ('suppliers', '0011_mappings_audited'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='evidence',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='evidence',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='evidence',
            name='audit_delete',
        ),
        migrations.AddField(
            model_name='evidence',
            name='verdict',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='verdict'),
        ),
        migrations.AddField(
            model_name='evidenceevent',
            name='verdict',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='verdict'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evidence',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "suppliers_evidenceevent" ("content_type", "dispute_id", "file", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reject_id", "sha256", "size_bytes", "supplier_id", "uploaded_at", "uploaded_by_id", "verdict", "warranty_return_id") VALUES (NEW."content_type", NEW."dispute_id", NEW."file", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reject_id", NEW."sha256", NEW."size_bytes", NEW."supplier_id", NEW."uploaded_at", NEW."uploaded_by_id", NEW."verdict", NEW."warranty_return_id"); RETURN NULL;', hash='ce6e4a47c41817f4d99d77dad19de9f8ff01ac67', operation='INSERT', pgid='pgtrigger_insert_insert_1c06e', table='suppliers_evidence', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evidence',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "suppliers_evidenceevent" ("content_type", "dispute_id", "file", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reject_id", "sha256", "size_bytes", "supplier_id", "uploaded_at", "uploaded_by_id", "verdict", "warranty_return_id") VALUES (NEW."content_type", NEW."dispute_id", NEW."file", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reject_id", NEW."sha256", NEW."size_bytes", NEW."supplier_id", NEW."uploaded_at", NEW."uploaded_by_id", NEW."verdict", NEW."warranty_return_id"); RETURN NULL;', hash='cb865186ac6e5fc059e000c4582c622afaa50caa', operation='UPDATE', pgid='pgtrigger_update_update_b8395', table='suppliers_evidence', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evidence',
            trigger=pgtrigger.compiler.Trigger(name='audit_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "suppliers_evidenceevent" ("content_type", "dispute_id", "file", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reject_id", "sha256", "size_bytes", "supplier_id", "uploaded_at", "uploaded_by_id", "verdict", "warranty_return_id") VALUES (OLD."content_type", OLD."dispute_id", OLD."file", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reject_id", OLD."sha256", OLD."size_bytes", OLD."supplier_id", OLD."uploaded_at", OLD."uploaded_by_id", OLD."verdict", OLD."warranty_return_id"); RETURN NULL;', hash='b96b06a4be425c7929d1b06b29f2f14b1c21ef46', operation='DELETE', pgid='pgtrigger_audit_delete_dd862', table='suppliers_evidence', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('verdict__isnull', True), ('reject__isnull', False), ('warranty_return__isnull', False), _connector='OR'), name='evidence_verdict_of_its_record'),
        ),
        migrations.RunSQL(REFERENCES, NO_REFERENCES),
    ]
