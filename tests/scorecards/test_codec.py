"""Dataclasses to canonical JSON and back, exactly."""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecards.codec import (
    ADDED_LATER,
    UnreadableSnapshotError,
    canonical,
    decode,
    encode,
    sha256,
)
from scorecards.periods import Month


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, kw_only=True)
class Inner:
    share: Fraction
    colour: Colour


@dataclass(frozen=True, kw_only=True)
class Outer:
    name: str
    quantity: Decimal
    upper: float
    day: date
    at: datetime
    month: Month
    inner: tuple[Inner, ...]
    numbers: dict[str, Decimal]
    target: Decimal | None
    met: bool | None


def outer(**fields: object) -> Outer:
    values = {
        "name": "Müller – «Ø»",
        "quantity": Decimal("50000.000"),
        "upper": 233.33333333333334,
        "day": date(2026, 10, 31),
        "at": datetime(2026, 11, 2, 8, tzinfo=UTC),
        "month": Month(2026, 10),
        "inner": (Inner(share=Fraction(1, 3), colour=Colour.RED),),
        "numbers": {"count": Decimal(5)},
        "target": None,
        "met": True,
    }
    return Outer(**{**values, **fields})  # type: ignore[arg-type]  # varied by the tests


def test_what_was_encoded_is_decoded_equal() -> None:
    assert decode(Outer, json.loads(json.dumps(encode(outer())))) == outer()


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=3),
    st.floats(allow_nan=False, allow_infinity=False),
)
def test_no_number_is_rounded(quantity: Decimal, upper: float) -> None:
    value = outer(quantity=quantity, upper=upper, target=quantity)

    assert decode(Outer, json.loads(canonical(encode(value)))) == value


def test_numbers_are_text_so_that_no_reader_rounds_them() -> None:
    data = encode(outer())

    assert data["quantity"] == "50000"
    assert data["upper"] == "233.33333333333334"
    assert data["inner"] == [{"share": "1/3", "colour": "red"}]


def test_equal_content_has_an_equal_hash_whatever_the_order() -> None:
    assert sha256({"b": 1, "a": [True, None]}) == sha256({"a": [True, None], "b": 1})
    assert canonical({"b": 1, "a": "ü"}) == '{"a":"ü","b":1}'.encode()
    assert sha256({"a": 1}) != sha256({"a": 2})


@pytest.mark.parametrize(
    "damage", [{"quantity": "many"}, {"day": None}, {"inner": [{}]}, {"month": "2026-13"}]
)
def test_damaged_data_is_refused(damage: dict[str, object]) -> None:
    with pytest.raises(UnreadableSnapshotError):
        decode(Outer, {**encode(outer()), **damage})


def test_missing_field_is_refused() -> None:
    data = encode(outer())
    del data["name"]

    with pytest.raises(UnreadableSnapshotError, match="name"):
        decode(Outer, data)


@dataclass(frozen=True, kw_only=True)
class Grown:
    name: str
    size: int = field(default=7, metadata=ADDED_LATER)
    mark: int = 0


def test_field_that_earlier_data_lacks_has_its_default_and_others_are_still_demanded() -> None:
    assert decode(Grown, {"name": "a", "mark": 1}) == Grown(name="a", size=7, mark=1)
    assert decode(Grown, encode(Grown(name="a", size=3))).size == 3
    assert encode(Grown(name="a")) == {"name": "a", "mark": 0}
    with pytest.raises(UnreadableSnapshotError, match="mark"):
        decode(Grown, {"name": "a", "size": 3})


def test_unknown_kind_of_value_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        encode(object())
