"""The parts that a document froze, each with its range and verdicts, judged as on a page."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from scorecards.metrics import Metric
from scorecards.queries.causes import Cause
from scorecards.queries.figures import WindowFigure
from scorecards.queries.judged import JudgedFigure, judge
from scorecards.queries.overview import SupplierOverview


@dataclass(frozen=True, kw_only=True)
class JudgedCause:
    """A part of a Pareto; `figure` is None where it has no PPM of its own, as all the others."""

    cause: Cause
    figure: JudgedFigure | None

    @property
    def label(self) -> str:
        """Its number; empty for all the others."""
        return self.cause.label

    @property
    def name(self) -> str:
        """What it is called."""
        return self.cause.name

    @property
    def others(self) -> int:
        """How many all the others are."""
        return self.cause.others

    @property
    def counted(self) -> Decimal:
        """Rejected pieces that count."""
        return self.cause.counted

    @property
    def share(self) -> Fraction:
        """Its part of all rejected pieces, 0 to 1."""
        return self.cause.share


def judged_parts(overview: SupplierOverview) -> tuple[JudgedCause, ...]:
    """Return the parts of an overview in their order, beside the thresholds that it froze.

    Counts and thresholds alone are read, which every snapshot has: what was published by earlier
    releases is judged by what was in force then.
    """
    return tuple(
        JudgedCause(cause=cause, figure=_figure(overview, cause)) for cause in overview.parts
    )


def _figure(overview: SupplierOverview, cause: Cause) -> JudgedFigure | None:
    if cause.received is None:
        return None
    figure = WindowFigure(
        counted=cause.counted,
        received=cause.received,
        provisional=Decimal(0),
        metric=Metric.EXTERNAL_PPM,
        window=overview.causes_window,
        end=overview.month,
    )
    return judge(figure, thresholds=overview.external.thresholds, target_ppm=None)
