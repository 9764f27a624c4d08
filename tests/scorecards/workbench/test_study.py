"""Counts studied: the chart they bear, limits that stay frozen, shifts that are seen."""

from decimal import Decimal
from fractions import Fraction

import pytest

from scorecards.formulas.attribute_charts import ChartKind, samples
from scorecards.formulas.chart_choice import ChartChoice
from scorecards.formulas.simulation import simulate_periods
from scorecards.workbench.conversion import Measure, NotConvertibleError, converted
from scorecards.workbench.reading import Row
from scorecards.workbench.study import Question, UnfitRowsError, study

# The design's reference: defects on subgroups of 50.
DEFECTS = (2, 3, 8, 1, 1, 4, 1, 4, 5, 1, 8, 2, 4, 3, 4, 1, 8, 3, 7, 4)


def rows(counts: tuple[int, ...] = DEFECTS, size: int | None = 50) -> list[Row]:
    return [
        Row(label=str(n), count=Decimal(c), size=None if size is None else Decimal(size))
        for n, c in enumerate(counts, start=1)
    ]


def test_reference_data_gets_exact_limits_around_its_rate() -> None:
    found = study(Question(rows=rows(), kind=ChartKind.U))
    assert found.limits is not None
    assert found.limits.choice is ChartChoice.EXACT_LIMITS
    assert found.limits.center == Fraction(74, 1000)
    assert found.expected == pytest.approx(3.7)


def test_chart_follows_from_what_the_rows_have() -> None:
    assert study(Question(rows=rows(size=None))).kind is ChartKind.C
    assert study(Question(rows=rows())).kind is ChartKind.P
    assert study(Question(rows=rows(size=5))).kind is ChartKind.U
    assert study(Question(rows=rows(), opportunities=4)).kind is ChartKind.DPMO


def test_dpmo_chart_reaches_the_article() -> None:
    """Mean 2 on 100 units of 4: centre 5,000, σ 3,535.5, upper limit 15,606.6."""
    question = Question(rows=rows((2,) * 20, 100), opportunities=4, choice=ChartChoice.SIGMA_LIMITS)
    last = study(question).picture.rows[0]
    assert last[5].text == "5,000"
    assert last[6].text == "15,610"


def test_frozen_limits_do_not_follow_new_rows() -> None:
    before = study(Question(rows=rows()))
    after = study(Question(rows=rows((*DEFECTS, 40, 40, 40)), frozen=before.limits))
    assert after.limits == before.limits
    assert study(Question(rows=rows((*DEFECTS, 40, 40, 40)))).limits != before.limits


def test_left_out_points_do_not_shape_the_limits() -> None:
    found = study(Question(rows=rows((*DEFECTS, 40)), excluded=(21,)))
    assert found.limits is not None
    assert found.limits.center == Fraction(74, 1000)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (Question(rows=rows(size=None), kind=ChartKind.U), "has no size"),
        (Question(rows=rows(size=5), kind=ChartKind.P), "more defective parts"),
        (Question(rows=[*rows(), *rows(size=60)], kind=ChartKind.NP), "same size"),
    ],
)
def test_unfit_rows_are_refused_with_a_way_out(question: Question, said: str) -> None:
    with pytest.raises(UnfitRowsError, match=said):
        study(question)


def test_larger_shift_is_seen_sooner() -> None:
    lines = study(Question(rows=rows(), ratio=Fraction(4))).run_lengths
    lengths = [line.chart for line in lines]
    assert lengths == sorted(lengths, reverse=True)
    assert lines[-1].ratio == 4


def test_simulated_points_follow_and_repeat_themselves() -> None:
    question = Question(rows=rows(), ratio=Fraction(3), simulated=12)
    first, second = study(question), study(question)
    assert first.picture.rows == second.picture.rows
    assert len(first.picture.rows) == 32


def test_simulated_counts_have_the_rate_asked_for() -> None:
    made = simulate_periods(sizes=[Fraction(100)] * 3_000, rate=Fraction(1, 20), seed=1)
    assert float(sum(p.count for p in made)) / 3_000 == pytest.approx(5, rel=0.05)
    assert simulate_periods(sizes=[Fraction(1)], rate=Fraction(0), seed=1) == samples(
        counts=[0], sizes=[1]
    )


@pytest.mark.parametrize(
    ("measure", "value", "name", "expected"),
    [
        (Measure.SIGMA, "4.0", "DPMO", 6210),
        (Measure.SIGMA, "4.2", "DPMO", 3467),
        (Measure.DPMO, "6210", "Sigma level", 4.0),
        (Measure.CPK, "1.33", "DPMO", 33),
        (Measure.PPM, "66807", "Sigma level", 3.0),
    ],
)
def test_conversions_reach_the_known_pairs(
    measure: Measure, value: str, name: str, expected: float
) -> None:
    found = converted(measure=measure, value=Decimal(value), opportunities=1)
    answer = next(one.value for one in found if one.name == name)
    assert answer == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("measure", list(Measure))
def test_every_measure_comes_back_to_itself(measure: Measure) -> None:
    names = {
        Measure.DPMO: "DPMO",
        Measure.PPM: "PPM",
        Measure.SIGMA: "Sigma level",
        Measure.CPK: "Cpk, one-sided",
    }
    value = Decimal("1.1") if measure in {Measure.SIGMA, Measure.CPK} else Decimal(500)
    found = converted(measure=measure, value=value, opportunities=7)
    answer = next(one.value for one in found if str(one.name) == names[measure])
    assert answer == pytest.approx(float(value), rel=1e-6)


@pytest.mark.parametrize("value", ["0", "1000000"])
def test_none_and_all_are_not_convertible(value: str) -> None:
    with pytest.raises(NotConvertibleError):
        converted(measure=Measure.DPMO, value=Decimal(value), opportunities=1)


def halves(**changes: object) -> Question:
    """Twenty rows of a hundred parts, half of them defective."""
    found = [Row(label=f"M{n}", count=Decimal(50), size=Decimal(100)) for n in range(20)]
    return Question(rows=found, kind=ChartKind.P, **changes)  # type: ignore[arg-type]  # mixed on purpose


def test_parts_run_by_the_binomial_and_never_beyond_all_of_them() -> None:
    lines = {line.ratio: line.chart for line in study(halves()).run_lengths}
    assert lines[Fraction(1)] == pytest.approx(558.7, rel=0.002)
    assert lines[Fraction(5, 4)] == pytest.approx(3.71, rel=0.002)
    assert max(lines) < 2  # at twice the centre every part would be defective


def test_simulated_parts_are_never_more_than_there_are() -> None:
    with pytest.raises(UnfitRowsError, match="every part would be defective"):
        study(halves(ratio=Fraction(3), simulated=10))
    made = simulate_periods(sizes=[Fraction(100)] * 200, rate=Fraction(99, 100), seed=1, parts=True)
    assert max(period.count for period in made) <= 100
    assert sum(period.count for period in made) / 20_000 == pytest.approx(0.99, abs=0.01)


def test_two_numbers_in_a_row_are_not_guessed_on_a_c_chart() -> None:
    found = [Row(label=str(n), count=Decimal(n), size=Decimal(n + 3)) for n in range(1, 13)]
    with pytest.raises(UnfitRowsError, match="put a name before each count"):
        study(Question(rows=found, kind=ChartKind.C))
