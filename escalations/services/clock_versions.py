"""Giving the steps of an 8D other working days, by severity."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from escalations.deadlines import MOST_DAYS, Allowance
from escalations.models import ClockVersion
from escalations.queries.clock_versions import SEVERITIES, clocks_in_force
from suppliers.models import User


class ClocksChangedError(Exception):
    """Somebody has made another version since the one that was read."""


def change_clocks(
    *,
    by_severity: Mapping[str, Allowance],
    reason: str,
    seen: int,
    by: User,
    at: datetime,
) -> ClockVersion | None:
    """Put other working days into force for 8Ds raised from now on; None when nothing differs.

    `seen` is the version they were read from. An 8D keeps the days it was raised with.

    Raises:
        ValidationError: on `reason`, or on the severity whose days are not in order.
        ClocksChangedError: another version is in force by now.
    """
    held = clocks_in_force()
    if held.number != seen:
        raise ClocksChangedError
    _check(by_severity, reason)
    wanted = {severity: by_severity[severity] for severity in SEVERITIES}
    if wanted == dict(held.by_severity):
        return None
    try:
        with transaction.atomic():
            made: ClockVersion = ClockVersion.objects.create(
                number=seen + 1,
                days={severity: asdict(one) for severity, one in wanted.items()},
                reason=reason.strip(),
                created_by=by,
                created_at=at,
            )
    except IntegrityError as error:
        raise ClocksChangedError from error
    return made


def _check(by_severity: Mapping[str, Allowance], reason: str) -> None:
    problems = {}
    if not reason.strip():
        problems["reason"] = _("Say why; it stays with the version.")
    for severity, one in by_severity.items():
        if not 1 <= one.d3 <= one.d5 <= one.d6 <= one.d8 <= MOST_DAYS:
            problems[severity or "unknown"] = _(
                "The days have to grow from D3 to D8, from 1 to at most %(most)d working days."
            ) % {"most": MOST_DAYS}
    if problems:
        raise ValidationError(problems)
