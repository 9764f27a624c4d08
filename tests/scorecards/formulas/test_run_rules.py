import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecards.formulas.run_rules import RunRule, all_flagged, flagged, rules_apply

points = st.lists(st.one_of(st.none(), st.floats(-4, 4)), max_size=40)


def test_missing_period_is_skipped_and_breaks_nothing() -> None:
    z = [0.5, 0.5, None, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]
    assert flagged(z=z, rule=RunRule.WE4) == (9,)


def test_centre_line_breaks_a_run() -> None:
    assert flagged(z=[0.5] * 4 + [0] + [0.5] * 6, rule=RunRule.WE4) == ()


def test_every_completing_point_is_flagged_without_reset() -> None:
    assert flagged(z=[0.5] * 11, rule=RunRule.N2) == (9, 10, 11)


def test_trend_needs_six_rising_points() -> None:
    rising = [-0.5, -0.3, -0.1, 0.1, 0.3, 0.5]
    assert flagged(z=rising, rule=RunRule.N3) == (6,)
    assert flagged(z=rising[::-1], rule=RunRule.N3) == (6,)
    assert flagged(z=[*rising[:3], -0.1, *rising[3:]], rule=RunRule.N3) == ()


def test_exactly_three_sigma_is_not_beyond() -> None:
    assert flagged(z=[3.0, -3.0, 3.0000001], rule=RunRule.N1) == (3,)


def test_avoiding_the_middle_on_one_or_both_sides() -> None:
    one_side = [1.5] * 8
    assert flagged(z=one_side, rule=RunRule.N8) == (8,)
    assert flagged(z=one_side, rule=RunRule.N8_BOTH_SIDES) == ()
    assert flagged(z=[1.5, -1.5] * 4, rule=RunRule.N8_BOTH_SIDES) == (8,)


def test_rules_apply_from_five_expected() -> None:
    assert rules_apply(expected_counts=[5, 5, 5])
    assert not rules_apply(expected_counts=[0.5, 4.9, 50])
    assert not rules_apply(expected_counts=[])


@given(z=points)
def test_mirrored_points_complete_the_same_rules(z: list[float | None]) -> None:
    mirrored = [None if value is None else -value for value in z]
    assert all_flagged(z=z) == all_flagged(z=mirrored)


@given(z=points)
def test_missing_points_never_change_what_is_flagged(z: list[float | None]) -> None:
    present = [number for number, value in enumerate(z, start=1) if value is not None]
    closed_up = all_flagged(z=[value for value in z if value is not None])
    for rule, numbers in all_flagged(z=z).items():
        assert numbers == tuple(present[number - 1] for number in closed_up[rule])


@given(z=points)
def test_a_run_of_nine_is_a_run_of_eight(z: list[float | None]) -> None:
    found = all_flagged(z=z)
    assert set(found[RunRule.N2]) <= set(found[RunRule.WE4])
    assert set(found[RunRule.N8_BOTH_SIDES]) <= set(found[RunRule.N8])


@pytest.mark.parametrize("rule", list(RunRule))
def test_no_rule_fires_without_points(rule: RunRule) -> None:
    assert flagged(z=[], rule=rule) == ()
    assert flagged(z=[None, None], rule=rule) == ()
