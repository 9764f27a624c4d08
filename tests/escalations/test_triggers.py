from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.triggers import Guard, InvalidRuleError, Reason, Rule, judge
from escalations.workflow import Level
from scorecards.formulas.rates import Comparator
from scorecards.formulas.verdicts import Verdict
from scorecards.metrics import Metric
from scorecards.periods import Window


def rule(threshold: int = 50, **changes: object) -> Rule:
    values: dict[str, object] = {
        "metric": Metric.EXTERNAL_PPM,
        "window": Window.MONTH,
        "threshold_ppm": Decimal(threshold),
        "level": Level.EIGHT_D,
    }
    return Rule(**(values | changes))  # type: ignore[arg-type] # the values are checked by name


def test_rule_fires_strictly_above() -> None:
    at = judge(rule=rule(), counted=5, received=100_000)
    assert not at.fired
    assert at.reason is Reason.THRESHOLD_NOT_PASSED
    above = judge(rule=rule(), counted=5, received=99_999)
    assert above.fired
    assert above.ppm == Fraction(5_000_000, 99_999)


def test_rule_at_or_above_fires_at_the_threshold() -> None:
    assert judge(rule=rule(comparator=Comparator.AT_OR_ABOVE), counted=5, received=100_000).fired


def test_rule_without_guard_fires_though_undecided() -> None:
    judged = judge(rule=rule(), counted=1, received=3_000)
    assert judged.fired
    assert judged.verdict.verdict is Verdict.UNDECIDED
    assert judged.interval is not None


def test_rule_without_receipts() -> None:
    assert judge(rule=rule(), counted=0, received=0).reason is Reason.NO_ACTIVITY
    without = judge(rule=rule(), counted=3, received=0)
    assert without.reason is Reason.REJECTS_WITHOUT_RECEIPTS
    assert not without.fired
    assert without.ppm is None
    assert without.interval is None


def test_guards_hold_a_small_volume_back() -> None:
    small = rule(guard=Guard(min_received=Decimal(10_000)))
    few = rule(guard=Guard(min_rejects=Decimal(2)))
    assert judge(rule=small, counted=1, received=3_000).reason is Reason.TOO_LITTLE_RECEIVED
    assert judge(rule=few, counted=1, received=3_000).reason is Reason.TOO_FEW_REJECTS
    assert judge(rule=few, counted=2, received=3_000).fired


def test_guard_by_confidence_or_incidents() -> None:
    guarded = rule(guard=Guard(confidence=Decimal("0.95"), or_incidents=2))
    held = judge(rule=guarded, counted=1, received=3_000, incidents=1)
    assert held.reason is Reason.NOT_SHOWN
    assert held.breached
    assert judge(rule=guarded, counted=1, received=3_000, incidents=2).fired
    assert judge(rule=guarded, counted=26, received=250_000).fired


@pytest.mark.parametrize("threshold", [Decimal(-1), Decimal("NaN")])
def test_rule_refuses_impossible_thresholds(threshold: Decimal) -> None:
    with pytest.raises(InvalidRuleError):
        rule(threshold_ppm=threshold)


def test_rule_refuses_falling_comparator_and_odd_guards() -> None:
    with pytest.raises(InvalidRuleError):
        rule(comparator=Comparator.BELOW)
    with pytest.raises(InvalidRuleError):
        Guard(confidence=Decimal(95))
    with pytest.raises(InvalidRuleError):
        Guard(or_incidents=2)


@given(counted=st.integers(0, 10**6), received=st.integers(1, 10**9))
def test_controlled_shipping_implies_an_8d(counted: int, received: int) -> None:
    if judge(rule=rule(100), counted=counted, received=received).fired:
        assert judge(rule=rule(50), counted=counted, received=received).fired


@given(counted=st.integers(0, 10**6), received=st.integers(0, 10**9))
def test_fired_is_breached_and_has_evidence(counted: int, received: int) -> None:
    judged = judge(rule=rule(), counted=counted, received=received)
    assert judged.fired == judged.breached == (counted * 1_000_000 > 50 * received > 0)
    assert (judged.ppm is None) == (received == 0)
