"""Rejects wait to be judged once they are committed, by the shipped immediate policy."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
DROP = "DROP FUNCTION escalations_mark_rejects() CASCADE;"
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
    """Triggers on the facts from this app's side, and data."""

    dependencies = [
        ("escalations", "0010_rules_on_single_rejects_and_watches"),
        ("suppliers", "0014_parts_that_follow_none_are_no_circle"),
    ]
    operations = [
        migrations.RunSQL((SQL / "reject_marks.sql").read_text(), DROP),
        migrations.RunPython(judge_by_part, migrations.RunPython.noop),
    ]
