"""Statement-level checks of the facts' references, in place of row-level foreign keys."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql" / "fact_references.sql"
REVERSE = """
DROP FUNCTION suppliers_check_references() CASCADE;
DROP FUNCTION suppliers_refuse_while_referenced() CASCADE;
"""


class Migration(migrations.Migration):
    """Create the two trigger functions and attach them."""

    dependencies = [("suppliers", "0001_masters_facts_decisions")]
    operations = [migrations.RunSQL(SQL.read_text(), REVERSE)]
