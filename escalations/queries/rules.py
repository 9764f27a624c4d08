"""Rules in force, and the thresholds other apps draw."""

from collections.abc import Sequence

from escalations.enums import PolicySubject, RuleScope
from escalations.models import PolicyVersion, Rule
from scorecards.formulas.rates import Comparator
from scorecards.metrics import Metric
from scorecards.periods import Month, Window
from scorecards.thresholds import Threshold, ThresholdPolicy
from suppliers.models import Tier


def active_versions(subject: PolicySubject = PolicySubject.FIGURES) -> list[PolicyVersion]:
    """Return the versions of the subject's policy in force with their rules, newest first."""
    versions = PolicyVersion.objects.filter(
        policy__active=True, policy__subject=subject
    ).select_related("policy")
    return list(versions.prefetch_related("rules").order_by("-number"))


def version_for(month: Month, versions: Sequence[PolicyVersion]) -> PolicyVersion | None:
    """Return the newest of `versions` (newest first) that may judge the month."""
    return next((version for version in versions if version.judges(month)), None)


def evaluated_rules(version: PolicyVersion | None) -> list[Rule]:
    """Return the rules on monthly figures, in their order."""
    rules = [] if version is None else version.rules.all()
    return sorted((rule for rule in rules if rule.judges_figures), key=lambda rule: rule.position)


def record_rules(version: PolicyVersion | None) -> list[Rule]:
    """Return the rules on single rejects, in their order."""
    rules = [] if version is None else version.rules.all()
    return sorted(
        (rule for rule in rules if not rule.judges_figures), key=lambda rule: rule.position
    )


def thresholds_in_force(tier_id: int | None) -> ThresholdPolicy:
    """Return the thresholds of the policy in force for suppliers of a tier."""
    versions = active_versions()
    if not versions:
        return ThresholdPolicy(policy="", version=0, thresholds=())
    newest = versions[0]
    level = None if tier_id is None else Tier.objects.get(pk=tier_id).level
    return ThresholdPolicy(
        policy=newest.policy.name,
        version=newest.number,
        thresholds=tuple(
            _threshold(rule)
            for rule in evaluated_rules(newest)
            if applies_to(rule, level) and rule.scope == RuleScope.SUPPLIER
        ),
    )


def applies_to(rule: Rule, tier_level: int | None) -> bool:
    """Return whether the rule judges suppliers of a tier; None is a supplier of no tier."""
    return not rule.tier_levels or tier_level in rule.tier_levels


def _threshold(rule: Rule) -> Threshold:
    condition = rule.condition
    return Threshold(
        metric=Metric(condition.metric),
        threshold_ppm=condition.threshold_ppm,
        level=condition.level.value,
        window=Window(condition.window),
        comparator=Comparator(condition.comparator),
    )
