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
    REPLIED = "replied"
    ACKNOWLEDGED = "acknowledged"


# What a supplier's person answers with, by name.
ANSWERS: Final = frozenset({SignOff.QUERIED, SignOff.ACKNOWLEDGED})
# What somebody says in words and by name.
STATED: Final = frozenset({SignOff.QUERIED, SignOff.REPLIED})
# From when the supplier is waited for; the latest of them counts.
WAITED_SINCE: Final = (SignOff.ASKED, SignOff.REPLIED)
# Working days without an answer since then, in the supplier's calendar.
REMINDERS: Final = (
    (5, SignOff.REMINDED),
    (10, SignOff.REMINDED_AGAIN),
    (15, SignOff.PASSED_ON),
)
