"""Within how many working days supplier quality answers what waits for it. Pure.

The days are the house's own promise to its suppliers, not terms of a policy: they are the same for
every supplier and severity, and no figure is made of them. `docs/eight-d.md` says why these.
"""

from datetime import date
from enum import IntEnum

from escalations.deadlines import working_days_after


class Answer(IntEnum):
    """Working days for each answer; days that are alike are one name and its aliases."""

    # what stops us, or sorting, from one day to the next
    CONTAINMENT_REVIEW = 1
    ENTRY_LETTER = 1
    # what only has to be read and decided
    ACKNOWLEDGEMENT = 3
    APPROVAL = 3
    LATER_DATE = 3
    EXIT_LETTER = 3
    # what has to be looked into, as a dispute has
    STEP_REVIEW = 5
    CASE_REVIEW = 5
    CLOSING = 5
    QUERY = 5


def answer_by(since: date, answer: Answer, *, country: str) -> date:
    """Return the last day of an answer to what waits since a day.

    Args:
        since: the day it came; the next working day is day 1.
        answer: what is owed.
        country: ISO 3166 code whose public holidays do not count; unknown or empty: only
            Saturdays and Sundays do not count.
    """
    return working_days_after(since, answer.value, country=country)
