"""Reads the file of reference cases and compares answers with it, within each tolerance."""

import json
import math
import os
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[3]
REFERENCE = Path(
    os.environ.get("REFERENCE_CASES", PROJECT.parent / "shared/reference/statistics.json")
)
Case = dict[str, Any]


def load_cases() -> list[Case]:
    """Numbers with a point are read as decimals, because the formulas refuse floats.

    A file that was asked for by name must exist; the usual one may be absent.
    """
    if "REFERENCE_CASES" not in os.environ and not REFERENCE.is_file():
        return []
    cases: list[Case] = json.loads(REFERENCE.read_text("utf-8"), parse_float=Decimal)["cases"]
    return cases


def skeleton(expected: Any) -> Any:
    """Only the names of what is expected, so that no answer can peek at a value."""
    if isinstance(expected, Mapping):
        return {key: skeleton(value) for key, value in expected.items()}
    return [skeleton(value) for value in expected] if isinstance(expected, list) else None


def differences(
    expected: Any, actual: Any, tolerance: Mapping[str, Any], path: str = ""
) -> list[str]:
    """What differs, by path; whole numbers, words, None and truth are compared exactly."""
    if isinstance(expected, Mapping):
        return _of_mapping(expected, actual, tolerance, path)
    if isinstance(expected, list):
        return _of_list(expected, actual, tolerance, path)
    if _is_number(expected) and _is_number(actual):
        return [] if _close(expected, actual, tolerance) else [f"{path}: {expected} ≠ {actual}"]
    same = expected is None and actual is None
    same |= type(expected) is type(actual) and expected == actual
    same |= isinstance(expected, str) and expected == actual
    return [] if same else [f"{path}: {expected!r} ≠ {actual!r}"]


def _of_mapping(
    expected: Mapping[str, Any], actual: Any, tolerance: Mapping[str, Any], path: str
) -> list[str]:
    if not isinstance(actual, Mapping):
        return [f"{path}: a mapping expected, not {actual!r}"]
    found = []
    for key, value in expected.items():
        if key not in actual:
            found.append(f"{path}.{key}: not answered")
        else:
            found += differences(value, actual[key], tolerance, f"{path}.{key}")
    return found


def _of_list(
    expected: Sequence[Any], actual: Any, tolerance: Mapping[str, Any], path: str
) -> list[str]:
    if not isinstance(actual, list | tuple) or len(actual) != len(expected):
        return [f"{path}: {len(expected)} values expected, not {actual!r}"]
    found = []
    for index, (one, other) in enumerate(zip(expected, actual, strict=True)):
        found += differences(one, other, tolerance, f"{path}[{index}]")
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal | Fraction) and not isinstance(value, bool)


def _close(expected: Any, actual: Any, tolerance: Mapping[str, Any]) -> bool:
    if isinstance(expected, int) and isinstance(actual, int):
        return expected == actual
    if math.isinf(actual):
        return math.isinf(expected)
    allowed = max(float(tolerance["abs"]), float(tolerance["rel"]) * abs(float(expected)))
    return abs(float(expected) - float(actual)) <= allowed
