"""A score in words and rows, the same for page and PDF: every number needed to recompute it."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from scorecards import badges, formatting
from scorecards.formulas.rounding import shown_beside
from scorecards.periods import Month
from scorecards.scoring import PER, Criterion, CriterionRule, Gate, GateHit, Score, ScoreLine
from scorecards.templatetags.figures import ppm_against, quantity
from scorecards.templatetags.figures import score as written_score
from scorecards.templatetags.sheets import window_name
from scorecards.wording import reader_separators

PERCENT: Final = 100


@dataclass(frozen=True, kw_only=True)
class ScoreRow:
    """One criterion: its counts, value, points and weight as they are printed.

    `table` is the rule's piecewise table in one line, best step first; `path` leads from the
    supplier's page to the arithmetic.
    """

    name: str
    short: str
    window: str
    counted: str
    of: str
    value: str
    points: str
    weight: str
    weighted: str
    table: str
    has_data: bool
    path: str


@dataclass(frozen=True, kw_only=True)
class ScoreBlock:
    """A score ready to be read; `score` and `grade` are "—" without data."""

    score: str
    grade: str
    scheme: int
    rows: tuple[ScoreRow, ...]
    arithmetic: str
    grades: str
    gates: tuple[str, ...]
    provisional: str


def score_block(score: Score | None, *, month: Month) -> ScoreBlock | None:
    """Return the words of a score in the active language; None for documents without one."""
    if score is None:
        return None
    return ScoreBlock(
        score=formatting.NO_DATA if score.score is None else written_score(score.score),
        grade=score.grade or formatting.NO_DATA,
        scheme=score.scheme,
        rows=tuple(_row(line, month) for line in score.lines),
        arithmetic=_arithmetic(score),
        grades=_("Grade A from %(a)s, B from %(b)s, C below.")
        % {"a": quantity(score.grade_a), "b": quantity(score.grade_b)},
        gates=tuple(gate_sentence(hit) for hit in score.gates),
        provisional=_provisional(score),
    )


def criterion_name(criterion: Criterion) -> str:
    """Return what a criterion is called."""
    return {
        Criterion.EXTERNAL_PPM: _("External PPM"),
        Criterion.INCIDENTS: _("Incidents per 10⁹ parts, weighted"),
        Criterion.WARRANTY_PPM: _("Warranty PPM"),
        Criterion.ON_TIME: _("Deliveries on time (%)"),
        Criterion.EIGHT_D: _("8D steps in time (%)"),
    }[criterion]


def _short_name(criterion: Criterion) -> str:
    return {
        Criterion.EXTERNAL_PPM: _("External PPM"),
        Criterion.INCIDENTS: _("Incidents per 10⁹"),
        Criterion.WARRANTY_PPM: _("Warranty PPM"),
        Criterion.ON_TIME: _("On time, %"),
        Criterion.EIGHT_D: _("8D in time, %"),
    }[criterion]


def _row(line: ScoreLine, month: Month) -> ScoreRow:
    has_data = line.points is not None
    return ScoreRow(
        name=criterion_name(line.criterion),
        short=_short_name(line.criterion),
        window=window_name(line.rule.window, month),
        counted=quantity(line.numerator),
        of=quantity(line.denominator),
        value=written_value(line.rule, line.value),
        points=quantity(line.points),
        weight=quantity(line.rule.weight),
        weighted=quantity(line.weighted),
        table=written_table(line.rule),
        has_data=has_data,
        path=_path(line.rule, month),
    )


def _path(rule: CriterionRule, month: Month) -> str:
    """Return the way from the supplier's page; 8Ds are taken apart by the app that has them."""
    where = {
        Criterion.EXTERNAL_PPM: "figures/external_ppm",
        Criterion.WARRANTY_PPM: "figures/warranty_ppm",
        Criterion.ON_TIME: "performance/on-time",
        Criterion.INCIDENTS: "performance/incidents",
        Criterion.EIGHT_D: "8d-in-time",
    }[rule.criterion]
    return f"{where}/{month}/?window={rule.window.value}"


def written_value(rule: CriterionRule, value: Fraction | None) -> str:
    """Write a value so that it stands on the same side of each bound as the exact one."""
    bounds = tuple(band.bound for band in rule.bands)
    if value is None or PER[rule.criterion] > PERCENT:
        return ppm_against(value, bounds)
    shown = shown_beside(value=value, decimals=1, limits=bounds)
    return formatting.number(shown, separators=reader_separators())


def written_table(rule: CriterionRule) -> str:
    """Write a piecewise table in one line: 0 → 100 · ≤ 25 → 90 · more → 0."""
    sign = "≥" if rule.higher_is_better else "≤"
    steps = [f"{_bound(sign, band.bound)} → {quantity(band.points)}" for band in rule.bands]
    rest = _("less") if rule.higher_is_better else _("more")
    return " · ".join([*steps, f"{rest} → {quantity(rule.otherwise)}"])


def _bound(sign: str, bound: Decimal) -> str:
    return quantity(bound) if bound == 0 else f"{sign} {quantity(bound)}"


def _arithmetic(score: Score) -> str:
    if score.score is None:
        return _("No criterion has data, so there is no score.")
    without = len(score.lines) - len(score.counted)
    text = _("Sum of points × weight ÷ sum of weights = %(sum)s ÷ %(weight)s = %(score)s.") % {
        "sum": quantity(score.weighted),
        "weight": quantity(score.weight),
        "score": written_score(score.score),
    }
    if without:
        text += " " + _("Criteria without data drop out, and so do their weights.")
    return text


def _provisional(score: Score) -> str:
    if not score.provisional:
        return ""
    return _("Provisional: %(months)s of the last 12 months have data, %(needed)s are needed.") % {
        "months": score.months_of_data,
        "needed": score.months_needed,
    }


def gate_sentence(hit: GateHit) -> str:
    """Say which gate makes the grade C."""
    words = {"about": hit.about, "day": date_format(hit.since)}
    if hit.gate is Gate.EXPIRED_CERTIFICATE:
        return _("Grade C: the mandatory certificate %(about)s ended on %(day)s.") % words
    level = badges.level(hit.gate.value)
    words["level"] = str(level.hint or level.label)
    return _("Grade C: %(level)s is open (%(about)s, since %(day)s).") % words
