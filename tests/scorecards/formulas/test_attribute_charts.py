from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecards.formulas.attribute_charts import (
    Basis,
    ChartKind,
    Sample,
    Side,
    baseline,
    center_of,
    estimate_basis,
    plain_z,
    plot,
    samples,
)
from scorecards.formulas.dispersion import (
    dispersion,
    estimate_laney_basis,
    moving_ranges,
    sigma_z,
)

ARTICLE = [2, 3, 8, 1, 1, 4, 1, 4, 5, 1, 8, 2, 4, 3, 4, 1, 8, 3, 7, 4]

some_periods = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 10**6)), min_size=1, max_size=30
).map(lambda pairs: samples(counts=[c for c, _ in pairs], sizes=[n for _, n in pairs]))


def test_u_chart_of_the_published_data() -> None:
    periods = samples(counts=ARTICLE, sizes=[50] * 20)
    basis = estimate_basis(kind=ChartKind.U, periods=periods)
    assert basis is not None
    assert basis.center == Fraction(74, 1000)
    point = plot(basis=basis, periods=periods)[0]
    assert point.ucl == pytest.approx(0.1894, abs=1e-4)
    assert point.lcl == 0


def test_dpmo_chart_sigma_is_not_a_thousandth() -> None:
    """The limit formula often printed is right, the sigma printed beside it is not."""
    periods = samples(counts=[2] * 5, sizes=[100 * 4] * 5)
    basis = Basis(kind=ChartKind.DPMO, center=Fraction(5, 1000))
    point = plot(basis=basis, periods=periods)[0]
    assert point.center == 5_000
    assert point.ucl == pytest.approx(15_606.60, abs=0.01)
    assert point.sigma == pytest.approx(3_535.53, abs=0.01)


def test_point_on_a_limit_is_not_outside() -> None:
    basis = Basis(kind=ChartKind.C, center=Fraction(16))
    points = plot(basis=basis, periods=samples(counts=[28, 29, 4, 3]))
    assert [point.outside for point in points] == [None, Side.ABOVE, None, Side.BELOW]


def test_point_on_a_limit_is_not_outside_where_floats_err() -> None:
    # 0.1 + 3·√(0.1·0.9/9) = 0.4 exactly, and 0.4·9 = 3.6 parts were found.
    basis = Basis(kind=ChartKind.P, center=Fraction(1, 10))
    periods = samples(counts=[Decimal("3.6"), Decimal("3.601")], sizes=[9, 9])
    assert [point.outside for point in plot(basis=basis, periods=periods)] == [None, Side.ABOVE]


def test_no_lower_limit_never_signals() -> None:
    basis = Basis(kind=ChartKind.C, center=Fraction("3.7"))
    points = plot(basis=basis, periods=samples(counts=[0, 0]))
    assert all(point.lcl == 0 and point.outside is None for point in points)


def test_period_without_volume_has_no_point() -> None:
    periods = samples(counts=[1, 0, 2], sizes=[100, 0, 100])
    basis = estimate_basis(kind=ChartKind.U, periods=periods)
    assert basis is not None
    point = plot(basis=basis, periods=periods)[1]
    assert (point.number, point.value, point.ucl, point.z) == (2, None, None, None)


def test_frozen_basis_is_not_moved_by_new_points() -> None:
    periods = samples(counts=[*ARTICLE, 40], sizes=[50] * 21)
    accepted = baseline(periods=periods, first=20)
    basis = estimate_basis(kind=ChartKind.U, periods=accepted)
    assert basis is not None
    points = plot(basis=basis, periods=periods)
    assert points[-1].outside is Side.ABOVE
    assert {point.ucl for point in points} == {points[0].ucl}


def test_excluded_point_is_still_plotted() -> None:
    periods = samples(counts=[5, 5, 50], sizes=[100, 100, 100])
    accepted = baseline(periods=periods, excluded=[3])
    basis = estimate_basis(kind=ChartKind.U, periods=accepted)
    assert basis is not None
    assert basis.center == Fraction(1, 20)
    assert len(plot(basis=basis, periods=periods)) == 3


def test_baseline_without_defects_has_no_usable_limits() -> None:
    periods = samples(counts=[0] * 12, sizes=[5_000] * 12)
    basis = estimate_basis(kind=ChartKind.U, periods=periods)
    assert basis is not None
    assert not basis.usable
    point = plot(basis=basis, periods=samples(counts=[1], sizes=[5_000]))[0]
    assert (point.z, point.outside) == (None, None)
    assert dispersion(basis=basis, periods=periods) is None


def test_p_chart_upper_limit_never_exceeds_everything() -> None:
    basis = Basis(kind=ChartKind.P, center=Fraction(9, 10))
    assert plot(basis=basis, periods=samples(counts=[5], sizes=[5]))[0].ucl == 1
    counted = Basis(kind=ChartKind.NP, center=Fraction(9, 10))
    assert plot(basis=counted, periods=samples(counts=[5], sizes=[5]))[0].ucl == 5


def test_p_chart_refuses_more_defective_than_parts() -> None:
    with pytest.raises(ValueError, match="more defective"):
        estimate_basis(kind=ChartKind.P, periods=samples(counts=[6], sizes=[5]))


def test_standard_given_is_taken_instead_of_the_estimate() -> None:
    periods = samples(counts=[1, 2], sizes=[100, 100])
    basis = estimate_basis(kind=ChartKind.U, periods=periods, standard=Decimal("0.00005"))
    assert basis is not None
    assert basis.center == Fraction(5, 100_000)


def test_center_without_volume_is_none() -> None:
    empty = samples(counts=[0, 0], sizes=[0, 0])
    assert center_of(periods=empty) is None
    assert estimate_basis(kind=ChartKind.U, periods=empty) is None
    assert estimate_laney_basis(kind=ChartKind.U, periods=empty) is None


def test_samples_refuse_lists_of_different_length() -> None:
    with pytest.raises(ValueError, match="shorter"):
        samples(counts=[1, 2], sizes=[1])


def test_laney_never_tightens_limits() -> None:
    steady = samples(counts=[10] * 10, sizes=[1_000] * 10)
    basis = estimate_laney_basis(kind=ChartKind.U, periods=steady)
    assert basis is not None
    assert sigma_z(basis=basis, periods=steady) == 0
    assert basis.sigma_z == 1


def test_screened_moving_ranges_drop_a_single_jump() -> None:
    values = [0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 50.0]
    assert moving_ranges(values=values)[-1] == 50
    assert moving_ranges(values=values, screened=True) == [1.0] * 6
    assert moving_ranges(values=[3.0]) == []


@given(periods=some_periods)
def test_plot_agrees_with_its_own_limits(periods: tuple[Sample, ...]) -> None:
    basis = estimate_basis(kind=ChartKind.U, periods=periods)
    if basis is None or not basis.usable:
        return
    for point in plot(basis=basis, periods=periods):
        if point.value is None or point.ucl is None or point.lcl is None:
            continue
        slack = 1e-12 * (point.ucl + 1)
        if point.outside is Side.ABOVE:
            assert point.value > point.ucl - slack
        elif point.outside is Side.BELOW:
            assert point.value < point.lcl + slack
            assert point.lcl > 0
        else:
            assert point.lcl - slack <= point.value <= point.ucl + slack


@given(periods=some_periods, factor=st.integers(1, 50))
def test_chart_does_not_depend_on_the_unit_of_exposure(
    periods: tuple[Sample, ...], factor: int
) -> None:
    scaled = [Sample(count=p.count, size=p.size * factor) for p in periods]
    one, other = (
        estimate_basis(kind=ChartKind.U, periods=periods),
        estimate_basis(kind=ChartKind.U, periods=scaled),
    )
    if one is None or other is None:
        return
    for period, bigger in zip(periods, scaled, strict=True):
        z = plain_z(basis=one, period=period)
        assert z == plain_z(basis=other, period=bigger)


@given(periods=some_periods)
def test_laney_limits_contain_the_plain_ones(periods: tuple[Sample, ...]) -> None:
    plain = estimate_basis(kind=ChartKind.U, periods=periods)
    laney = estimate_laney_basis(kind=ChartKind.U, periods=periods)
    if plain is None or laney is None:
        return
    for one, wide in zip(
        plot(basis=plain, periods=periods), plot(basis=laney, periods=periods), strict=True
    ):
        if one.ucl is not None and wide.ucl is not None:
            assert wide.ucl >= one.ucl
            assert (wide.lcl or 0) <= (one.lcl or 0)
