"""Masters that change leave late marks: no fact drained meanwhile keeps the master of before."""

from pathlib import Path
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


def reference(to: str) -> Any:
    """Return a reference without a check, as the other marks have."""
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        null=True,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        to=to,
    )


def earlier_marks() -> str:
    """Return the functions of masters as they were: the middle of the file that made them."""
    text = (SQL / "stale_marks.sql").read_text()
    begin = text.index("CREATE FUNCTION scorecards_mark_supplier_part")
    functions = text[begin : text.index("DO $$", begin)]
    return functions.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    """Create the late marks and have the triggers of masters write them."""

    dependencies = [
        ("scorecards", "0012_rollup_swapped_when_rebuilt"),
        ("suppliers", "0009_part_numbers_without_circle"),
    ]
    operations = [
        migrations.CreateModel(
            name="LateMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("defect_code", reference("suppliers.defectcode")),
                ("part", reference("suppliers.part")),
                ("supplier", reference("suppliers.supplier")),
            ],
            options={"verbose_name": "late mark", "verbose_name_plural": "late marks"},
        ),
        migrations.RunSQL((SQL / "late_marks.sql").read_text(), earlier_marks()),
    ]
