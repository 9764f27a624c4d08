"""Changing the counting policy: a new version, which every month is recomputed by."""

from datetime import datetime

from django.db import connection, transaction

from scorecards.bell import ring_drain
from scorecards.enums import ProvisionalRule
from scorecards.models import CountingPolicy
from scorecards.rollup.locks import ROLLUP_LOCK
from suppliers.models import User

SHORTEST_REASON = 10


class PolicyChangedError(Exception):
    """Somebody changed the policy meanwhile."""


class ReasonTooShortError(ValueError):
    """A change that touches every figure says why."""


@transaction.atomic
def change_provisional(
    *, rule: ProvisionalRule, reason: str, seen: int, by: User, at: datetime
) -> CountingPolicy:
    """Have undecided rejects counted by `rule` from now on; published months stay as they are.

    The same rule again changes nothing. Every month is marked as stale with the new version,
    by the database; drains that run finish first, so that none mixes two versions.

    Raises:
        PolicyChangedError: `seen` is no longer the version in force.
        ReasonTooShortError: the reason has fewer than ten characters.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonTooShortError
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ROLLUP_LOCK])
    policy = CountingPolicy.objects.in_force()
    if policy.provisional == rule.value:
        return policy
    if policy.version != seen:
        raise PolicyChangedError
    policy.pk, policy.version = None, policy.version + 1
    policy._state.adding = True  # noqa: SLF001  # Django's documented way to copy a row
    policy.provisional, policy.reason = rule.value, reason.strip()
    policy.created_by, policy.created_at = by, at
    policy.save()
    ring_drain()
    return policy
