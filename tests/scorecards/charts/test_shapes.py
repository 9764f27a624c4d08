import re
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecards.charts.labels import spread
from scorecards.charts.scale import nice_step, readable_top, scale_for
from scorecards.charts.shapes import Rect, hatch, runs

sizes = st.floats(1, 300, allow_nan=False)
heights = st.lists(st.floats(0, 200, allow_nan=False), max_size=8)


@given(width=sizes, height=sizes)
def test_hatching_stays_inside_its_area(width: float, height: float) -> None:
    area = Rect(x=10, y=20, width=round(width, 2), height=round(height, 2))

    numbers = [float(text) for text in re.findall(r"[\d.]+", hatch(area))]
    assert all(9.9 <= x <= area.right + 0.1 for x in numbers[0::2])
    assert all(19.9 <= y <= area.bottom + 0.1 for y in numbers[1::2])


@given(wanted=heights)
def test_spread_keeps_distance_order_and_bounds(wanted: list[float]) -> None:
    placed = spread(wanted, gap=14, low=10, high=210)

    ranked = sorted(zip(wanted, range(len(wanted)), placed, strict=True))
    positions = [position for _, _, position in ranked]
    assert all(b - a >= 13.98 for a, b in pairwise(positions))
    assert all(9.98 <= position <= 210.02 for position in positions)


def test_spread_leaves_alone_what_does_not_collide() -> None:
    assert spread([150, 20, 80], gap=14, low=10, high=210) == [150, 20, 80]


def test_spread_shares_the_push_between_two_that_collide() -> None:
    assert spread([100, 104], gap=14, low=10, high=210) == [95, 109]


def test_spread_shrinks_the_gap_where_room_is_short() -> None:
    assert spread([5, 5, 5], gap=14, low=0, high=10) == [0, 5, 10]


@given(highest=st.fractions(Fraction(1, 1000), 10**9))
def test_a_scale_reaches_its_highest_value_in_few_round_steps(highest: Fraction) -> None:
    scale = scale_for(highest, baseline=200, ceiling=0)

    assert scale.top >= highest
    assert 2 <= len(scale.ticks) <= 5
    assert scale.ticks[-1] == scale.top


@pytest.mark.parametrize(
    ("rough", "step"),
    [("0.03", "0.05"), ("1", "1"), ("1.1", "2"), ("26", "50"), ("51", "100"), ("0", "1")],
)
def test_steps_are_one_two_or_five_times_a_power_of_ten(rough: str, step: str) -> None:
    assert nice_step(Fraction(rough)) == Fraction(step)


def test_the_scale_shows_every_limit_whole() -> None:
    assert readable_top([Fraction(3)], [Fraction(100)]) == 100


def test_runs_split_at_missing_points() -> None:
    assert runs([(0, 1), None, (2, 1), (3, 1), None]) == [[(0, 1)], [(2, 1), (3, 1)]]
