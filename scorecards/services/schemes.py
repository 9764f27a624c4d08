"""Putting a new version of the scoring scheme into force."""

from dataclasses import replace
from datetime import datetime

from django.db import connection, transaction

from scorecards.codec import encode
from scorecards.models import ScoringScheme
from scorecards.models.scorecard import SHORTEST_REASON
from scorecards.periods import Month
from scorecards.queries.schemes import newest_scheme
from scorecards.scoring import Scheme
from suppliers.models import User

# One at a time, so that versions follow each other.
SCHEME_LOCK = 0x5C0E


class SchemeChangedError(Exception):
    """Somebody put another version into force meanwhile."""


class SchemeTooEarlyError(ValueError):
    """A version may not begin before the one it follows."""


class ReasonTooShortError(ValueError):
    """A change that touches every grade says why."""


@transaction.atomic
def put_into_force(
    *, scheme: Scheme, first_month: Month, reason: str, seen: int, by: User, at: datetime
) -> ScoringScheme:
    """Score months from `first_month` on by these rules; what was published stays as it is.

    Args:
        scheme: the rules; their version is set here.
        first_month: the first month they hold for, not before that of the newest version.
        reason: why, at least ten characters.
        seen: the newest version that `by` knows of.
        by: who decides.
        at: now.

    Raises:
        SchemeChangedError: there is a newer version than `seen`.
        SchemeTooEarlyError: it would begin before the version it follows.
        ReasonTooShortError: the reason has fewer than ten characters.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonTooShortError
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SCHEME_LOCK])
    newest = newest_scheme()
    if newest.version != seen:
        raise SchemeChangedError
    if first_month.first_day < newest.first_month:
        raise SchemeTooEarlyError
    version = newest.version + 1
    return ScoringScheme.objects.create(
        version=version,
        first_month=first_month.first_day,
        definition=encode(replace(scheme, version=version)),
        reason=reason.strip(),
        created_by=by,
        created_at=at,
    )
