"""The ladder of reminders: before, on and after the last day, with widening gaps.

Pure: days in, the next step out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise


class Rung(StrEnum):
    """One step of the ladder."""

    BEFORE = "before"
    DUE = "due"
    LATE = "late"
    LATER = "later"
    PASSED_UP = "passed_up"
    PASSED_ON = "passed_on"


# Days from the last day on. Who owes is reminded four times; then the next contact is told,
# then purchasing.
LADDER: dict[Rung, int] = {
    Rung.BEFORE: -2,
    Rung.DUE: 0,
    Rung.LATE: 1,
    Rung.LATER: 4,
    Rung.PASSED_UP: 8,
    Rung.PASSED_ON: 15,
}
GAPS = {later: LADDER[later] - LADDER[earlier] for earlier, later in pairwise(LADDER)}


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """What is owed since when and until when, and whether purchasing is told in the end."""

    since: date
    due_on: date
    to_purchasing: bool

    def next_rung(self, today: date, *, sent: Mapping[Rung, date | None]) -> Rung | None:
        """Return the step to take now, None where none is due.

        Args:
            today: the day it is.
            sent: the steps taken, and when each really went out (None: it has not yet).

        What a pause has left out is not made up for, but nobody is passed over: the next
        contact is told only after a reminder of the missed day has gone out and its gap has
        passed, and purchasing only after the next contact.
        """
        reached = [rung for rung, days in LADDER.items() if self._on(days) <= today]
        for rung in reversed(reached):
            if rung in sent:
                return None
            if self._may(rung, today, sent):
                return rung
        return None

    def on(self, rung: Rung) -> date:
        """Return the day a step is planned for."""
        return self._on(LADDER[rung])

    def _on(self, days: int) -> date:
        return self.due_on + timedelta(days=days)

    def _may(self, rung: Rung, today: date, sent: Mapping[Rung, date | None]) -> bool:
        if rung is Rung.BEFORE:
            return self.since < today < self.due_on
        if rung is Rung.PASSED_UP:
            before = [sent.get(Rung.LATE), sent.get(Rung.LATER)]
            return self._long_ago(before, GAPS[rung], today)
        if rung is Rung.PASSED_ON:
            before = [sent.get(Rung.PASSED_UP)]
            return self.to_purchasing and self._long_ago(before, GAPS[rung], today)
        return True

    @staticmethod
    def _long_ago(days: list[date | None], gap: int, today: date) -> bool:
        known = [day for day in days if day is not None]
        return bool(known) and (today - max(known)).days >= gap
