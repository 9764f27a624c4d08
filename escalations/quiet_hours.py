"""When somebody may be disturbed: quiet hours in their own time zone; no clock, no framework."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, kw_only=True)
class Quiet:
    """From when until when nobody is disturbed; over midnight where it ends before it begins."""

    begins: time
    ends: time
    zone: str

    def holds(self, at: datetime) -> bool:
        """Whether the moment lies within; the end itself does not."""
        clock = at.astimezone(ZoneInfo(self.zone)).time()
        if self.begins <= self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends

    def over(self, at: datetime) -> datetime:
        """Return the first moment from `at` on that is not quiet."""
        if not self.holds(at):
            return at
        zone = ZoneInfo(self.zone)
        local = at.astimezone(zone)
        day = local.date()
        if local.time() >= self.ends:
            day += timedelta(days=1)
        return datetime.combine(day, self.ends, tzinfo=zone)
