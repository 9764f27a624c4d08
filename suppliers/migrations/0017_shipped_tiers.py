"""The two tiers every customer has; more are created in the administration or by an import."""

from django.db import migrations


def create(apps, schema_editor):
    """Add Tier 1 and Tier 2."""
    tier = apps.get_model("suppliers", "Tier")
    for level in (1, 2):
        tier.objects.get_or_create(level=level, defaults={"name": f"Tier {level}"})


class Migration(migrations.Migration):
    """Data only."""

    replaces = [
        ("suppliers", "0003_shipped_tiers"),
        ("suppliers", "0017_imports_with_unmapped_rows"),
    ]
    dependencies = [("suppliers", "0002_references_by_statement")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
