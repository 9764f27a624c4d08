"""PPM, DPMO, sigma level and Cpk in each other, with the convention of every number."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from scorecards.formulas.quantities import MILLION
from scorecards.formulas.sigma import (
    SHIFT,
    dpmo_of_sigma_level,
    ppk_of_ppm,
    ppm_of_cpk,
    sigma_level,
)


class Measure(StrEnum):
    """What can be converted."""

    DPMO = "dpmo"
    PPM = "ppm"
    SIGMA = "sigma"
    CPK = "cpk"


LABELS: Final[dict[Measure, str | Promise]] = {
    Measure.DPMO: _("DPMO: defects per million opportunities"),
    Measure.PPM: _("PPM: defective units per million"),
    Measure.SIGMA: _("Sigma level (with the shift of 1.5)"),
    Measure.CPK: _("Cpk (without a shift)"),
}


@dataclass(frozen=True, kw_only=True)
class Converted:
    """One number with the convention it is in."""

    name: str | Promise
    value: float
    convention: str | Promise


class NotConvertibleError(ValueError):
    """The value lies where the conversion is not defined."""


def converted(*, measure: Measure, value: Decimal, opportunities: int) -> list[Converted]:
    """Return a value in every other measure.

    DPMO is per opportunity, PPM per unit of `opportunities`; between them defects are taken to
    fall independently.

    Raises:
        NotConvertibleError: where the share is not strictly between none and all.
    """
    share = _share(measure, float(value), opportunities)
    if not 0 < share < 1:
        raise NotConvertibleError
    exact = Fraction(share) * MILLION
    ppm = MILLION * (1 - (1 - share) ** opportunities)
    capability = ppk_of_ppm(ppm=exact)
    return [
        Converted(
            name="DPMO", value=share * MILLION, convention=_("defects ÷ opportunities · 10⁶")
        ),
        Converted(
            name="PPM",
            value=ppm,
            convention=_("defective units ÷ units · 10⁶, if defects fall independently"),
        ),
        Converted(
            name=_("Sigma level"),
            value=sigma_level(dpmo_value=exact),
            convention=_("Φ⁻¹(1 − DPMO ÷ 10⁶) + 1.5: one tail, with the shift of 1.5"),
        ),
        Converted(
            name=_("Sigma, no shift"),
            value=sigma_level(dpmo_value=exact) - SHIFT,
            convention=_("Φ⁻¹(1 − DPMO ÷ 10⁶): one tail, without a shift"),
        ),
        Converted(
            name=_("Cpk, one-sided"),
            value=capability.one_sided,
            convention=_("theoretical, normal, no shift: all defects beyond one limit"),
        ),
        Converted(
            name=_("Cpk, two-sided"),
            value=capability.two_sided_centred,
            convention=_("theoretical, normal, no shift: half beyond each limit"),
        ),
    ]


def _share(measure: Measure, value: float, opportunities: int) -> float:
    """The share of opportunities that are defects."""
    if measure is Measure.DPMO:
        return value / MILLION
    if measure is Measure.PPM:
        return float(1 - (1 - min(value / MILLION, 1.0)) ** (1 / opportunities))
    if measure is Measure.SIGMA:
        return dpmo_of_sigma_level(level=value) / MILLION
    return ppm_of_cpk(cpk=value).one_sided / MILLION
