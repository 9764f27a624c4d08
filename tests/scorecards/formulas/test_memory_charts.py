import math
import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecards.formulas.attribute_charts import Side, samples
from scorecards.formulas.cusum import (
    RunLengthMethod,
    count_cusum_run_length,
    poisson_cusum,
    poisson_cusum_run_length,
    reference_count,
    tabular_cusum,
)
from scorecards.formulas.ewma import ewma_of_rates, ewma_of_values
from scorecards.formulas.tails import poisson_at_least, poisson_at_most, poisson_density


def test_ewma_of_values_reaches_the_textbook_limits() -> None:
    points = ewma_of_values(values=[10.0] * 200, center=10, sigma=1, weight=0.1, width=2.7)
    assert points[-1].ucl == pytest.approx(10 + 2.7 * math.sqrt(0.1 / 1.9))
    assert points[0].ucl == pytest.approx(10.27)


def test_ewma_of_rates_skips_empty_periods() -> None:
    periods = samples(counts=[1, 0, 5], sizes=[1_000, 0, 1_000])
    points = ewma_of_rates(periods=periods, target_rate=Fraction(1, 1_000), weight=0.2, width=3)
    assert points[1].ewma is None
    assert points[2].ewma == pytest.approx(0.2 * 0.005 + 0.8 * 0.001)
    assert points[0].lcl is not None
    assert points[0].lcl >= 0


def test_ewma_signals_strictly_outside() -> None:
    points = ewma_of_values(values=[2.0, 20.0], center=0, sigma=1, weight=1, width=2)
    assert [point.outside for point in points] == [None, Side.ABOVE]
    low = ewma_of_values(values=[-20.0], center=0, sigma=1, weight=0.5, width=2)
    assert low[0].outside is Side.BELOW


@pytest.mark.parametrize("weight", [0, -0.1, 1.1])
def test_ewma_refuses_impossible_weights(weight: float) -> None:
    with pytest.raises(ValueError, match="weight"):
        ewma_of_values(values=[1.0], center=0, sigma=1, weight=weight, width=3)


def test_tabular_cusum_works_in_standard_deviations() -> None:
    one = tabular_cusum(values=[1.0, 2.0, 3.0], center=0, sigma=1, slack=0.5, limit=4)
    ten = tabular_cusum(values=[10.0, 20.0, 30.0], center=0, sigma=10, slack=0.5, limit=4)
    assert one.upper == (0.5, 2.0, 4.5)
    assert one.signals_up == ten.signals_up == (3,)
    assert one.signals_down == ()


def test_poisson_cusum_signals_at_the_limit() -> None:
    gain = math.log(2)
    periods = samples(counts=[2, 0], sizes=[0, 0])
    points = poisson_cusum(periods=periods, good_rate=Fraction(1, 2), bad_rate=1, limit=2 * gain)
    assert [point.signal for point in points] == [True, True]


def test_poisson_cusum_refuses_rates_in_the_wrong_order() -> None:
    with pytest.raises(ValueError, match="good rate"):
        poisson_cusum(periods=(), good_rate=1, bad_rate=1, limit=2)


def test_reference_count_lies_between_the_expectations() -> None:
    assert reference_count(expected_good=1, ratio=2) == pytest.approx(1.442695)


def _solved(slack: Fraction, limit: Fraction, expected: float) -> float:
    """The run length by the textbook's linear equations on the lattice of the sums."""
    lattice = math.lcm(slack.denominator, limit.denominator)
    down, top = int(slack * lattice), int(limit * lattice)
    system, ones = np.eye(top), np.ones(top)
    for start in range(top):
        system[start, 0] -= poisson_at_most(
            count=math.floor((down - start) / lattice), mean=expected
        )
        for end in range(1, top):
            count, rest = divmod(end - start + down, lattice)
            if rest == 0 and count >= 0:
                system[start, end] -= poisson_density(count=count, mean=expected)
    return float(np.linalg.solve(system, ones)[0])


@given(
    slack=st.fractions(Fraction(1, 4), 6, max_denominator=6),
    limit=st.fractions(1, 6, max_denominator=6),
    expected=st.floats(0.2, 6),
)
def test_cusum_run_length_agrees_with_the_linear_equations(
    slack: Fraction, limit: Fraction, expected: float
) -> None:
    exact = count_cusum_run_length(slack=slack, limit=limit, expected=expected)
    if exact < 1e6:
        assert exact == pytest.approx(_solved(slack, limit, expected), rel=1e-6)


@pytest.mark.parametrize("good", [0.1, 1.0, 5.0])
def test_cusum_run_length_on_a_lattice_rounds_slack_and_limit(good: float) -> None:
    keys = {"expected_good": good, "ratio": 3.0, "limit": 2.5, "expected": good}
    cells = 50 if good >= 2 else 200
    slack = reference_count(expected_good=good, ratio=3.0)
    assert poisson_cusum_run_length(
        **keys, method=RunLengthMethod.LATTICE
    ) == count_cusum_run_length(
        slack=Fraction(round(slack * cells), cells),
        limit=Fraction(math.ceil(2.5 / math.log(3) * cells), cells),
        expected=good,
    )


def test_cusum_run_length_on_a_lattice_is_off_where_counts_are_small() -> None:
    keys: Any = {"expected_good": 0.1, "ratio": 3.0, "limit": 2.5, "expected": 0.1}
    exact = poisson_cusum_run_length(**keys)
    assert exact / poisson_cusum_run_length(
        **keys, method=RunLengthMethod.LATTICE
    ) == pytest.approx(1.161, abs=0.001)


def _poisson(chance: random.Random, mean: float) -> int:
    draw, count = chance.random(), 0
    while poisson_at_least(count=count + 1, mean=mean) > draw:
        count += 1
    return count


def test_cusum_run_length_agrees_with_a_simulation() -> None:
    """Where rounding the slack to a lattice would answer 16.3, the truth is 17.3."""
    exact = poisson_cusum_run_length(expected_good=0.1, ratio=3, limit=2.5, expected=0.3)
    assert exact == pytest.approx(17.284, abs=0.001)
    chance = random.Random(20261001)  # noqa: S311 - a simulation, not a secret
    runs, periods = 4_000, 0
    for _ in range(runs):
        evidence = 0.0
        while evidence < 2.5:
            evidence = max(0.0, evidence + _poisson(chance, 0.3) * math.log(3) - 0.2)
            periods += 1
    assert periods / runs == pytest.approx(exact, rel=0.05)


@pytest.mark.parametrize(
    "arguments", [{"expected_good": 0}, {"ratio": 1}, {"limit": 0}, {"expected": 0}]
)
def test_cusum_run_length_refuses_impossible_arguments(arguments: dict[str, float]) -> None:
    keys: Any = {"expected_good": 1.0, "ratio": 2.0, "limit": 2.0, "expected": 1.0} | arguments
    with pytest.raises(ValueError, match="needs"):
        poisson_cusum_run_length(**keys)
