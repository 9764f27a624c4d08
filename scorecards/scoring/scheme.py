"""A scoring scheme: which figures count, how many points each value is worth, with what weight."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Final

from scorecards.periods import Window

HIGHEST_POINTS: Final = Decimal(100)
MOST_MONTHS: Final = 12


class InvalidSchemeError(ValueError):
    """The scheme contradicts itself; `reason` says how, `criterion` where (None: as a whole)."""

    def __init__(self, reason: str, criterion: "Criterion | None" = None) -> None:
        super().__init__(reason if criterion is None else f"{criterion.value}: {reason}")
        self.reason = reason
        self.criterion = criterion


class Criterion(StrEnum):
    """A figure that can earn points."""

    EXTERNAL_PPM = "external_ppm"
    INCIDENTS = "incidents"
    WARRANTY_PPM = "warranty_ppm"
    ON_TIME = "on_time"
    EIGHT_D = "eight_d"


# A value is `numerator ÷ denominator` times this.
PER: Final = {
    Criterion.EXTERNAL_PPM: 1_000_000,
    Criterion.INCIDENTS: 1_000_000_000,
    Criterion.WARRANTY_PPM: 1_000_000,
    Criterion.ON_TIME: 100,
    Criterion.EIGHT_D: 100,
}
HIGHER_IS_BETTER: Final = frozenset({Criterion.ON_TIME, Criterion.EIGHT_D})


@dataclass(frozen=True, kw_only=True)
class Band:
    """A step of the table: `points` for values up to `bound` (from it on, if higher is better)."""

    bound: Decimal
    points: Decimal


@dataclass(frozen=True, kw_only=True)
class CriterionRule:
    """One criterion: over which window, with which weight, and its table, best step first.

    Raises:
        InvalidSchemeError: when bounds or points are not in order, or out of range.
    """

    criterion: Criterion
    window: Window
    weight: Decimal
    bands: tuple[Band, ...]
    otherwise: Decimal

    def __post_init__(self) -> None:
        points = [*(band.points for band in self.bands), self.otherwise]
        bounds = [band.bound for band in self.bands]
        self._demand(bool(self.bands), "the table needs a step")
        self._demand(self.weight > 0, "the weight must be above 0")
        self._demand(all(0 <= one <= HIGHEST_POINTS for one in points), "points go from 0 to 100")
        self._demand(all(bound >= 0 for bound in bounds), "bounds are not below 0")
        self._demand(_falls(points), "points must fall from step to step")
        ordered = bounds[::-1] if self.higher_is_better else bounds
        self._demand(
            all(low < high for low, high in pairwise(ordered)),
            "bounds must fall from step to step"
            if self.higher_is_better
            else "bounds must rise from step to step",
        )

    def _demand(self, holds: bool, reason: str) -> None:
        if not holds:
            raise InvalidSchemeError(reason, self.criterion)

    @property
    def higher_is_better(self) -> bool:
        """Whether a high value is good, as for deliveries on time."""
        return self.criterion in HIGHER_IS_BETTER

    def points(self, value: Fraction) -> Decimal:
        """Return what an exact value earns: the first step it reaches, else `otherwise`."""
        for band in self.bands:
            bound = Fraction(band.bound)
            if value >= bound if self.higher_is_better else value <= bound:
                return band.points
        return self.otherwise


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """One version of the rules; grade A from `grade_a` on, B from `grade_b` on, C below.

    A supplier with fewer than `months_needed` months of data within twelve has a score that
    is provisional.

    Raises:
        InvalidSchemeError: when a criterion stands twice or grades are not in order.
    """

    version: int
    rules: tuple[CriterionRule, ...]
    grade_a: Decimal
    grade_b: Decimal
    months_needed: int

    def __post_init__(self) -> None:
        if not self.rules:
            raise InvalidSchemeError("at least one criterion must count")
        if len({rule.criterion for rule in self.rules}) != len(self.rules):
            raise InvalidSchemeError("a criterion stands twice")
        if not 0 < self.grade_b < self.grade_a <= HIGHEST_POINTS:
            raise InvalidSchemeError("grade A must begin above grade B, both between 0 and 100")
        if not 0 <= self.months_needed <= MOST_MONTHS:
            raise InvalidSchemeError("months needed go from 0 to 12")

    def grade(self, score: Decimal) -> str:
        """Return the grade of a score as it is printed."""
        return grade_of(score, grade_a=self.grade_a, grade_b=self.grade_b)


def grade_of(score: Decimal, *, grade_a: Decimal, grade_b: Decimal) -> str:
    """Return the grade of a printed score: A and B from these scores on, else C."""
    if score >= grade_a:
        return "A"
    return "B" if score >= grade_b else "C"


def _falls(points: Iterable[Decimal]) -> bool:
    return all(higher > lower for higher, lower in pairwise(points))
