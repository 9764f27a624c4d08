"""Frozen dataclasses to JSON and back, exactly: no number passes through a float's rounding.

Pure. Decimals, fractions, floats, dates and months become text; the types of the
dataclass's fields say how to read them again. Canonical JSON has sorted keys and no
blanks, so that equal content has an equal hash.
"""

import dataclasses
import hashlib
import json
import types
import typing
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any, Final, Union

from scorecards.periods import Month

Json = dict[str, Any]
# Of a field with a default: data that was encoded before there was one reads as that, and is
# written and hashed again as it was.
ADDED_LATER: Final[Mapping[str, bool]] = {"added_later": True}


class UnreadableSnapshotError(ValueError):
    """The JSON does not fit the type it should be read as."""


def _plain(number: Decimal) -> str:
    """Write without exponent and trailing zeros (normalize() would round to 28 digits)."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# How a value that JSON has no exact form for is written and read.
WRITERS: Final[dict[type, Callable[[Any], str]]] = {
    Decimal: _plain,
    Fraction: str,
    float: repr,
    datetime: datetime.isoformat,
    date: date.isoformat,
    Month: str,
}
READERS: Final[dict[type, Callable[[Any], Any]]] = {
    Decimal: Decimal,
    Fraction: Fraction,
    float: float,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    Month: Month.parse,
}


def encode(value: Any) -> Any:
    """Return the value as JSON data: dicts, lists, text, whole numbers, booleans and null."""
    if value is None or isinstance(value, bool | int | str):
        return value.value if isinstance(value, Enum) else value
    if writer := WRITERS.get(type(value)):
        return writer(value)
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if dataclasses.is_dataclass(value):
        kept = ((field, getattr(value, field.name)) for field in dataclasses.fields(value))
        return {field.name: encode(one) for field, one in kept if not _unsaid(field, one)}
    raise TypeError(f"no JSON form for {type(value).__name__}")


def _unsaid(field: "dataclasses.Field[Any]", value: Any) -> bool:
    """Say whether a field that came later has its default: then it is written as it was before."""
    return bool(field.metadata.get("added_later")) and value == field.default


def decode(kind: Any, data: Any) -> Any:
    """Return the value of type `kind` that was encoded as `data`.

    Raises:
        UnreadableSnapshotError: when a field is missing or does not fit its type.
    """
    try:
        return _decode(kind, data)
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise UnreadableSnapshotError(f"cannot be read as {kind}: {error}") from error


def _decode(kind: Any, data: Any) -> Any:
    if typing.get_origin(kind) is not None:
        return _generic(typing.get_origin(kind), typing.get_args(kind), data)
    if reader := READERS.get(kind):
        return reader(data)
    if dataclasses.is_dataclass(kind):
        return _dataclass(kind, data)
    return kind(data)


def _generic(origin: Any, arguments: tuple[Any, ...], data: Any) -> Any:
    if origin in (Union, types.UnionType):
        return None if data is None else _decode(_only_kind(arguments), data)
    if origin is dict:
        return {key: _decode(arguments[1], item) for key, item in data.items()}
    return tuple(_decode(arguments[0], item) for item in data)


def _only_kind(arguments: tuple[Any, ...]) -> Any:
    kinds = [argument for argument in arguments if argument is not types.NoneType]
    if len(kinds) != 1:
        raise TypeError(f"ambiguous type {arguments}")
    return kinds[0]


def _dataclass(kind: Any, data: Json) -> Any:
    hints = _hints(kind)
    if len(data) < len(hints):
        hints = {
            name: hint for name, hint in hints.items() if name in data or name not in _later(kind)
        }
    return kind(**{name: _decode(hint, data[name]) for name, hint in hints.items()})


@cache
def _later(kind: Any) -> frozenset[str]:
    """Return the fields that earlier data may lack; their defaults say what held then."""
    fields = dataclasses.fields(kind)
    return frozenset(field.name for field in fields if field.metadata.get("added_later"))


@cache
def _hints(kind: Any) -> Json:
    """Return the types of a dataclass's fields; looking them up costs more than reading them."""
    return typing.get_type_hints(kind)


def canonical(data: Any) -> bytes:
    """Return the one spelling of JSON data that its hash is taken from."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def sha256(data: Any) -> str:
    """Return the SHA-256 of the data's canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(data)).hexdigest()
