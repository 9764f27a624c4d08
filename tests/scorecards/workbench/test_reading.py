"""Pasted rows: every shape a spreadsheet gives, and a place and remedy for every bad one."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecards.workbench.reading import MOST_ROWS, Row, read_rows, write_rows


@pytest.mark.parametrize(
    ("text", "label", "count", "size"),
    [
        ("3", "1", 3, None),
        ("3\t50", "1", 3, 50),
        ("3;50", "1", 3, 50),
        ("3, 50", "1", 3, 50),
        ("3 50", "1", 3, 50),
        ("Jan\t3", "Jan", 3, None),
        ("Jan 2026\t3\t1,000", "Jan 2026", 3, 1000),
        ("2026\t3\t1.000", "2026", 3, 1000),
        ("Jan;2,5;50", "Jan", Decimal("2.5"), 50),
    ],
)
def test_line_is_read(text: str, label: str, count: int, size: int | None) -> None:
    rows, problems = read_rows(text)
    assert problems == []
    assert rows == [
        Row(label=label, count=Decimal(count), size=None if size is None else Decimal(size))
    ]


def test_heading_and_empty_lines_are_passed_over() -> None:
    rows, problems = read_rows("month\trejects\treceived\n\nJan\t1\t10\n")
    assert [row.label for row in rows] == ["Jan"]
    assert problems == []


@pytest.mark.parametrize(
    ("text", "row", "column"),
    [("1\nx\ty\tz", 2, "count"), ("Jan;3;-5", 1, "size"), ("1\t2\t3\t4", 1, ""), ("-3", 1, "")],
)
def test_bad_line_is_named_with_its_remedy(text: str, row: int, column: str) -> None:
    _, problems = read_rows(f"1\n{text}" if text == "-3" else text)
    (problem,) = problems
    assert problem.row == (2 if text == "-3" else row)
    assert problem.column == (column or problem.column)
    assert problem.remedy


def test_too_many_rows_are_told() -> None:
    rows, problems = read_rows("1\n" * (MOST_ROWS + 1))
    assert len(rows) == MOST_ROWS
    assert "501 rows, and at most 500 fit" in problems[0].message


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    read_rows(text)


labels = st.text("abcXYZ 0123456789-", min_size=1, max_size=20).map(str.strip).filter(bool)


@given(st.lists(st.tuples(labels, st.integers(0, 10**6), st.integers(1, 10**9)), max_size=20))
def test_written_rows_read_back_the_same(lines: list[tuple[str, int, int]]) -> None:
    rows = [Row(label=a, count=Decimal(b), size=Decimal(c)) for a, b, c in lines]
    assert read_rows(write_rows(rows)) == (rows, [])


@given(st.lists(st.integers(0, 10**6), max_size=20), st.lists(st.integers(0, 10**6), max_size=5))
def test_bare_counts_stay_counts_however_often_they_are_written(
    counts: list[int], more: list[int]
) -> None:
    rows, _ = read_rows("\n".join(map(str, counts)))
    added, _ = read_rows("\n".join(map(str, more)), before=len(rows))
    whole = [*rows, *added]
    assert [row.label for row in whole] == [str(n) for n in range(1, len(whole) + 1)]
    for _round in range(3):
        assert read_rows(write_rows(whole)) == (whole, [])
