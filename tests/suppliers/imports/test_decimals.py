from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suppliers.imports.decimals import COMMA, NATIVE, POINT, decide, parse, render
from suppliers.imports.problems import FileError


@pytest.mark.parametrize(
    ("values", "mark"),
    [
        (["1", "2"], POINT),
        (["1.5", "1.234"], POINT),
        (["1,5", "1.234"], COMMA),
        (["1.234,5"], COMMA),
        (["1,234.5"], POINT),
        (["1.234.567"], COMMA),
        (["0,125"], COMMA),
        (["1234,567"], COMMA),
        (["viele", "1,25"], COMMA),
        ([NATIVE + "1.234", "5"], POINT),
    ],
)
def test_one_proof_decides_for_the_whole_file(values: list[str], mark: str) -> None:
    assert decide([("Menge", values)]) == mark


def test_proof_in_one_column_decides_for_another() -> None:
    assert decide([("a", ["1.234"]), ("b", ["2,5"])]) == COMMA


def test_a_thousand_or_a_fraction_is_asked_not_guessed() -> None:
    with pytest.raises(FileError, match=r"In “Menge”, 1\.234 can be a thousand or a fraction"):
        decide([("Menge", ["5", "1.234"])])


def test_both_marks_in_one_file_are_asked() -> None:
    with pytest.raises(FileError, match="one file"):
        decide([("Menge", ["1,5", "1.5"])])


@pytest.mark.parametrize(
    ("text", "mark", "number"),
    [
        ("1.234,5", COMMA, "1234.5"),
        ("1,234.5", POINT, "1234.5"),
        ("1 234,5", COMMA, "1234.5"),
        ("1\u202f234", POINT, "1234"),
        ("1'234.50", POINT, "1234.50"),
        ("5-", POINT, "-5"),
        ("+5", POINT, "5"),
        ("007", POINT, "7"),
        (NATIVE + "1.5", COMMA, "1.5"),
        (NATIVE + "1e+16", POINT, "1e16"),
    ],
)
def test_numbers_as_people_write_them(text: str, mark: str, number: str) -> None:
    assert parse(text, mark) == Decimal(number)


@pytest.mark.parametrize("text", ["12 pcs", "1e5", "1,23,4", "1.2.3", "", "-", ".", "½", "0x1F"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert parse(text, POINT) is None


@given(st.decimals(min_value=-(10**11), max_value=10**11, places=3), st.sampled_from("., "))
def test_written_numbers_read_back(number: Decimal, group: str) -> None:
    mark = COMMA if group == "." else POINT
    text = f"{number:,.3f}".replace(",", "g").replace(".", mark).replace("g", group)
    assert parse(text, mark) == number


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9))
def test_rendering_keeps_the_value_and_has_no_exponent(number: Decimal) -> None:
    text = render(number)
    assert Decimal(text) == number
    assert "E" not in text.upper()
