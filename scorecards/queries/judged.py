"""A figure with all that is said about it: likely range, verdicts, sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from scorecards.formulas.intervals import Interval, garwood
from scorecards.formulas.quantities import MILLION
from scorecards.formulas.rates import FigureState, exceeds
from scorecards.formulas.rounding import shown_ppm
from scorecards.formulas.sentences import Statement, statements
from scorecards.formulas.verdicts import ThresholdVerdict, judge_threshold
from scorecards.formulas.wording import Subject
from scorecards.metrics import Metric
from scorecards.queries.figures import WindowFigure
from scorecards.thresholds import Threshold

SUBJECTS = {Metric.EXTERNAL_PPM: Subject.REJECTS, Metric.WARRANTY_PPM: Subject.RETURNS}


@dataclass(frozen=True, kw_only=True)
class ThresholdCheck:
    """One threshold beside the figure: passed by the exact counts, and shown or perhaps chance."""

    threshold: Threshold
    passed: bool
    verdict: ThresholdVerdict


@dataclass(frozen=True, kw_only=True)
class JudgedFigure:
    """A PPM over a window beside its count pair, range, verdicts and sentences.

    `printed_ppm` is rounded once, never across a threshold or the target. `interval` is the
    exact two-sided 95 % range; `verdicts` holds one verdict per threshold, lowest first;
    `target_met` compares the exact counts (at or below). All are None without receipts.
    """

    figure: WindowFigure
    printed_ppm: Decimal | None
    interval: Interval | None
    target_ppm: Decimal | None
    target_met: bool | None
    thresholds: tuple[Threshold, ...]
    verdicts: tuple[ThresholdVerdict, ...]
    statements: tuple[Statement, ...]

    @property
    def counted(self) -> Decimal:
        """The numerator."""
        return self.figure.counted

    @property
    def received(self) -> Decimal:
        """The denominator: pieces received, or parts in field."""
        return self.figure.received

    @property
    def provisional(self) -> Decimal:
        """The part of the numerator that nobody has decided yet."""
        return self.figure.provisional

    @property
    def provisional_share(self) -> Fraction:
        """The undecided part of the numerator, 0 to 1."""
        return Fraction(self.provisional) / Fraction(self.counted) if self.counted else Fraction(0)

    @property
    def ppm(self) -> Fraction | None:
        """Parts per million, exact; None without receipts."""
        return self.figure.ppm

    @property
    def state(self) -> FigureState:
        """Whether there is a figure, no activity, or rejects without receipts."""
        return self.figure.state

    @property
    def checks(self) -> tuple[ThresholdCheck, ...]:
        """Every threshold with its verdict and whether it is passed, lowest first."""
        pairs = zip(self.thresholds, self.verdicts, strict=True)
        return tuple(
            ThresholdCheck(
                threshold=threshold, passed=_exceeds(self.figure, threshold), verdict=verdict
            )
            for threshold, verdict in pairs
        )

    @property
    def exceeded(self) -> tuple[Threshold, ...]:
        """The thresholds the exact counts pass, lowest first, whatever window they are for."""
        return tuple(threshold for threshold in self.thresholds if _exceeds(self.figure, threshold))

    @property
    def called_for(self) -> Threshold | None:
        """The hardest threshold of this very window that is passed: it calls for its level."""
        own = [limit for limit in self.exceeded if limit.window is self.figure.window]
        return own[-1] if own else None

    @property
    def verdict(self) -> ThresholdVerdict | None:
        """The verdict the sentences speak of: hardest passed threshold, else the lowest."""
        return (
            self.verdicts[len(self.exceeded) - 1 if self.exceeded else 0] if self.verdicts else None
        )

    @property
    def bounded(self) -> bool:
        """Whether its sentence gives a one-sided bound beside the two-sided range: none found."""
        return self.ppm == 0

    @property
    def limits_ppm(self) -> tuple[Decimal, ...]:
        """Target and thresholds: what the printed number must stay on its side of."""
        return limits_of(self.thresholds, self.target_ppm)


def judge(
    figure: WindowFigure, *, thresholds: Sequence[Threshold], target_ppm: Decimal | None
) -> JudgedFigure:
    """Say what can be said about a figure; `thresholds` of its metric, lowest first."""
    limits = limits_of(thresholds, target_ppm)
    ppm = figure.ppm
    return JudgedFigure(
        figure=figure,
        printed_ppm=None if ppm is None else shown_ppm(value=ppm, thresholds_ppm=limits),
        interval=garwood(count=figure.counted, exposure=figure.exposure),
        target_ppm=target_ppm,
        target_met=_meets(figure, target_ppm),
        thresholds=tuple(thresholds),
        verdicts=tuple(
            judge_threshold(
                count=figure.counted,
                exposure=figure.exposure,
                threshold_ppm=threshold.threshold_ppm,
            )
            for threshold in thresholds
        ),
        statements=_sentences(figure, thresholds, limits),
    )


def limits_of(thresholds: Sequence[Threshold], target_ppm: Decimal | None) -> tuple[Decimal, ...]:
    """Return target and thresholds: what a printed number must stay on its side of."""
    target = () if target_ppm is None else (target_ppm,)
    return (*target, *(threshold.threshold_ppm for threshold in thresholds))


def _exceeds(figure: WindowFigure, threshold: Threshold) -> bool:
    return exceeds(
        numerator=figure.counted,
        denominator=figure.exposure,
        threshold_ppm=threshold.threshold_ppm,
        comparator=threshold.comparator,
    )


def _meets(figure: WindowFigure, target_ppm: Decimal | None) -> bool | None:
    if target_ppm is None or not figure.exposure:
        return None
    return figure.counted * MILLION <= target_ppm * figure.exposure


def spoken_threshold(figure: WindowFigure, thresholds: Sequence[Threshold]) -> Threshold | None:
    """Return the threshold to speak of: the hardest that is passed, else the lowest."""
    passed = [threshold for threshold in thresholds if _exceeds(figure, threshold)]
    return passed[-1] if passed else next(iter(thresholds), None)


def spoken_verdict(
    figure: WindowFigure, thresholds: Sequence[Threshold]
) -> ThresholdVerdict | None:
    """Return the verdict about that threshold alone, for long lists."""
    threshold = spoken_threshold(figure, thresholds)
    if threshold is None or figure.ppm is None:
        return None
    return judge_threshold(
        count=figure.counted, exposure=figure.exposure, threshold_ppm=threshold.threshold_ppm
    )


def _sentences(
    figure: WindowFigure, thresholds: Sequence[Threshold], limits: Sequence[Decimal]
) -> tuple[Statement, ...]:
    spoken_of = spoken_threshold(figure, thresholds)
    return statements(
        counted=figure.counted,
        received=figure.exposure,
        taken_back=max(-figure.received, Decimal(0)),
        threshold_ppm=None if spoken_of is None else spoken_of.threshold_ppm,
        shown_against=limits,
        subject=SUBJECTS[figure.metric],
    )
