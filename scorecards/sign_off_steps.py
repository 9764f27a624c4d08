"""What happens to a published scorecard until its supplier has answered (no Django here)."""

from enum import StrEnum
from typing import Final


class SignOff(StrEnum):
    """A step; each happens at most once to a version."""

    ASKED = "asked"
    VIEWED = "viewed"
    REMINDED = "reminded"
    REMINDED_AGAIN = "reminded_again"
    PASSED_ON = "passed_on"
    QUERIED = "queried"
    ACKNOWLEDGED = "acknowledged"


# What a supplier's person answers with, by name.
ANSWERS: Final = frozenset({SignOff.QUERIED, SignOff.ACKNOWLEDGED})
# Working days after publication, in the supplier's calendar, without an answer.
REMINDERS: Final = (
    (5, SignOff.REMINDED),
    (10, SignOff.REMINDED_AGAIN),
    (15, SignOff.PASSED_ON),
)
