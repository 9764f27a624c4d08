"""Which working days hold for new 8Ds, and which held before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from escalations.deadlines import STANDARD, Allowance
from escalations.models import ClockVersion
from suppliers.enums import Severity

# "" is where no incident is known: warranty returns, and what a person did not grade.
SEVERITIES = ("", *Severity.values)


@dataclass(frozen=True, kw_only=True)
class Clocks:
    """The working days by severity, and the version they are of; 0: as shipped."""

    number: int
    by_severity: Mapping[str, Allowance]


def clocks_in_force() -> Clocks:
    """Return the newest version, in one query."""
    newest = ClockVersion.objects.order_by("-number").first()
    if newest is None:
        return Clocks(number=0, by_severity=dict.fromkeys(SEVERITIES, STANDARD))
    return Clocks(number=newest.number, by_severity=_read(newest))


def clock_versions() -> Sequence[ClockVersion]:
    """Return every version, the newest first."""
    return list(ClockVersion.objects.select_related("created_by").order_by("-number"))


def severity_name(severity: str) -> str:
    """Name a severity, also the missing one."""
    return str(Severity(severity).label) if severity else _("Not known, or warranty returns")


def _read(version: ClockVersion) -> dict[str, Allowance]:
    days = version.days
    return {one: Allowance(**days[one]) if one in days else STANDARD for one in SEVERITIES}
