"""Sigma levels and capability: conversions of DPMO and PPM under a normal model.

Two conventions meet here and must be printed with every number. A *sigma level* is
Φ⁻¹(1 − DPMO/10⁶) + 1.5: one tail, shifted by 1.5. *Cpk* is converted without any shift.
Both are theoretical; they describe a normal process, not a delivery.
"""

import math
from dataclasses import dataclass

from scorecards.formulas import special
from scorecards.formulas.intervals import CONFIDENCE, upper_bound
from scorecards.formulas.quantities import MILLION, Quantity, exact
from scorecards.formulas.rates import dpmo

SHIFT = 1.5
SIGMAS_PER_CPK = 3


@dataclass(frozen=True, kw_only=True)
class SigmaLevel:
    """A sigma level with the convention it was computed in.

    `at_least` marks a bound: with no defects found the level itself is undefined, and
    `level` is what the one-sided upper bound of the DPMO supports.
    """

    level: float
    shift: float
    at_least: bool


def sigma_level(*, dpmo_value: Quantity, shift: float = SHIFT) -> float:
    """Return Φ⁻¹(1 − DPMO/10⁶) + shift, one tail.

    Raises:
        ValueError: unless DPMO lies strictly between 0 and one million, where alone the
            level is defined; use `sigma_level_of_counts` to get a bound at zero defects.
    """
    share = exact(dpmo_value) / MILLION
    if not 0 < share < 1:
        raise ValueError("a sigma level is defined between 0 and 1 000 000 DPMO only")
    return -float(special.ndtri(float(share))) + shift


def sigma_level_of_counts(
    *, defects: Quantity, units: Quantity, opportunities: Quantity, shift: float = SHIFT
) -> SigmaLevel | None:
    """Return the sigma level of counts; a lower bound at zero defects; None without units.

    Raises:
        ValueError: when there are as many defects as opportunities, or more.
    """
    value = dpmo(defects=defects, units=units, opportunities=opportunities)
    if value is None:
        return None
    if value:
        return SigmaLevel(
            level=sigma_level(dpmo_value=value, shift=shift), shift=shift, at_least=False
        )
    return _bound(exposure=exact(units) * exact(opportunities), shift=shift)


def _bound(*, exposure: Quantity, shift: float) -> SigmaLevel:
    bound = upper_bound(count=0, exposure=exposure, confidence=CONFIDENCE)
    share = min(bound.upper_ppm / MILLION, 1.0) if bound else 1.0
    return SigmaLevel(level=-float(special.ndtri(share)) + shift, shift=shift, at_least=True)


def dpmo_of_sigma_level(*, level: float, shift: float = SHIFT, tails: int = 1) -> float:
    """Return the DPMO of a sigma level; with two tails the far tail is added.

    One tail: 10⁶ · Φ(−(level − shift)). Two: plus 10⁶ · Φ(−(level + shift)).

    Raises:
        ValueError: when `tails` is neither 1 nor 2.
    """
    if tails not in {1, 2}:
        raise ValueError(f"a normal distribution has one or two tails, not {tails}")
    near = _tail(level - shift)
    return MILLION * (near if tails == 1 else near + _tail(level + shift))


@dataclass(frozen=True, kw_only=True)
class CapabilityPpm:
    """Theoretical PPM of a Cpk without shift: one tail, and two equal tails (centred)."""

    one_sided: float
    two_sided_centred: float


def ppm_of_cpk(*, cpk: float) -> CapabilityPpm:
    """Return 10⁶ · Φ(−3·Cpk) and twice that."""
    one = MILLION * _tail(SIGMAS_PER_CPK * cpk)
    return CapabilityPpm(one_sided=one, two_sided_centred=2 * one)


def ppm_of_cp_and_cpk(*, cp: float, cpk: float) -> float:
    """Return 10⁶ · [Φ(−3·Cpk) + Φ(−3·(2·Cp − Cpk))], both tails of an off-centre process.

    Raises:
        ValueError: when Cpk exceeds Cp, which no process can.
    """
    if cpk > cp:
        raise ValueError("Cpk cannot exceed Cp")
    return MILLION * (_tail(SIGMAS_PER_CPK * cpk) + _tail(SIGMAS_PER_CPK * (2 * cp - cpk)))


@dataclass(frozen=True, kw_only=True)
class EquivalentPpk:
    """The Ppk a normal process with this PPM would have: all in one tail, or half in each."""

    one_sided: float
    two_sided_centred: float


def ppk_of_ppm(*, ppm: Quantity) -> EquivalentPpk:
    """Return the equivalent Ppk of a PPM.

    Raises:
        ValueError: unless PPM lies strictly between 0 and one million.
    """
    share = exact(ppm) / MILLION
    if not 0 < share < 1:
        raise ValueError("an equivalent Ppk is defined between 0 and 1 000 000 PPM only")
    return EquivalentPpk(
        one_sided=-float(special.ndtri(float(share))) / SIGMAS_PER_CPK,
        two_sided_centred=-float(special.ndtri(float(share / 2))) / SIGMAS_PER_CPK,
    )


def _tail(distance: float) -> float:
    """Φ(−distance), accurate far out in the tail."""
    return float(special.erfc(distance / math.sqrt(2))) / 2
