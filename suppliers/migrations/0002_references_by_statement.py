"""Checks of references that no row-level foreign key makes.

Those of the facts, by statement; and of a file given with a verdict, which may name a verdict on
its own reject or return alone.
"""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql" / "fact_references.sql"
NO_FACT_REFERENCES = """
DROP FUNCTION suppliers_check_references() CASCADE;
DROP FUNCTION suppliers_refuse_while_referenced() CASCADE;
"""
VERDICTS = """
ALTER TABLE suppliers_evidence
    ADD CONSTRAINT evidence_reject_verdict FOREIGN KEY (reject_id, verdict)
        REFERENCES suppliers_rejectverdict (reject_id, number)
        DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT evidence_warranty_verdict FOREIGN KEY (warranty_return_id, verdict)
        REFERENCES suppliers_warrantyverdict (warranty_return_id, number)
        DEFERRABLE INITIALLY DEFERRED
"""
NO_VERDICTS = """
ALTER TABLE suppliers_evidence
    DROP CONSTRAINT evidence_reject_verdict, DROP CONSTRAINT evidence_warranty_verdict
"""


class Migration(migrations.Migration):
    """Create the two trigger functions and attach them; refer to verdicts."""

    replaces = [
        ("suppliers", "0002_fact_references"),
    ]
    dependencies = [("suppliers", "0001_masters_facts_decisions_imports")]
    operations = [
        migrations.RunSQL(SQL.read_text(), NO_FACT_REFERENCES),
        migrations.RunSQL(VERDICTS, NO_VERDICTS),
    ]
