"""Deliveries of an import are found by the ids it was given, not by an index on the import."""

from django.db import migrations

NOTE_IDS = """
UPDATE suppliers_importbatch b
SET summary = jsonb_set(b.summary, '{loaded,ids}', jsonb_build_array(r.first, r.last))
FROM (
    SELECT batch_id, min(id) AS first, max(id) AS last FROM suppliers_delivery
    WHERE batch_id IS NOT NULL GROUP BY batch_id
) r
WHERE b.id = r.batch_id AND jsonb_typeof(b.summary -> 'loaded') = 'object'
"""
FORGET_IDS = """
UPDATE suppliers_importbatch SET summary = summary #- '{loaded,ids}'
WHERE summary #> '{loaded,ids}' IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0012_evidence_names_its_verdict")]

    operations = [
        migrations.RunSQL(NOTE_IDS, FORGET_IDS),
        migrations.RemoveIndex(model_name="delivery", name="delivery_batch"),
    ]
