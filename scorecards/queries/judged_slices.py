"""What shares a supplier's figure, each with its own range and verdicts, judged as it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from scorecards.queries.breakdown import Slice
from scorecards.queries.judged import JudgedFigure, judge
from scorecards.thresholds import Threshold


@dataclass(frozen=True, kw_only=True)
class JudgedSlice:
    """A plant or part beside the thresholds of its supplier; judged when it is asked for."""

    row: Slice
    thresholds: Sequence[Threshold]

    @property
    def label(self) -> str:
        """Its code or number."""
        return self.row.label

    @property
    def name(self) -> str:
        """What it is called."""
        return self.row.name

    @property
    def target_ppm(self) -> Decimal | None:
        """What was agreed for this part alone."""
        return self.row.target_ppm

    @cached_property
    def month(self) -> JudgedFigure:
        """The month's figure with all that is said about it."""
        return judge(self.row.month, thresholds=self.thresholds, target_ppm=self.target_ppm)

    @cached_property
    def rolling_12(self) -> JudgedFigure:
        """The figure of twelve months with all that is said about it."""
        return judge(self.row.rolling_12, thresholds=self.thresholds, target_ppm=self.target_ppm)


def judged_slices(rows: Sequence[Slice], *, thresholds: Sequence[Threshold]) -> list[JudgedSlice]:
    """Return slices in their order; `thresholds` of the figure they share, lowest first."""
    return [JudgedSlice(row=row, thresholds=thresholds) for row in rows]
