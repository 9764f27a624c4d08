"""A receipt's corrected kind is carried to its reversals, by the database itself."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql" / "reversals_follow.sql"
NO_TRIGGER = "DROP FUNCTION suppliers_reversals_follow() CASCADE"
# Those that were left behind since; the figures follow by the marks of what changed.
SAME_KIND = """
UPDATE suppliers_delivery d SET kind = receipt.kind
FROM suppliers_delivery receipt
WHERE d.reverses_id = receipt.id AND d.kind <> receipt.kind
"""


class Migration(migrations.Migration):
    """Create the trigger, and correct what it would have."""

    dependencies = [("suppliers", "0019_reversals_of_their_receipts_kind")]
    operations = [
        migrations.RunSQL(SQL.read_text(), NO_TRIGGER),
        migrations.RunSQL(SAME_KIND, migrations.RunSQL.noop),
    ]
