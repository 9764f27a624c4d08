from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecards import formatting
from scorecards.formatting import Separators

GERMAN = Separators(decimal=",", group=".")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"),
        (0, "0"),
        (Decimal("0.15"), "0.15"),
        (Fraction(10, 3), "3.33"),
        (Decimal("9.5"), "9.5"),
        (Decimal("9.996"), "10"),
        (Decimal("20.012"), "20"),
        (Fraction(1_000_000, 3), "333,333"),
        (100_000, "100,000"),
        (Fraction(-7, 2), "−3.5"),
    ],
)
def test_ppm_is_written_by_the_house_rule(
    value: int | Decimal | Fraction | None, text: str
) -> None:
    assert formatting.ppm(value) == text


def test_ppm_keeps_its_side_of_a_threshold() -> None:
    just_above = Fraction(50_002, 1000)

    assert formatting.ppm(just_above) == "50"
    assert formatting.ppm(just_above, thresholds_ppm=[50]) == "50.002"


def test_separators_follow_the_language() -> None:
    assert formatting.ppm(Decimal("0.15"), separators=GERMAN) == "0,15"
    assert formatting.quantity(Decimal("1234567.5"), separators=GERMAN) == "1.234.567,5"


@pytest.mark.parametrize(
    ("value", "text"), [(None, "—"), (0, "0"), (12_405, "12,405"), (Decimal("2.5000"), "2.5")]
)
def test_quantity(value: int | Decimal | None, text: str) -> None:
    assert formatting.quantity(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "—"), (12_405, "12,405"), (Decimal("2.5"), "2.50"), (Decimal("-0.995"), "−1")],
)
def test_money(value: int | Decimal | None, text: str) -> None:
    assert formatting.money(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(950, "950"), (48_000, "48k"), (63_838, "63.8k"), (1_250_000, "1.25M"), (3 * 10**9, "3G")],
)
def test_compact(value: int, text: str) -> None:
    assert formatting.compact(value) == text


def test_difference_shows_its_sign() -> None:
    assert [formatting.difference(value) for value in (12, -3, 0, None)] == ["+12", "−3", "±0", "—"]


def test_percent() -> None:
    assert formatting.percent(Fraction(974, 1000)).split("\N{NARROW NO-BREAK SPACE}") == [
        "97.4",
        "%",
    ]
    assert formatting.percent(None) == "—"


def test_range_needs_both_ends() -> None:
    assert formatting.ppm_range(Decimal("32.4"), Decimal("233.1")) == "32–233"
    assert formatting.ppm_range(None, 3) == "—"


@given(value=st.fractions(Fraction(1, 10**6), 10**9))
def test_a_value_above_zero_is_never_written_as_zero(value: Fraction) -> None:
    assert formatting.ppm(value) != "0"
