from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecards.formulas.ipc7912 import assembly_indices
from scorecards.formulas.sigma import (
    dpmo_of_sigma_level,
    ppk_of_ppm,
    ppm_of_cp_and_cpk,
    ppm_of_cpk,
    sigma_level,
    sigma_level_of_counts,
)


@pytest.mark.parametrize(
    ("level", "expected"), [(2, 308_537), (3, 66_807), (4, 6_210), (4.2, 3_467), (5, 233)]
)
def test_sigma_table(level: float, expected: int) -> None:
    assert dpmo_of_sigma_level(level=level) == pytest.approx(expected, abs=0.6)


def test_six_sigma_is_three_point_four() -> None:
    assert dpmo_of_sigma_level(level=6) == pytest.approx(3.4, abs=0.01)


def test_sigma_level_of_counts_names_its_shift() -> None:
    level = sigma_level_of_counts(defects=40, units=5_000, opportunities=10)
    assert level is not None
    assert level.level == pytest.approx(4.655907)
    assert (level.shift, level.at_least) == (1.5, False)


def test_sigma_level_without_defects_is_a_bound() -> None:
    bound = sigma_level_of_counts(defects=0, units=10_000, opportunities=1)
    assert bound is not None
    assert bound.at_least
    assert dpmo_of_sigma_level(level=bound.level) == pytest.approx(299.573, abs=0.001)
    assert sigma_level_of_counts(defects=0, units=0, opportunities=1) is None


@pytest.mark.parametrize("outside", [0, 1_000_000, 2_000_000])
def test_sigma_level_is_undefined_at_the_ends(outside: int) -> None:
    with pytest.raises(ValueError, match="defined between"):
        sigma_level(dpmo_value=outside)
    with pytest.raises(ValueError, match="defined between"):
        ppk_of_ppm(ppm=outside)


def test_two_tails_add_the_far_one() -> None:
    one = dpmo_of_sigma_level(level=1, shift=0)
    assert dpmo_of_sigma_level(level=1, shift=0, tails=2) == pytest.approx(2 * one)
    with pytest.raises(ValueError, match="tails"):
        dpmo_of_sigma_level(level=1, tails=3)


def test_cpk_one_and_a_third_is_63_ppm_two_sided() -> None:
    theory = ppm_of_cpk(cpk=4 / 3)
    assert theory.two_sided_centred == pytest.approx(63.34, abs=0.01)
    assert theory.one_sided == pytest.approx(31.67, abs=0.01)


def test_cp_above_cpk_adds_the_far_tail_only_slightly() -> None:
    assert ppm_of_cp_and_cpk(cp=1.6, cpk=1.33) == pytest.approx(33.04676)
    assert ppm_of_cp_and_cpk(cp=1.5, cpk=1.5) == pytest.approx(
        ppm_of_cpk(cpk=1.5).two_sided_centred
    )
    with pytest.raises(ValueError, match="exceed"):
        ppm_of_cp_and_cpk(cp=1, cpk=1.2)


@given(value=st.decimals(Decimal("0.01"), Decimal(999_000), places=2))
def test_sigma_level_inverts(value: Decimal) -> None:
    level = sigma_level(dpmo_value=value)
    assert dpmo_of_sigma_level(level=level) == pytest.approx(float(value), rel=1e-9)


@given(value=st.decimals(Decimal("0.01"), Decimal(400_000), places=2))
def test_ppk_inverts(value: Decimal) -> None:
    ppk = ppk_of_ppm(ppm=value)
    assert ppm_of_cpk(cpk=ppk.one_sided).one_sided == pytest.approx(float(value), rel=1e-9)
    both = ppm_of_cpk(cpk=ppk.two_sided_centred).two_sided_centred
    assert both == pytest.approx(float(value), rel=1e-9)


BOARD = {"component": 1_000, "placement": 999, "termination": 9_001}


def test_ipc_indices_of_one_defect_on_one_board() -> None:
    indices = assembly_indices(opportunities_per_board=BOARD, defects={"placement": 1}, boards=1)
    assert indices is not None
    assert indices.opportunities_per_board == 11_000
    assert float(indices.dpmo_index) == pytest.approx(1000 / 11)
    assert float(indices.overall_manufacturing_index) == pytest.approx(1001.001)


def test_ipc_indices_of_a_class_without_opportunities() -> None:
    indices = assembly_indices(
        opportunities_per_board={"component": 10, "placement": 0}, defects={}, boards=3
    )
    assert indices is not None
    assert indices.dpmo_by_class == {"component": 0, "placement": None}
    assert indices.yield_binomial == 1


def test_ipc_indices_without_boards() -> None:
    assert assembly_indices(opportunities_per_board=BOARD, defects={}, boards=0) is None


def test_ipc_indices_when_every_chance_failed() -> None:
    indices = assembly_indices(
        opportunities_per_board={"component": 2}, defects={"component": 4}, boards=2
    )
    assert indices is not None
    assert indices.yield_binomial == 0
    assert indices.overall_manufacturing_index == 1_000_000


def test_ipc_indices_refuse_impossible_defects() -> None:
    with pytest.raises(ValueError, match="without opportunities"):
        assembly_indices(opportunities_per_board=BOARD, defects={"paint": 1}, boards=1)
    with pytest.raises(ValueError, match="more defects"):
        assembly_indices(opportunities_per_board=BOARD, defects={"placement": 1_000}, boards=1)
