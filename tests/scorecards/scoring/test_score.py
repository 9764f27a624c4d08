"""The score of a month: worked examples, then what must hold for any figures."""

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecards.periods import Window
from scorecards.scoring import (
    Band,
    Criterion,
    CriterionRule,
    Gate,
    GateHit,
    InvalidSchemeError,
    Measure,
    Scheme,
    score,
)

PPM = {0: 100, 25: 90, 50: 80, 100: 60, 250: 40, 500: 20}
ON_TIME = {98: 100, 95: 80, 90: 60, 80: 40}


def rule(criterion: Criterion, weight: int, steps: dict[int, int]) -> CriterionRule:
    return CriterionRule(
        criterion=criterion,
        window=Window.MONTH,
        weight=Decimal(weight),
        bands=tuple(Band(bound=Decimal(b), points=Decimal(p)) for b, p in steps.items()),
        otherwise=Decimal(0),
    )


SCHEME = Scheme(
    version=1,
    rules=(
        rule(Criterion.EXTERNAL_PPM, 40, PPM),
        rule(Criterion.WARRANTY_PPM, 15, PPM),
        rule(Criterion.ON_TIME, 15, ON_TIME),
    ),
    grade_a=Decimal(90),
    grade_b=Decimal(70),
    months_needed=6,
)


def measure(numerator: int, denominator: int) -> Measure:
    return Measure(numerator=Decimal(numerator), denominator=Decimal(denominator))


ALL = {
    Criterion.EXTERNAL_PPM: measure(5, 50_000),  # 100 PPM → 60
    Criterion.WARRANTY_PPM: measure(0, 1_000_000),  # 0 → 100
    Criterion.ON_TIME: measure(19, 20),  # 95 % → 80
}


def test_score_is_the_weighted_mean_of_the_points() -> None:
    found = score(scheme=SCHEME, measures=ALL, months_of_data=12)

    # (40·60 + 15·100 + 15·80) ÷ 70 = 5,100 ÷ 70 = 72.857…
    assert found.score == Decimal("72.9")
    assert found.grade == "B"
    assert found.weighted == 5_100
    assert found.weight == 70
    assert not found.provisional


def test_criterion_without_data_drops_out_and_weights_are_renormalised() -> None:
    without = {**ALL, Criterion.WARRANTY_PPM: measure(0, 0)}

    found = score(scheme=SCHEME, measures=without, months_of_data=12)

    # (40·60 + 15·80) ÷ 55
    assert found.score == Decimal("65.5")
    assert found.lines[1].points is None
    assert found.lines[1].value is None


def test_no_data_at_all_is_no_score_and_never_100() -> None:
    found = score(scheme=SCHEME, measures={}, months_of_data=0)

    assert found.score is None
    assert found.grade == ""


def test_value_on_the_bound_earns_the_step_and_above_it_does_not() -> None:
    external = SCHEME.rules[0]

    assert external.points(Fraction(25)) == 90
    assert external.points(Fraction(25_000_001, 1_000_000)) == 80
    assert external.points(Fraction(501)) == 0
    assert SCHEME.rules[2].points(Fraction(98)) == 100
    assert SCHEME.rules[2].points(Fraction(9_799_999, 100_000)) == 80


def test_under_six_months_of_data_the_score_is_provisional() -> None:
    assert score(scheme=SCHEME, measures=ALL, months_of_data=5).provisional
    assert not score(scheme=SCHEME, measures=ALL, months_of_data=6).provisional


def test_gate_makes_the_grade_c_whatever_the_points() -> None:
    perfect = {Criterion.EXTERNAL_PPM: measure(0, 1_000)}
    gate = GateHit(gate=Gate.OPEN_CS2, about="E-1", since=date(2026, 1, 5))

    found = score(scheme=SCHEME, measures=perfect, gates=[gate], months_of_data=12)

    assert found.score == 100
    assert found.grade == "C"
    assert score(scheme=SCHEME, measures=perfect, months_of_data=12).grade == "A"


@pytest.mark.parametrize(
    ("total", "grade"), [("90", "A"), ("89.9", "B"), ("70", "B"), ("69.9", "C"), ("0", "C")]
)
def test_grade_begins_at_its_bound(total: str, grade: str) -> None:
    assert SCHEME.grade(Decimal(total)) == grade


@pytest.mark.parametrize(
    ("steps", "weight", "said"),
    [
        ({}, 1, "needs a step"),
        ({0: 100, 25: 100}, 1, "points must fall"),
        ({25: 100, 0: 90}, 1, "bounds must rise"),
        ({0: 101}, 1, "points go from 0 to 100"),
        ({-1: 100}, 1, "not below 0"),
        (PPM, 0, "weight must be above 0"),
    ],
)
def test_table_out_of_order_is_refused(steps: dict[int, int], weight: int, said: str) -> None:
    with pytest.raises(InvalidSchemeError, match=said):
        rule(Criterion.EXTERNAL_PPM, weight, steps)


def test_bounds_of_a_percentage_fall() -> None:
    with pytest.raises(InvalidSchemeError, match="bounds must fall"):
        rule(Criterion.ON_TIME, 1, {90: 100, 95: 80})


@pytest.mark.parametrize(
    "change",
    [
        {"rules": ()},
        {"rules": SCHEME.rules[:1] * 2},
        {"grade_a": Decimal(70)},
        {"grade_b": Decimal(0)},
        {"months_needed": 13},
    ],
)
def test_scheme_that_contradicts_itself_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(InvalidSchemeError):
        replace(SCHEME, **change)  # type: ignore[arg-type]  # that is the point


COUNTS = st.builds(measure, st.integers(0, 5_000), st.integers(0, 2_000_000))


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(ALL, COUNTS)))
def test_score_by_hand_is_the_score(measures: dict[Criterion, Measure]) -> None:
    found = score(scheme=SCHEME, measures=measures, months_of_data=12)

    pairs = [(line.points, line.rule.weight) for line in found.lines if line.points is not None]
    if not pairs:
        assert found.score is None
        return
    mean = Fraction(sum(p * w for p, w in pairs)) / Fraction(sum(w for _, w in pairs))
    by_hand = (Decimal(mean.numerator) / Decimal(mean.denominator)).quantize(
        Decimal("0.1"), rounding=ROUND_HALF_UP
    )
    assert found.score == by_hand
    assert 0 <= by_hand <= 100


@given(st.integers(0, 3_000), st.integers(0, 3_000), st.integers(1, 1_000_000))
def test_more_rejects_never_earn_more_points(fewer: int, more: int, received: int) -> None:
    low, high = sorted((fewer, more))

    points = [SCHEME.rules[0].points(Fraction(n * 10**6, received)) for n in (low, high)]

    assert points[0] >= points[1]
