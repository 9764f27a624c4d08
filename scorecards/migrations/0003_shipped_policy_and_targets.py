"""Version 1 of the counting policy, and the shipped external targets of the two tiers."""

from decimal import Decimal

from django.db import migrations
from django.db.backends.postgresql.psycopg_any import DateRange

SHIPPED_TARGETS = {1: Decimal(25), 2: Decimal(100)}


def create(apps, schema_editor):
    """Add what the product is shipped with."""
    policy = apps.get_model("scorecards", "CountingPolicy")
    policy.objects.get_or_create(version=1, defaults={"reason": "Shipped default."})
    target = apps.get_model("scorecards", "Target")
    tier = apps.get_model("suppliers", "Tier")
    for level, target_ppm in SHIPPED_TARGETS.items():
        target.objects.get_or_create(
            tier=tier.objects.get(level=level),
            metric="external_ppm",
            defaults={"target_ppm": target_ppm, "during": DateRange(None, None)},
        )


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("scorecards", "0002_counted_views_and_stale_marks")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
