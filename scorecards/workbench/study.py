"""One set of counts studied: chart chosen, limits estimated or frozen, points judged."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from statistics import median

from django.utils.translation import gettext as _

from scorecards import formatting
from scorecards.formulas.attribute_charts import ChartKind, Sample
from scorecards.formulas.chart_choice import ChartChoice, ChosenChart
from scorecards.formulas.frozen_limits import (
    FrozenLimits,
    JudgedPeriod,
    estimate_limits,
    judge_periods,
)
from scorecards.formulas.quantities import MILLION, Quantity
from scorecards.formulas.run_rules import RunRule, flagged
from scorecards.formulas.simulation import simulate_periods
from scorecards.pictures.control import ControlTerms, PeriodLine, control_picture
from scorecards.pictures.figure import Picture
from scorecards.wording import reader_separators
from scorecards.workbench.reading import Row
from scorecards.workbench.run_lengths import RunLengthLine, run_lengths

PER_MILLION_BELOW = Fraction(1, 1000)
SEED = 20_260_101


class UnfitRowsError(ValueError):
    """These rows cannot be put on this chart; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked of the rows.

    `kind` and `choice` None: what the rows bear. `first` points make the limits (None: all but
    the `excluded`), unless `frozen` limits are given. `simulated` points follow at `ratio` times
    the centre.
    """

    rows: Sequence[Row]
    kind: ChartKind | None = None
    choice: ChartChoice | None = None
    size: Decimal | None = None
    opportunities: int = 1
    first: int | None = None
    excluded: Collection[int] = ()
    rules: Sequence[RunRule] = ()
    frozen: FrozenLimits | None = None
    ratio: Fraction = Fraction(1)
    simulated: int = 0


@dataclass(frozen=True, kw_only=True)
class Study:
    """The answer: chart, limits, points, and how long a change stays unseen."""

    kind: ChartKind
    chosen: ChosenChart
    limits: FrozenLimits | None
    picture: Picture
    rules: Sequence[tuple[RunRule, tuple[int, ...]]]
    rules_fit: bool
    run_lengths: Sequence[RunLengthLine] = field(default=())
    expected: float = 0.0


def study(question: Question) -> Study:
    """Study rows.

    Raises:
        UnfitRowsError: sizes are missing, differ on an np chart, or are below counts on a p chart.
    """
    kind = question.kind or _kind(question)
    periods = _periods(question, kind)
    chosen, estimated = estimate_limits(
        kind=kind,
        periods=periods[: question.first],
        excluded=question.excluded,
        choice=question.choice,
    )
    limits = estimated if question.frozen is None else question.frozen
    names = [row.label for row in question.rows]
    if limits is not None and question.simulated:
        made = _simulated(question, limits, periods)
        names += [_("simulated %(number)d") % {"number": n} for n in range(1, len(made) + 1)]
        periods = (*periods, *made)
    judged = (
        None
        if limits is None
        else judge_periods(limits=limits, periods=periods, rules=question.rules)
    )
    expected = _expected(limits, periods)
    return Study(
        kind=kind,
        chosen=chosen,
        limits=limits,
        picture=_picture(question, kind, names, periods, judged),
        rules=_flagged(question, judged),
        rules_fit=expected >= 5,  # noqa: PLR2004  # where run rules make sense
        run_lengths=run_lengths(limits, expected, question.ratio),
        expected=expected,
    )


def _kind(question: Question) -> ChartKind:
    if question.opportunities > 1:
        return ChartKind.DPMO
    if question.size is None and all(row.size is None for row in question.rows):
        return ChartKind.C
    over = any(row.count > (row.size or question.size or row.count) for row in question.rows)
    return ChartKind.U if over else ChartKind.P


def _periods(question: Question, kind: ChartKind) -> tuple[Sample, ...]:
    if kind is ChartKind.C:
        _check_without_sizes(question)
        return tuple(Sample(count=Fraction(r.count), size=Fraction(1)) for r in question.rows)
    sizes = [question.size if row.size is None else row.size for row in question.rows]
    _check_sizes(question, kind, sizes)
    factor = question.opportunities if kind in {ChartKind.DPMO, ChartKind.U} else 1
    return tuple(
        Sample(count=Fraction(row.count), size=Fraction(size or 0) * factor)
        for row, size in zip(question.rows, sizes, strict=True)
    )


def _check_without_sizes(question: Question) -> None:
    """A c chart reads no sizes: two numbers in a row may have been meant as a name and a count."""
    if len({row.size for row in question.rows}) > 1:
        raise UnfitRowsError(
            _(
                "A c chart has no sizes, and these rows have different second numbers. Choose a u "
                "chart, or put a name before each count, such as Jan."
            )
        )


def _check_sizes(question: Question, kind: ChartKind, sizes: Sequence[Decimal | None]) -> None:
    for number, (row, size) in enumerate(zip(question.rows, sizes, strict=True), start=1):
        if size is None:
            raise UnfitRowsError(
                _("Row %(number)d has no size; add a column of sizes, or give one for all rows.")
                % {"number": number}
            )
        if kind.counts_parts and row.count > size:
            raise UnfitRowsError(
                _("Row %(number)d has more defective parts than parts; choose a u chart.")
                % {"number": number}
            )
    if kind is ChartKind.NP and len(set(sizes)) > 1:
        raise UnfitRowsError(_("An np chart needs the same size in every row; choose a p chart."))


def _simulated(
    question: Question, limits: FrozenLimits, periods: Sequence[Sample]
) -> tuple[Sample, ...]:
    size = Fraction(median(period.size for period in periods))
    rate = limits.center * question.ratio
    parts = limits.kind.counts_parts
    if parts and rate >= 1:
        raise UnfitRowsError(
            _("At %(ratio)s times the centre every part would be defective; simulate less.")
            % {"ratio": number_text(question.ratio)}
        )
    return simulate_periods(sizes=[size] * question.simulated, rate=rate, seed=SEED, parts=parts)


def _expected(limits: FrozenLimits | None, periods: Sequence[Sample]) -> float:
    sizes = [period.size for period in periods if period.size]
    return 0.0 if limits is None or not sizes else float(median(sizes) * limits.center)


def _flagged(
    question: Question, judged: Sequence[JudgedPeriod] | None
) -> list[tuple[RunRule, tuple[int, ...]]]:
    if judged is None:
        return []
    z = [point.z for point in judged]
    return [(rule, flagged(z=z, rule=rule)) for rule in question.rules]


def _unit(kind: ChartKind, periods: Sequence[Sample]) -> tuple[str, int]:
    """The unit of the axis, and what rates are multiplied by to be in it."""
    if kind is ChartKind.DPMO:
        return "DPMO", 1
    if kind in {ChartKind.C, ChartKind.NP}:
        return _("count"), 1
    total = sum((p.size for p in periods), Fraction(0))
    rate = sum((p.count for p in periods), Fraction(0)) / total if total else Fraction(0)
    if rate < PER_MILLION_BELOW:
        return "PPM", MILLION
    return (_("share") if kind is ChartKind.P else _("per unit")), 1


def number_text(value: Quantity | None) -> str:
    """Write four significant digits in the reader's language."""
    if value is None:
        return formatting.NO_DATA
    shown = Decimal(f"{float(value):.4g}")
    return formatting.number(shown, separators=reader_separators())


def _picture(
    question: Question,
    kind: ChartKind,
    names: Sequence[str],
    periods: Sequence[Sample],
    judged: Sequence[JudgedPeriod] | None,
) -> Picture:
    unit, factor = _unit(kind, periods)
    terms = ControlTerms(unit=unit, counted=_("counted"), volume=_("in"), number=number_text)
    basis = len(question.rows) if question.first is None else question.first
    lines = [
        _line(
            name,
            name if index < len(question.rows) else f"+{index + 1 - len(question.rows)}",
            period,
            None if judged is None else judged[index],
            factor,
            baseline=question.frozen is None and index < basis,
            excluded=question.frozen is None and index + 1 in question.excluded,
        )
        for index, (name, period) in enumerate(zip(names, periods, strict=True))
    ]
    title = _("%(kind)s chart") % {"kind": kind.value if kind is not ChartKind.DPMO else "DPMO"}
    return control_picture(
        lines,
        name="workbench-chart",
        title=title,
        terms=terms,
        frozen=question.frozen is not None,
    )


def _line(
    name: str,
    label: str,
    period: Sample,
    judged: JudgedPeriod | None,
    factor: int,
    *,
    baseline: bool,
    excluded: bool,
) -> PeriodLine:
    plain = float(period.count / period.size) if period.size else None
    value = plain if judged is None else judged.value
    return PeriodLine(
        name=name,
        label=label[:8],
        year="",
        counted=period.count,
        volume=period.size,
        value=None if value is None else value * factor,
        center=None if judged is None else judged.center * factor,
        lower=None if judged is None or judged.lower is None else judged.lower * factor,
        upper=None if judged is None or judged.upper is None else judged.upper * factor,
        signals=() if judged is None or excluded else judged.signals,
        baseline=baseline and not excluded,
        excluded=excluded,
        cause=_("left out of the limits"),
    )
