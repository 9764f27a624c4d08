"""Writing versions of policies, and putting a policy into force."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from escalations.models import Policy, PolicyVersion, Rule
from scorecards.models.scorecard import SHORTEST_REASON
from scorecards.periods import Month
from suppliers.models import User

# One at a time, so that versions follow each other.
POLICY_LOCK = 7_405_005


class PolicyChangedError(Exception):
    """Somebody saved another version meanwhile."""


class ReasonTooShortError(ValueError):
    """A change that decides who is escalated says why."""


class NoRulesError(ValueError):
    """A version without rules would judge nothing."""


@transaction.atomic
def save_version(
    *,
    policy: Policy,
    rules: Sequence[Rule],
    applies_from: Month | None,
    reason: str,
    seen: int,
    by: User,
    at: datetime,
) -> PolicyVersion:
    """Add a version with these rules; the versions before stay and keep the months they judged.

    Args:
        policy: whose version it is.
        rules: unsaved rules, in their order; their version and position are set here.
        applies_from: the first month it judges; None for every month.
        reason: why, at least ten characters.
        seen: the newest version that `by` knows of, 0 for none.
        by: who decides.
        at: now.

    Raises:
        PolicyChangedError: there is a newer version than `seen`.
        ReasonTooShortError: the reason has fewer than ten characters.
        NoRulesError: there is no rule.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonTooShortError
    if not rules:
        raise NoRulesError
    _take_turn()
    newest = policy.versions.order_by("-number").first()
    number = 0 if newest is None else newest.number
    if number != seen:
        raise PolicyChangedError
    version = PolicyVersion.objects.create(
        policy=policy,
        number=number + 1,
        applies_from=None if applies_from is None else applies_from.first_day,
        reason=reason.strip(),
        created_by=by,
        created_at=at,
    )
    for position, rule in enumerate(rules, start=1):
        rule.pk, rule.version, rule.position = None, version, position
        rule.save(force_insert=True)
    return version


@transaction.atomic
def copy_policy(*, source: Policy, name: str, description: str, by: User, at: datetime) -> Policy:
    """Make a policy of one's own that begins with the newest rules of another."""
    policy = Policy.objects.create(name=name, description=description, subject=source.subject)
    newest = source.versions.order_by("-number").first()
    rules = [] if newest is None else list(newest.rules.order_by("position"))
    save_version(
        policy=policy,
        rules=rules,
        applies_from=None,
        reason=f"Begins as {newest or source}.",
        seen=0,
        by=by,
        at=at,
    )
    return policy


@transaction.atomic
def put_in_force(*, policy: Policy) -> None:
    """Judge by this policy from now on, instead of the one of its subject that was in force."""
    _take_turn()
    for other in Policy.objects.filter(subject=policy.subject, active=True).exclude(pk=policy.pk):
        other.active = False
        other.save(update_fields=["active"])
    policy.active = True
    policy.save(update_fields=["active"])


def _take_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [POLICY_LOCK])
