"""Quartiles of peers: true where they are told, nobody's figure, and nothing below the bar."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecards.formulas.peers import Peer, Place, Quartiles, band_edge, quartiles

GROUPS = (1, 2, 3, 3, 3)
RATES = st.lists(
    st.fractions(min_value=0, max_value=2 * 10**6) | st.integers(0, 300).map(Fraction),
    min_size=5,
    max_size=40,
)
SHARES = st.integers(1, 1000).map(lambda part: Fraction(part, 1000))
BANDS = [Decimal(edge) for edge in (5, 10, 20, 50, 100, 200, 500, 1_000, 2_000)]


def peers(*rates: int | Fraction, groups: tuple[int, ...] = GROUPS) -> list[Peer]:
    return [
        Peer(rate=Fraction(rate), group=group) for rate, group in zip(rates, groups, strict=True)
    ]


def told(rates: list[Fraction]) -> Quartiles:
    found = quartiles(peers=peers(*rates, groups=tuple(range(len(rates)))))
    assert found is not None
    return found


def numbers(found: Quartiles) -> list[Decimal]:
    return [found.lower, found.median, found.upper]


def test_five_peers_of_three_groups_have_quartiles() -> None:
    found = quartiles(peers=peers(12, 37, 61, 142, 1_500))
    assert found is not None
    assert numbers(found) == [Decimal(edge) for edge in (50, 100, 200)]


@pytest.mark.parametrize(
    "few",
    [
        [],
        peers(10, 20, 30, 40, groups=(1, 2, 3, 4)),
        peers(10, 20, 30, 40, 50, groups=(1, 1, 2, 2, 2)),
        peers(*range(9), groups=(1,) * 9),
    ],
)
def test_fewer_have_none(few: list[Peer]) -> None:
    assert quartiles(peers=few) is None


@pytest.mark.parametrize(
    ("rate", "edge"),
    [
        (0, "5"),
        (5, "5"),
        (Fraction(501, 100), "10"),
        (200, "200"),
        (201, "500"),
        (10**6, "1000000"),
    ],
)
def test_band_of_a_rate(rate: int | Fraction, edge: str) -> None:
    assert band_edge(Fraction(rate)) == Decimal(edge)


@given(st.lists(st.tuples(st.integers(0, 7), SHARES, SHARES), min_size=5, max_size=40))
def test_no_number_tells_one_figure_from_any_other_of_its_band(
    drawn: list[tuple[int, Fraction, Fraction]],
) -> None:
    """Whatever the size: each peer's figure, or all of them, may be any other of their bands."""
    ones = [_within(band, share) for band, share, _ in drawn]
    others = [_within(band, share) for band, _, share in drawn]
    assert told(ones) == told(others)
    assert set(numbers(told(ones))) <= set(BANDS)


def _within(band: int, share: Fraction) -> Fraction:
    low, high = Fraction(BANDS[band]), Fraction(BANDS[band + 1])
    return low + share * (high - low)


@pytest.mark.parametrize("size", range(5, 41))
def test_the_best_and_the_worst_stand_behind_no_number(size: int) -> None:
    middle = [Fraction(30)] * (size - 2)
    extremes = {
        tuple(numbers(told([*middle, Fraction(low), Fraction(high)])))
        for low, high in ((0, 31), (30, 10**6), (0, 10**6), (29, 31))
    }
    assert extremes == {(Decimal(50),) * 3}


@given(RATES)
def test_as_many_as_said_are_at_or_below_and_fewer_below_the_next_edge(
    rates: list[Fraction],
) -> None:
    for quarters, edge in enumerate(numbers(told(rates)), start=1):
        assert 4 * sum(rate <= edge for rate in rates) >= quarters * len(rates)
        lower = sum(band_edge(rate) < edge for rate in rates)
        assert 4 * lower < quarters * len(rates)


@pytest.mark.parametrize(
    ("rate", "place"),
    [
        (3, "first"),
        (20, "better_half"),
        (21, "second"),
        (51, "middle"),
        (101, "third"),
        (201, "worse_half"),
        (501, "fourth"),
    ],
)
def test_place_is_read_off_the_told_numbers(rate: int, place: str) -> None:
    found = Quartiles(lower=Decimal(20), median=Decimal(100), upper=Decimal(500))
    assert found.place(Fraction(rate)) is Place(place)


@given(RATES, st.integers(0, 39))
def test_place_is_never_wrong(rates: list[Fraction], chosen: int) -> None:
    """As one of them counts itself: no more are better, and no more worse, than the place says."""
    own = rates[chosen % len(rates)]
    better = Fraction(sum(rate < own for rate in rates), len(rates))
    worse = Fraction(sum(rate > own for rate in rates), len(rates))
    most_better, most_worse = {
        Place.FIRST: (1, 4),
        Place.SECOND: (2, 3),
        Place.THIRD: (3, 2),
        Place.FOURTH: (4, 1),
        Place.BETTER_HALF: (2, 4),
        Place.WORSE_HALF: (4, 2),
        Place.MIDDLE: (4, 4),
    }[told(rates).place(own)]
    assert 4 * better <= most_better
    assert 4 * worse <= most_worse
