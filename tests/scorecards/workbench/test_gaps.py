"""What lies between rare rejects, pasted: the published limits, and rows that do not fit."""

from decimal import Decimal

import pytest

from scorecards.formulas.rare_events import event_limits, gap_chart, time_chart
from scorecards.workbench.gaps import GapKind, gap_study
from scorecards.workbench.reading import Row
from scorecards.workbench.study import Question, UnfitRowsError

GAPS = (900, 2500, 40, 1200, 700, 3100, 15, 800, 1900)


def rows(gaps: tuple[object, ...] = GAPS) -> list[Row]:
    return [
        Row(label=f"R-{n}", count=Decimal(str(gap)), size=None) for n, gap in enumerate(gaps, 1)
    ]


def test_g_chart_has_the_exact_limits_of_the_geometric_distribution() -> None:
    found = gap_study(Question(rows=rows()), GapKind.G)
    expected = gap_chart(between=GAPS)
    assert found.limits is not None
    assert (found.limits.lower, found.limits.center, found.limits.upper) == (
        expected.exact_lower,
        expected.exact_median,
        expected.exact_upper,
    )


def test_t_chart_has_the_limits_of_nelson() -> None:
    found = gap_study(Question(rows=rows((*GAPS, "0.5"))), GapKind.T)
    expected = time_chart(between=[*GAPS, 0.5])
    assert found.limits is not None
    assert (found.limits.center, found.limits.upper) == (expected.center, expected.limits.ucl)


def test_every_third_reject_adds_three_gaps_and_the_three_rejects() -> None:
    found = gap_study(Question(rows=rows()), GapKind.THIRD)
    expected = event_limits(ppm=1_000_000 * Decimal(9) / (sum(GAPS) + 9), events=3)
    assert found.limits is not None
    assert (found.limits.lower, found.limits.upper) == (expected.bad_below, expected.good_above)
    assert [row[0].text for row in found.picture.rows] == ["R-9", "R-6", "R-3"]
    assert found.picture.rows[-1][1].text == "3,443"


def test_limits_are_of_the_first_points_without_those_left_out() -> None:
    asked = Question(rows=rows((*GAPS, 1_000_000)), first=9, excluded=(3,))
    found = gap_study(asked, GapKind.G)
    assert found.limits is not None
    kept = [gap for gap in GAPS if gap != 40]
    assert found.limits.upper == gap_chart(between=kept).exact_upper
    assert found.picture.rows[0][-1].text == "longer than chance explains: better"
    assert found.picture.rows[-3][-1].text == "left out of the limits"


def test_a_short_gap_is_sooner_than_chance_explains() -> None:
    found = gap_study(Question(rows=rows((*([100_000] * 9), 1)), first=9), GapKind.G)
    assert found.picture.rows[0][-1].text == "sooner than chance explains: worse"


@pytest.mark.parametrize("kind", list(GapKind))
def test_few_gaps_have_no_limits(kind: GapKind) -> None:
    assert gap_study(Question(rows=rows(GAPS[:4])), kind).limits is None


@pytest.mark.parametrize(
    ("gaps", "kind", "words"),
    [
        ((1, "2.5"), GapKind.G, "no whole number"),
        ((1, "2.5"), GapKind.THIRD, "no whole number"),
        ((0, 0, 0), GapKind.G, "Nothing lies between"),
    ],
)
def test_rows_that_do_not_fit_are_told(gaps: tuple[object, ...], kind: GapKind, words: str) -> None:
    with pytest.raises(UnfitRowsError, match=words):
        gap_study(Question(rows=rows(gaps)), kind)
