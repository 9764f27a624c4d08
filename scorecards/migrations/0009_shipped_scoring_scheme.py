"""Version 1 of the scoring scheme: PPM first, then incidents, warranty, deliveries, answers."""

from datetime import date

from django.db import migrations

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


def create(apps, schema_editor):
    """Add what the product is shipped with."""
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

    dependencies = [("scorecards", "0008_scoring_schemes_and_scores")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
