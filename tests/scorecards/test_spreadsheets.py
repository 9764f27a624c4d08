"""Downloads: no cell can become a formula, numbers stay numbers."""

from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from scorecards.spreadsheets import FileForm, defused, download
from suppliers.exports import defused as in_exports


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_text_that_could_be_a_formula_is_defused(text: str) -> None:
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("n;-2+3+cmd|x!A1", "n;'-2+3+cmd|x!A1"),
        ("x; =1+1", "x; '=1+1"),
        ("two\n=1+1", "two\n'=1+1"),
        ("a\t@SUM(A1)", "a\t'@SUM(A1)"),
        ("＝1+1", "'＝1+1"),
    ],
)
def test_formulas_behind_another_separator_are_defused_too(text: str, written: str) -> None:
    assert defused(text) == written
    assert in_exports(text) == written


@pytest.mark.parametrize("value", [None, 0, -5, 1.5, Decimal("-2.5"), "ACME-01", "0042"])
def test_numbers_and_plain_text_stay(value: object) -> None:
    assert defused(value) == value


def test_csv_writes_decimals_without_exponent_or_trailing_zeros() -> None:
    response = download(
        form=FileForm.CSV, name="a b/c", header=["A"], rows=[[Decimal("1E+3")], [Decimal("2.500")]]
    )
    body = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert body.splitlines() == ["A", "1000", "2.5"]
    assert response["Content-Disposition"] == 'attachment; filename="a_b_c.csv"'


def test_workbook_leaves_out_what_it_cannot_hold() -> None:
    response = download(form=FileForm.XLSX, name="a", header=["A"], rows=[["L\x0b-1\x01"]])
    sheet = load_workbook(BytesIO(response.content)).active  # type: ignore[attr-defined]
    assert [cell.value for cell in sheet["A"]] == ["A", "L-1"]
