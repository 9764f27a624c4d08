"""Reversals are of the kind of their receipt: a sample's reversal took serial parts back."""

from django.db import migrations

SAME_KIND = """
UPDATE suppliers_delivery d SET kind = receipt.kind
FROM suppliers_delivery receipt
WHERE d.reverses_id = receipt.id AND d.kind <> receipt.kind
"""


class Migration(migrations.Migration):
    """Correct stored reversals; the figures follow by the marks of what changed."""

    dependencies = [("suppliers", "0018_where_rejects_were_made_and_what_they_cost")]
    operations = [migrations.RunSQL(SAME_KIND, migrations.RunSQL.noop)]
