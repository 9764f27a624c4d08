"""Scoring schemes as the rules they hold."""

from scorecards.codec import decode
from scorecards.models import ScoringScheme
from scorecards.periods import Month
from scorecards.scoring import Scheme


def rules_of(row: ScoringScheme) -> Scheme:
    """Return the rules a version holds."""
    scheme: Scheme = decode(Scheme, row.definition)
    return scheme


def scheme_of(month: Month) -> Scheme | None:
    """Return the rules for a month: the newest version that holds from then or earlier."""
    rows = ScoringScheme.objects.filter(first_month__lte=month.first_day)
    newest = rows.order_by("-version").first()
    return None if newest is None else rules_of(newest)


def newest_scheme() -> ScoringScheme:
    """Return the newest version; migrations ship version 1, so there is always one."""
    return ScoringScheme.objects.order_by("-version")[0]
