"""Rules on single rejects: whether one calls for a level, and why or why not.

Pure: what is known of a reject in, an answer out.
"""

from dataclasses import dataclass, field
from typing import Any

from escalations.workflow import LADDER, Level


@dataclass(frozen=True, kw_only=True)
class Condition:
    """What a rule asks of a reject; see `models.Rule`."""

    kind: str
    level: str
    one_level_up: bool
    severity: str = ""
    min_incidents: int = 1
    in_tier: bool = True


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known about a reject when it is judged.

    `incidents` of the rule's severity within its days, this one included. `repeats` is the
    closed 8D whose defect this is again, `escaped` the controlled shipping it should not have
    passed; both empty without one. `held` is the hardest level that holds for its part at its
    plant, `begun` the level that an earlier repeat of the same 8D called for, whose case goes on.
    """

    severity: str
    safety_relevant: bool
    incidents: int = 0
    repeats: dict[str, Any] = field(default_factory=dict)
    escaped: dict[str, Any] = field(default_factory=dict)
    held: Level | None = None
    begun: Level | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the rule says: the level it calls for, empty where it does not, and the reason."""

    level: str
    reason: str

    @property
    def fired(self) -> bool:
        """Whether it calls for a level."""
        return self.reason == "fired"


def judge_record(*, condition: Condition, known: Known) -> Answer:
    """Return whether the reject makes the rule fire, and why."""
    against = "other_tier" if not condition.in_tier else _against(condition, known)
    if against:
        return Answer(level="", reason=against)
    level = _climbed(known).value if condition.one_level_up else condition.level
    return Answer(level=level, reason="fired")


def _against(condition: Condition, known: Known) -> str:
    if condition.kind == "incident":
        if known.severity != condition.severity:
            return "other_severity"
        return "" if known.incidents >= condition.min_incidents else "too_few"
    if condition.kind == "safety":
        return "" if known.safety_relevant else "not_safety"
    if condition.kind == "repeat_defect":
        return "" if known.repeats else "no_repeat"
    return "" if known.escaped else "no_escape"


def _climbed(known: Known) -> Level:
    """Only the first repeat of a closed 8D climbs; further ones call for what it called for."""
    return next_level(known.held) if known.begun is None else known.begun


def next_level(held: Level | None) -> Level:
    """Return the level above the one held, at least above an 8D; the hardest stays."""
    base = held if held is not None and held.outranks(Level.EIGHT_D) else Level.EIGHT_D
    return next((level for level in LADDER if level.outranks(base)), LADDER[-1])
