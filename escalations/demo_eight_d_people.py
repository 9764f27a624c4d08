"""Both sides of the demo's 8D at work: the supplier hands in, the customer reviews, day by day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from escalations.eight_d_workflow import Action, Discipline
from escalations.models import EightD
from escalations.services import eight_d as steps
from escalations.services.eight_d_extensions import answer, ask
from suppliers.models import User
from suppliers.working_days import add_working_days, public_holidays

Said = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Story:
    """An 8D, the people of both sides, and the days counted from its request."""

    eight_d: EightD
    supplier: User
    customer: User
    now: datetime

    def day(self, working_days: int, *, since: date | None = None) -> date:
        """Return a working day after the request (or a day), never later than today."""
        return min(self.later(working_days, since=since), self.now.date())

    def later(self, working_days: int, *, since: date | None = None) -> date:
        """Return a working day after the request (or a day)."""
        start = since or self.eight_d.requested_on
        country, year = self.eight_d.calendar_country, start.replace(year=start.year + 1)
        free = public_holidays(country=country, first=start.replace(month=1, day=1), last=year)
        return add_working_days(start, working_days, holidays=free)

    def moment(self, day: date, hour: int) -> datetime:
        """Return an hour of a day, never later than now."""
        return min(datetime.combine(day, time(hour), tzinfo=UTC), self.now)

    def hand_in(self, step: Discipline, content: Said, *, at: datetime) -> None:
        """Have the supplier write a step and submit it."""
        kept = self.eight_d.steps.filter(discipline=step.value).first()
        saved = steps.save_draft(
            eight_d=self.eight_d,
            discipline=step,
            content=content,
            seen=0 if kept is None else kept.version,
            by=self.supplier,
            at=at,
        )
        steps.submit(
            eight_d=self.eight_d, discipline=step, seen=saved.version, by=self.supplier, at=at
        )

    def review(self, action: Action, *of: Discipline, at: datetime, comment: str = "") -> None:
        """Have the customer accept or return steps."""
        for step in of:
            steps.review(
                eight_d=self.eight_d,
                discipline=step,
                revision=self.eight_d.revisions.filter(discipline=step.value).count(),
                action=action,
                comment=comment,
                by=self.customer,
                at=at,
            )

    def extend(
        self, milestone: Discipline, until: date, wish: str, granted: str, *, at: datetime
    ) -> None:
        """Have the supplier ask for a later date and the customer grant it."""
        asked = ask(
            eight_d=self.eight_d,
            milestone=milestone,
            until=until,
            reason=wish,
            by=self.supplier,
            at=at,
        )
        answer(
            eight_d=self.eight_d,
            milestone=milestone,
            wish=asked.number,
            action=Action.GRANT,
            comment=granted,
            by=self.customer,
            at=at,
        )
