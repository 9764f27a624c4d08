"""The three shipped policies; the first judges the months, the last single rejects."""

from decimal import Decimal

from django.db import migrations

METRICS = ("external_ppm", "warranty_ppm")
LADDER = (("8d", Decimal(50)), ("cs1", Decimal(100)))
SINGLE_RECORDS = (
    {"kind": "incident", "severity": "line_stop", "level": "8d"},
    {"kind": "incident", "severity": "field", "level": "8d"},
    {"kind": "safety", "level": "8d"},
    {
        "kind": "repeat_defect",
        "scope": "supplier_part",
        "one_level_up": True,
        "within_days": 365,
    },
    {
        "kind": "escape",
        "during_level": "cs1",
        "level": "cs2",
        "activation": "needs_approval",
        "approval_role": "quality_manager",
    },
    {
        "kind": "escape",
        "during_level": "cs2",
        "level": "new_business_hold",
        "activation": "needs_approval",
        "approval_role": "quality_manager",
    },
)
COPIED = (
    "position",
    "kind",
    "level",
    "one_level_up",
    "activation",
    "approval_role",
    "severity",
    "within_days",
    "during_level",
)


def monthly(**guards):
    """The 50 and 100 PPM rules of both metrics, strictly above, of a single month."""
    return [
        {
            "kind": "ppm",
            "metric": metric,
            "window": "month",
            "comparator": "above",
            "threshold_ppm": threshold,
            "level": level,
            **(guards if metric == "external_ppm" or not guards else only_confidence(guards)),
        }
        for metric in METRICS
        for level, threshold in LADDER
    ]


def only_confidence(guards):
    """Incidents are rejects: a warranty rule is guarded by confidence alone."""
    return {"confidence": guards["confidence"]}


POLICIES = (
    (
        "Default",
        "Monthly external and warranty PPM of a supplier: above 50 an 8D, above 100 "
        "controlled shipping level 1. No guards: the rule does what it says.",
        True,
        monthly(),
    ),
    (
        "Volume-guarded",
        "As the default, but only where 95 % confidence shows the true rate above the "
        "threshold, or after two incidents in six months.",
        False,
        monthly(confidence=Decimal("0.95"), or_incidents=2, incident_months=6),
    ),
    (
        "Immediate",
        "Single records: line stop, field action or a safety-relevant reject ask for an 8D at "
        "once; a repeated defect one level up; escapes during controlled shipping harder ones.",
        False,
        SINGLE_RECORDS,
    ),
)


def create(apps, schema_editor):
    """Add what the product is shipped with."""
    policies = apps.get_model("escalations", "Policy")
    versions = apps.get_model("escalations", "PolicyVersion")
    rules = apps.get_model("escalations", "Rule")
    for name, description, active, rows in POLICIES:
        policy = policies.objects.create(
            name=name, description=description, shipped=True, active=active
        )
        version = versions.objects.create(policy=policy, number=1, reason="Shipped default.")
        for position, row in enumerate(rows, start=1):
            rules.objects.create(version=version, position=position, **row)


def judge_by_part(apps, schema_editor):
    """Put the immediate policy in force, with a case of its own for every part."""
    policies = apps.get_model("escalations", "Policy")
    versions = apps.get_model("escalations", "PolicyVersion")
    rules = apps.get_model("escalations", "Rule")
    policy = policies.objects.filter(name="Immediate", shipped=True).first()
    if policy is None:
        return
    newest = versions.objects.filter(policy=policy).order_by("-number").first()
    version = versions.objects.create(
        policy=policy, number=newest.number + 1, reason="Every part has a case of its own."
    )
    for rule in rules.objects.filter(version=newest).order_by("position"):
        copied = {name: getattr(rule, name) for name in COPIED}
        rules.objects.create(version=version, scope="supplier_part", **copied)
    policy.subject, policy.active = "records", True
    policy.save()


class Migration(migrations.Migration):
    """Data only."""

    replaces = [
        ("escalations", "0002_shipped_policies"),
        ("escalations", "0019_controlled_shipping_called_for_again"),
    ]
    dependencies = [("escalations", "0002_rejects_wait_to_be_judged")]
    operations = [
        migrations.RunPython(create, migrations.RunPython.noop),
        migrations.RunPython(judge_by_part, migrations.RunPython.noop),
    ]
