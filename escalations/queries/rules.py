"""Rules in force, and the thresholds other apps draw."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q

from escalations.enums import PolicySubject, RuleScope
from escalations.models import JudgedScorecard, Judgement, PolicyVersion, Rule
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


def judging_versions() -> list[PolicyVersion]:
    """Return the versions on figures, newest first, of the policy in force and of those before.

    Before: other policies that judged an ended month, which may be kept by that month.
    """
    judged = Judgement.objects.filter(rule__version=OuterRef("pk"), early=False)
    versions = PolicyVersion.objects.filter(
        Q(policy__active=True) | Exists(judged), policy__subject=PolicySubject.FIGURES
    ).select_related("policy")
    return list(versions.prefetch_related("rules").order_by("-number"))


def version_that_judges(month: Month, versions: Sequence[PolicyVersion]) -> PolicyVersion | None:
    """Return which of `judging_versions()` judges an ended month.

    A month that was published and judged keeps its policy when another is put into force.
    """
    active = [version for version in versions if version.policy.active]
    kept = None if len(active) == len(versions) else _policy_kept(month)
    return version_for(
        month, active if kept is None else [one for one in versions if one.policy_id == kept]
    )


def _policy_kept(month: Month) -> int | None:
    if not JudgedScorecard.objects.filter(scorecard__month=month.first_day).exists():
        return None
    rows = Judgement.objects.filter(month=month.first_day, early=False)
    newest = rows.order_by("-judged_at", "-pk").values_list("rule__version__policy", flat=True)
    return newest.first()


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


def thresholds_in_force(tier_id: int | None, month: Month) -> ThresholdPolicy:
    """Return the thresholds of the version that judges the month, for suppliers of a tier.

    Of months before the first that any version judges, those of the oldest version.
    """
    versions = judging_versions()
    judging = version_that_judges(month, versions) or _oldest_active(versions)
    if judging is None:
        return ThresholdPolicy(policy="", version=0, thresholds=())
    level = None if tier_id is None else Tier.objects.get(pk=tier_id).level
    return ThresholdPolicy(
        policy=judging.policy.name,
        version=judging.number,
        thresholds=tuple(
            _threshold(rule)
            for rule in evaluated_rules(judging)
            if applies_to(rule, level) and rule.scope == RuleScope.SUPPLIER
        ),
    )


def _oldest_active(versions: Sequence[PolicyVersion]) -> PolicyVersion | None:
    return next((version for version in reversed(versions) if version.policy.active), None)


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
