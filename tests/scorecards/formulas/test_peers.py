"""Quartiles of peers: right where they are told, and nothing below the bar."""

from decimal import Decimal
from fractions import Fraction
from statistics import quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecards.formulas.peers import Peer, Quarter, quartiles

GROUPS = (1, 2, 3, 3, 3)


def peers(*rates: int, groups: tuple[int, ...] = GROUPS) -> list[Peer]:
    return [
        Peer(rate=Fraction(rate), group=group) for rate, group in zip(rates, groups, strict=True)
    ]


def test_five_peers_of_three_groups_have_quartiles() -> None:
    found = quartiles(peers=peers(10, 20, 30, 40, 50))
    assert found is not None
    assert [found.lower, found.median, found.upper] == [Decimal(n) for n in (20, 30, 40)]


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


def test_figures_of_single_peers_are_not_told_exactly() -> None:
    found = quartiles(peers=peers(1_234, 23_456, 345_678, 456_789, 567_891))
    assert found is not None
    told = [found.lower, found.median, found.upper]
    assert told == [Decimal(n) for n in (23_000, 350_000, 460_000)]


def test_small_rates_keep_two_digits() -> None:
    rates = [Fraction(number, 7_000) for number in range(1, 6)]
    found = quartiles(peers=[Peer(rate=rate, group=rate) for rate in rates])
    assert found is not None
    assert (found.lower, found.upper) == (Decimal("0.00029"), Decimal("0.00057"))


@given(st.lists(st.integers(0, 10**6), min_size=5, max_size=40))
def test_quartiles_are_those_of_the_standard_library_to_two_digits(rates: list[int]) -> None:
    found = quartiles(peers=[Peer(rate=Fraction(rate), group=n) for n, rate in enumerate(rates)])
    assert found is not None
    wanted = quantiles(rates, n=4, method="inclusive")
    for told, right in zip((found.lower, found.median, found.upper), wanted, strict=True):
        assert float(told) == pytest.approx(right, rel=0.051)


@pytest.mark.parametrize(
    ("rate", "quarter"),
    [(20, "first"), (21, "second"), (30, "second"), (40, "third"), (Fraction(81, 2), "fourth")],
)
def test_quarter_is_read_off_the_told_numbers(rate: Fraction, quarter: str) -> None:
    found = quartiles(peers=peers(10, 20, 30, 40, 50))
    assert found is not None
    assert found.quarter(Fraction(rate)) is Quarter(quarter)
