"""What the product is shipped with: counting policy, targets of the two tiers, scoring scheme."""

from datetime import date
from decimal import Decimal

from django.db import migrations
from django.db.backends.postgresql.psycopg_any import DateRange

SHIPPED_TARGETS = {1: Decimal(25), 2: Decimal(100)}
PPM = {"0": "100", "25": "90", "50": "80", "100": "60", "250": "40", "500": "20"}
# criterion, window, weight, steps from the best on, points beyond the last step
RULES = (
    ("external_ppm", "month", "40", PPM, "0"),
    (
        "incidents",
        "month",
        "15",
        {"0": "100", "10000": "80", "50000": "60", "200000": "40", "1000000": "20"},
        "0",
    ),
    ("warranty_ppm", "month", "15", PPM, "0"),
    ("on_time", "month", "15", {"98": "100", "95": "80", "90": "60", "80": "40", "70": "20"}, "0"),
    ("eight_d", "12", "15", {"100": "100", "90": "80", "75": "60", "50": "40"}, "0"),
)


def create_policy_and_targets(apps, schema_editor):
    """Add version 1 of the counting policy, and the external targets of the two tiers."""
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


def create_scheme(apps, schema_editor):
    """Add version 1 of the scoring scheme: PPM first, then incidents, warranty, deliveries, answers."""
    apps.get_model("scorecards", "ScoringScheme").objects.get_or_create(
        version=1,
        defaults={
            "first_month": date(2000, 1, 1),
            "reason": "Shipped default.",
            "definition": {
                "version": 1,
                "grade_a": "90",
                "grade_b": "70",
                "months_needed": 6,
                "rules": [
                    {
                        "criterion": criterion,
                        "window": window,
                        "weight": weight,
                        "bands": [{"bound": bound, "points": points} for bound, points in steps.items()],
                        "otherwise": otherwise,
                    }
                    for criterion, window, weight, steps, otherwise in RULES
                ],
            },
        },
    )


class Migration(migrations.Migration):
    """Data only."""

    replaces = [
        ("scorecards", "0003_shipped_policy_and_targets"),
        ("scorecards", "0009_shipped_scoring_scheme"),
    ]
    dependencies = [
        ("scorecards", "0002_partitions_and_counted_views"),
        ("suppliers", "0017_shipped_tiers"),
    ]
    operations = [
        migrations.RunPython(create_policy_and_targets, migrations.RunPython.noop),
        migrations.RunPython(create_scheme, migrations.RunPython.noop),
    ]
