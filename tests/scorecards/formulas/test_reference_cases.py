"""Every reference case, answered by the formulas; see `reference` for the comparison."""

from typing import Any

import pytest

from tests.scorecards.formulas.answers import ANSWERS
from tests.scorecards.formulas.reference import REFERENCE, Case, differences, load_cases, skeleton

CASES = load_cases()
BY_ID = {case["id"]: case for case in CASES}


@pytest.mark.skipif(not CASES, reason=f"no reference cases at {REFERENCE}")
def test_reference_groups_are_all_known() -> None:
    assert {case["group"] for case in CASES} <= set(ANSWERS)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_reference_case(case: Case) -> None:
    answer = ANSWERS.get(case["group"])
    assert answer is not None, f"unknown group {case['group']}"
    actual: dict[str, Any] = answer(_with_data(case["inputs"]), skeleton(case["expected"]))
    assert differences(case["expected"], actual, case["tolerance"]) == []


def _with_data(inputs: dict[str, Any]) -> dict[str, Any]:
    """Replace a reference to another case by that case's data."""
    name = inputs.get("same_data_as")
    return inputs if name is None else BY_ID[name]["inputs"] | inputs
