"""The likely range of a rate: intervals from counts, in PPM.

Every function names its sides. *Two-sided* intervals put half of 1 − confidence in each
tail, also when nothing was found (upper bound 3.689 ÷ n at 95 %). *One-sided* bounds put
all of it in one tail (2.996 ÷ n). The two are never mixed.

Garwood (Biometrika 28, 1936) is exact for Poisson counts and may pass one million PPM,
because a unit may carry several defects. Clopper–Pearson (Biometrika 26, 1934) is exact
for defective units among units. Wilson (JASA 22, 1927) and Jeffreys are approximate,
shorter, and kept for comparison.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from scorecards.formulas import special
from scorecards.formulas.quantities import MILLION, ImpossibleQuantityError, Quantity, exact

CONFIDENCE = 0.95


class Sides(StrEnum):
    """Where the uncertainty of an interval lies."""

    TWO_SIDED = "two_sided"
    UPPER_BOUND = "upper_bound"
    LOWER_BOUND = "lower_bound"


class Method(StrEnum):
    """The interval's construction."""

    GARWOOD = "garwood"
    CLOPPER_PEARSON = "clopper_pearson"
    WILSON = "wilson"
    JEFFREYS = "jeffreys"


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A range of rates compatible with the counts, in PPM; for display, not for deciding."""

    lower_ppm: float
    upper_ppm: float
    confidence: float
    sides: Sides
    method: Method


def garwood(
    *, count: Quantity, exposure: Quantity, confidence: float = CONFIDENCE
) -> Interval | None:
    """Return the exact two-sided interval of a Poisson rate; None without exposure.

    Lower χ²(α/2; 2x)/2n, upper χ²(1 − α/2; 2x + 2)/2n. `count` may exceed `exposure`.
    """
    tail = _tail(confidence, sides=2)
    found, units = float(exact(count)), float(exact(exposure))
    if not units:
        return None
    return Interval(
        lower_ppm=_poisson_lower(found, tail) / units * MILLION,
        upper_ppm=_poisson_upper(found, tail) / units * MILLION,
        confidence=confidence,
        sides=Sides.TWO_SIDED,
        method=Method.GARWOOD,
    )


def upper_bound(
    *, count: Quantity, exposure: Quantity, confidence: float = CONFIDENCE
) -> Interval | None:
    """Return the exact one-sided upper bound of a Poisson rate (lower end 0)."""
    tail = _tail(confidence, sides=1)
    found, units = float(exact(count)), float(exact(exposure))
    if not units:
        return None
    return Interval(
        lower_ppm=0.0,
        upper_ppm=_poisson_upper(found, tail) / units * MILLION,
        confidence=confidence,
        sides=Sides.UPPER_BOUND,
        method=Method.GARWOOD,
    )


def lower_bound(
    *, count: Quantity, exposure: Quantity, confidence: float = CONFIDENCE
) -> Interval | None:
    """Return the exact one-sided lower bound of a Poisson rate (upper end infinite)."""
    tail = _tail(confidence, sides=1)
    found, units = float(exact(count)), float(exact(exposure))
    if not units:
        return None
    return Interval(
        lower_ppm=_poisson_lower(found, tail) / units * MILLION,
        upper_ppm=math.inf,
        confidence=confidence,
        sides=Sides.LOWER_BOUND,
        method=Method.GARWOOD,
    )


def clopper_pearson(
    *, defective: Quantity, units: Quantity, confidence: float = CONFIDENCE
) -> Interval | None:
    """Return the exact two-sided interval of a share of units; None without units.

    Raises:
        ImpossibleQuantityError: when more units are defective than there are.
    """
    tail = _tail(confidence, sides=2)
    found, total = _share_counts(defective, units)
    if not total:
        return None
    lower = special.betaincinv(found, total - found + 1, tail) if found else 0.0
    upper = special.betainccinv(found + 1, total - found, tail) if found < total else 1.0
    return _share_interval(lower, upper, confidence, Method.CLOPPER_PEARSON)


def wilson(
    *, defective: Quantity, units: Quantity, confidence: float = CONFIDENCE
) -> Interval | None:
    """Return Wilson's two-sided score interval of a share; None without units.

    Raises:
        ImpossibleQuantityError: when more units are defective than there are.
    """
    tail = _tail(confidence, sides=2)
    found, total = _share_counts(defective, units)
    if not total:
        return None
    z = -special.ndtri(tail)
    centre = (found + z * z / 2) / (total + z * z)
    spread = z / (total + z * z) * math.sqrt(found * (total - found) / total + z * z / 4)
    lower = centre - spread if found else 0.0
    upper = centre + spread if found < total else 1.0
    return _share_interval(lower, upper, confidence, Method.WILSON)


def jeffreys(
    *, defective: Quantity, units: Quantity, confidence: float = CONFIDENCE
) -> Interval | None:
    """Return Jeffreys' two-sided interval of a share (Brown, Cai & DasGupta 2001).

    The lower end is 0 when nothing was found, the upper end 1 when everything was.

    Raises:
        ImpossibleQuantityError: when more units are defective than there are.
    """
    tail = _tail(confidence, sides=2)
    found, total = _share_counts(defective, units)
    if not total:
        return None
    first, second = found + 0.5, total - found + 0.5
    lower = special.betaincinv(first, second, tail) if found else 0.0
    upper = special.betainccinv(first, second, tail) if found < total else 1.0
    return _share_interval(lower, upper, confidence, Method.JEFFREYS)


def _tail(confidence: float, *, sides: int) -> float:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    return (1 - confidence) / sides


def _poisson_lower(count: float, tail: float) -> float:
    return float(special.gammaincinv(count, tail)) if count else 0.0


def _poisson_upper(count: float, tail: float) -> float:
    return float(special.gammainccinv(count + 1, tail))


def _share_counts(defective: Quantity, units: Quantity) -> tuple[float, float]:
    found, total = exact(defective), exact(units)
    if found > total:
        raise ImpossibleQuantityError("more defective units than units")
    return float(found), float(total)


def _share_interval(lower: float, upper: float, confidence: float, method: Method) -> Interval:
    return Interval(
        lower_ppm=float(lower) * MILLION,
        upper_ppm=float(upper) * MILLION,
        confidence=confidence,
        sides=Sides.TWO_SIDED,
        method=method,
    )
