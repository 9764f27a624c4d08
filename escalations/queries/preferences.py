"""How people want to be told, with the defaults of those who never chose."""

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings

from escalations.models import MailPreference
from escalations.models.preference import EVENING, MORNING
from escalations.quiet_hours import Quiet
from suppliers.models import Membership


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """One person's choices; `quiet` is None for who may be disturbed at any hour."""

    daily_summary: bool
    reminders: bool
    quiet: Quiet | None
    zone: str


def wishes_of(user_ids: Collection[int]) -> dict[int, Wishes]:
    """Return everybody's choices, in two queries."""
    chosen = {row.user_id: row for row in MailPreference.objects.filter(user__in=user_ids)}
    zones = _zones(user_ids)
    return {
        user_id: _wishes(chosen.get(user_id), zones.get(user_id, settings.TIME_ZONE))
        for user_id in user_ids
    }


def _zones(user_ids: Collection[int]) -> dict[int, str]:
    """A supplier's people live by their supplier's clock."""
    rows = Membership.objects.filter(user__in=user_ids, supplier__isnull=False).order_by("-pk")
    return dict(rows.values_list("user", "supplier__time_zone"))


def _wishes(row: MailPreference | None, zone: str) -> Wishes:
    if row is None:
        quiet = Quiet(begins=EVENING, ends=MORNING, zone=zone)
        return Wishes(daily_summary=True, reminders=True, quiet=quiet, zone=zone)
    zone = row.time_zone or zone
    quiet_hours = None
    if row.quiet_from is not None and row.quiet_until is not None:
        quiet_hours = Quiet(begins=row.quiet_from, ends=row.quiet_until, zone=zone)
    return Wishes(
        daily_summary=row.daily_summary, reminders=row.reminders, quiet=quiet_hours, zone=zone
    )
