"""Which shape, word and tone stands for which level, verdict or state.

Colour never stands alone: every badge has a shape of its own and a word.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class Badge:
    """What components/badge.html shows; `hint` explains an abbreviation."""

    tone: str
    shape: str
    label: str | Promise
    hint: str | Promise = ""

    @property
    def context(self) -> dict[str, Any]:
        """Give the template's variables."""
        return {"tone": self.tone, "shape": self.shape, "label": self.label, "hint": self.hint}


NO_LEVEL = Badge(tone="plain", shape="", label=_("None"))
LEVELS = {
    "watch": Badge(tone="watch", shape="diamond", label=_("Watch")),
    "8d": Badge(tone="bad", shape="triangle", label=_("8D"), hint=_("8D report requested")),
    "cs1": Badge(
        tone="severe", shape="square-1", label=_("CS1"), hint=_("Controlled shipping level 1")
    ),
    "cs2": Badge(
        tone="severe", shape="square-2", label=_("CS2"), hint=_("Controlled shipping level 2")
    ),
    "stop_ship": Badge(tone="halt", shape="bar", label=_("Stop of shipments")),
    "new_business_hold": Badge(tone="halt", shape="octagon", label=_("New-business hold")),
}
NO_VERDICT = Badge(tone="plain", shape="dash", label=_("No data"))
VERDICTS = {
    "above_shown": Badge(tone="bad", shape="up", label=_("Above, shown")),
    "below_shown": Badge(tone="good", shape="down", label=_("Below, shown")),
    "undecided": Badge(tone="neutral", shape="question", label=_("Undecided")),
}
GOOD, WAITING, WRONG, OVER = ("good", "check"), ("info", "ring"), ("bad", "cross"), ("neutral", "")
STATES = {
    "done": GOOD,
    "sent": GOOD,
    "valid": GOOD,
    "published": GOOD,
    "accepted": GOOD,
    "signed": GOOD,
    "queried": ("watch", "question"),
    "passed_on": ("watch", "up"),
    "nobody": ("watch", "diamond"),
    "not_asked": OVER,
    "proposed": ("watch", "question"),
    "open": ("watch", "ring"),
    "acknowledged": WAITING,
    "monitoring": WAITING,
    "under_review": ("watch", "question"),
    "upheld": GOOD,
    "partly_upheld": ("watch", "diamond"),
    "appealed": ("watch", "up"),
    "final": ("neutral", "lock"),
    "uploaded": WAITING,
    "mapping": ("watch", "question"),
    "ready": ("watch", "question"),
    "confirmed": WAITING,
    "entered": ("watch", "ring"),
    "letter_sent": ("watch", "ring"),
    "running": WAITING,
    "exit_ready": ("watch", "up"),
    "ended": GOOD,
    "ended_with_case": OVER,
    "taken_back": OVER,
    "queued": WAITING,
    "pending": WAITING,
    "sending": WAITING,
    "waiting": WAITING,
    "draft": OVER,
    "submitted": WAITING,
    "returned": ("watch", "diamond"),
    "no_recipient": ("watch", "question"),
    "collected": WAITING,
    "summed_up": GOOD,
    "preliminary": ("watch", "ring"),
    "provisional": ("watch", "ring"),
    "restated": ("watch", "diamond"),
    "conflict": ("watch", "diamond"),
    "unmapped": ("watch", "question"),
    "overdue": WRONG,
    "failed": WRONG,
    "rejected": WRONG,
    "dead": WRONG,
    "locked": ("neutral", "lock"),
}


def level(value: str | None) -> Badge:
    """Return the badge of an escalation level; none for no open level."""
    return LEVELS.get(str(value or ""), NO_LEVEL)


def verdict(value: str | None) -> Badge:
    """Return the badge of a verdict about a threshold."""
    return VERDICTS.get(str(value or ""), NO_VERDICT)


def state(value: str, label: str | Promise = "") -> Badge:
    """Return the badge of a record's state; an unknown state is shown plainly."""
    tone, shape = STATES.get(str(value), OVER)
    return Badge(tone=tone, shape=shape, label=label or str(value).replace("_", " ").capitalize())
