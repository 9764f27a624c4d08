"""Rules on counts: whether a month's counts raise a level, and why or why not.

Pure: a rule and counts in, a judgement out. The comparison is exact (`rates.exceeds`);
guards may hold a breach back that small volumes would explain.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from escalations.workflow import Level
from scorecards.formulas.intervals import Interval, garwood
from scorecards.formulas.quantities import Quantity
from scorecards.formulas.rates import Comparator, Figure, FigureState, exceeds, figure
from scorecards.formulas.verdicts import ThresholdVerdict, judge_threshold
from scorecards.metrics import Metric
from scorecards.periods import Window

RISING = frozenset({Comparator.ABOVE, Comparator.AT_OR_ABOVE})


class Reason(StrEnum):
    """Why a rule fired or did not."""

    FIRED = "fired"
    NO_ACTIVITY = "no_activity"
    REJECTS_WITHOUT_RECEIPTS = "rejects_without_receipts"
    THRESHOLD_NOT_PASSED = "threshold_not_passed"
    TOO_LITTLE_RECEIVED = "too_little_received"
    TOO_FEW_REJECTS = "too_few_rejects"
    NOT_SHOWN = "not_shown"


class InvalidRuleError(ValueError):
    """The rule contradicts itself."""


@dataclass(frozen=True, kw_only=True)
class Guard:
    """What must hold besides the threshold; every part None is no guard at all.

    `confidence` asks for the exact one-sided test at 1 − confidence; that many
    `or_incidents` (counted by the caller over its own window) satisfy it as well.
    """

    min_received: Decimal | None = None
    min_rejects: Decimal | None = None
    confidence: Decimal | None = None
    or_incidents: int | None = None

    def __post_init__(self) -> None:
        half = Decimal("0.5")
        if self.confidence is not None and not half < self.confidence < 1:
            raise InvalidRuleError("confidence must lie between 0.5 and 1")
        if self.or_incidents is not None and self.confidence is None:
            raise InvalidRuleError("incidents can only stand in for a confidence")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A metric over a window, compared with a threshold, raising a level."""

    metric: Metric
    window: Window
    threshold_ppm: Decimal
    level: Level
    comparator: Comparator = Comparator.ABOVE
    guard: Guard = field(default_factory=Guard)

    def __post_init__(self) -> None:
        if not self.threshold_ppm.is_finite() or self.threshold_ppm < 0:
            raise InvalidRuleError("threshold must be a finite number from 0 upwards")
        if self.comparator not in RISING:
            raise InvalidRuleError("an escalation rule fires above its threshold, not below")


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What a rule found, with everything an episode stores as evidence.

    `breached` says that the counts pass the threshold, `fired` that no guard held it back.
    `interval` is the exact two-sided 95 % range. `ppm` and `interval` are None without
    receipts.
    """

    fired: bool
    breached: bool
    reason: Reason
    counted: Fraction
    received: Fraction
    ppm: Fraction | None
    interval: Interval | None
    verdict: ThresholdVerdict


def judge(*, rule: Rule, counted: Quantity, received: Quantity, incidents: int = 0) -> Judgement:
    """Return whether the counts of the rule's window make the rule fire, and why.

    Args:
        rule: the rule, with its guards.
        counted: quantity in the numerator (rejects or returns that count).
        received: quantity in the denominator (receipts or parts in field).
        incidents: incidents of the guard's own window, for a guard that accepts them.
    """
    shape = figure(counted=counted, received=received)
    verdict = judge_threshold(
        count=shape.counted, exposure=shape.received, threshold_ppm=rule.threshold_ppm
    )
    reason = _reason(rule, shape, incidents)
    return Judgement(
        fired=reason is Reason.FIRED,
        breached=_breached(rule, shape),
        reason=reason,
        counted=shape.counted,
        received=shape.received,
        ppm=shape.ppm,
        interval=garwood(count=shape.counted, exposure=shape.received),
        verdict=verdict,
    )


def _breached(rule: Rule, shape: Figure) -> bool:
    return exceeds(
        numerator=shape.counted,
        denominator=shape.received,
        threshold_ppm=rule.threshold_ppm,
        comparator=rule.comparator,
    )


def _reason(rule: Rule, shape: Figure, incidents: int) -> Reason:
    if shape.state is FigureState.NO_ACTIVITY:
        return Reason.NO_ACTIVITY
    if shape.state is FigureState.REJECTS_WITHOUT_RECEIPTS:
        return Reason.REJECTS_WITHOUT_RECEIPTS
    if not _breached(rule, shape):
        return Reason.THRESHOLD_NOT_PASSED
    return _held_back(rule, shape, incidents) or Reason.FIRED


def _held_back(rule: Rule, shape: Figure, incidents: int) -> Reason | None:
    guard = rule.guard
    if guard.min_received is not None and shape.received < Fraction(guard.min_received):
        return Reason.TOO_LITTLE_RECEIVED
    if guard.min_rejects is not None and shape.counted < Fraction(guard.min_rejects):
        return Reason.TOO_FEW_REJECTS
    if guard.confidence is None or _enough_incidents(guard, incidents):
        return None
    return None if _shown(rule, shape, guard.confidence) else Reason.NOT_SHOWN


def _enough_incidents(guard: Guard, incidents: int) -> bool:
    return guard.or_incidents is not None and incidents >= guard.or_incidents


def _shown(rule: Rule, shape: Figure, confidence: Decimal) -> bool:
    judged = judge_threshold(
        count=shape.counted, exposure=shape.received, threshold_ppm=rule.threshold_ppm
    )
    return judged.p_above is not None and judged.p_above <= float(1 - confidence)
