"""The score: points of each criterion, weighted; renormalised over those that have data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from scorecards.formulas.rounding import round_half_up
from scorecards.scoring.scheme import PER, Criterion, CriterionRule, Scheme

SCORE_DECIMALS: Final = 1
WORST_GRADE: Final = "C"


class Gate(StrEnum):
    """What makes the grade C whatever the points."""

    OPEN_CS2 = "cs2"
    NEW_BUSINESS_HOLD = "new_business_hold"
    EXPIRED_CERTIFICATE = "expired_certificate"


@dataclass(frozen=True, kw_only=True)
class GateHit:
    """A gate that holds: the case or certificate it is about, and since when."""

    gate: Gate
    about: str
    since: date


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What a criterion is measured by; without a denominator there is no data."""

    numerator: Decimal = Decimal(0)
    denominator: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class ScoreLine:
    """One criterion with its rule, counts and points; `points` is None without data."""

    rule: CriterionRule
    numerator: Decimal
    denominator: Decimal
    points: Decimal | None

    @property
    def criterion(self) -> Criterion:
        """Which figure it is."""
        return self.rule.criterion

    @property
    def value(self) -> Fraction | None:
        """The exact value that the table was asked for; None without data."""
        if self.denominator <= 0:
            return None
        return Fraction(self.numerator) * PER[self.criterion] / Fraction(self.denominator)

    @property
    def weighted(self) -> Decimal | None:
        """Points times weight."""
        return None if self.points is None else self.points * self.rule.weight


@dataclass(frozen=True, kw_only=True)
class Score:
    """A supplier's score of a month with everything that made it.

    `score` has one decimal, halves rounded up, and is None when no criterion has data; the
    grade is that of this printed number, or C where a gate holds. Without a score there is
    no grade, unless a gate gives one.
    """

    scheme: int
    grade_a: Decimal
    grade_b: Decimal
    months_needed: int
    months_of_data: int
    lines: tuple[ScoreLine, ...]
    gates: tuple[GateHit, ...]
    score: Decimal | None
    grade: str

    @property
    def provisional(self) -> bool:
        """Whether there are too few months of data to rely on it."""
        return self.months_of_data < self.months_needed

    @property
    def weight(self) -> Decimal:
        """The weights of the criteria that have data, by which the sum is divided."""
        return sum((line.rule.weight for line in self.counted), Decimal(0))

    @property
    def weighted(self) -> Decimal:
        """The sum of points times weight."""
        return sum((line.weighted or Decimal(0) for line in self.counted), Decimal(0))

    @property
    def counted(self) -> tuple[ScoreLine, ...]:
        """The criteria that have data."""
        return tuple(line for line in self.lines if line.points is not None)


def score(
    *,
    scheme: Scheme,
    measures: Mapping[Criterion, Measure],
    gates: Sequence[GateHit] = (),
    months_of_data: int,
) -> Score:
    """Return the score of a supplier's month.

    Args:
        scheme: the rules.
        measures: counts by criterion; a missing one, or one without denominator, drops out
            and the other weights are renormalised.
        gates: what makes the grade C.
        months_of_data: how many of the last twelve months have any facts.
    """
    lines = tuple(_line(rule, measures.get(rule.criterion, Measure())) for rule in scheme.rules)
    total = _total(lines)
    grade = "" if total is None else scheme.grade(total)
    return Score(
        scheme=scheme.version,
        grade_a=scheme.grade_a,
        grade_b=scheme.grade_b,
        months_needed=scheme.months_needed,
        months_of_data=months_of_data,
        lines=lines,
        gates=tuple(gates),
        score=total,
        grade=WORST_GRADE if gates else grade,
    )


def _line(rule: CriterionRule, measure: Measure) -> ScoreLine:
    value = (
        Fraction(measure.numerator) * PER[rule.criterion] / Fraction(measure.denominator)
        if measure.denominator > 0
        else None
    )
    return ScoreLine(
        rule=rule,
        numerator=measure.numerator,
        denominator=measure.denominator,
        points=None if value is None else rule.points(value),
    )


def _total(lines: Sequence[ScoreLine]) -> Decimal | None:
    counted = [line for line in lines if line.points is not None]
    if not counted:
        return None
    weighted = sum((Fraction(line.weighted or 0) for line in counted), Fraction(0))
    mean = weighted / sum((Fraction(line.rule.weight) for line in counted), Fraction(0))
    return round_half_up(value=mean, decimals=SCORE_DECIMALS)
