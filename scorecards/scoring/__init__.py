"""Turning figures into a score from 0 to 100 and a grade: the one place where it is computed.

Pure: a scheme, counts and gates in, a score with everything that made it out.
"""

from scorecards.scoring.compute import Gate, GateHit, Measure, Score, ScoreLine, score
from scorecards.scoring.scheme import (
    HIGHER_IS_BETTER,
    HIGHEST_POINTS,
    PER,
    Band,
    Criterion,
    CriterionRule,
    InvalidSchemeError,
    Scheme,
)

__all__ = [
    "HIGHER_IS_BETTER",
    "HIGHEST_POINTS",
    "PER",
    "Band",
    "Criterion",
    "CriterionRule",
    "Gate",
    "GateHit",
    "InvalidSchemeError",
    "Measure",
    "Scheme",
    "Score",
    "ScoreLine",
    "score",
]
