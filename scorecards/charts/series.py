"""What a monthly chart is given: months, limits and the size of the sheet."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from scorecards.formulas.quantities import Quantity
from scorecards.periods import Month

LimitKind = Literal["target", "threshold", "control"]
Writer = Callable[[Quantity], str]


@dataclass(frozen=True, kw_only=True)
class MonthValue:
    """One month of the series.

    `value` is None where there is no figure; `reason` then says why in few words.
    `provisional` is the part of `value` that is not yet decided. `counted` and
    `volume` are the pair behind the value, `rolling_counted` and `rolling_volume` the one
    behind the rolling value; `url` leads to the rows.
    """

    month: Month
    label: str
    value: Quantity | None
    provisional: Quantity = 0
    rolling: Quantity | None = None
    counted: Quantity = 0
    volume: Quantity = 0
    rolling_counted: Quantity = 0
    rolling_volume: Quantity = 0
    reason: str = ""
    url: str = ""

    @property
    def exact(self) -> Fraction | None:
        """Give the value without rounding."""
        return None if self.value is None else Fraction(self.value)


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A line across the chart, with its words (long, and short for narrow charts)."""

    value: Quantity
    label: str
    short: str = ""
    kind: LimitKind = "threshold"


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Size of the sheet in view-box units; one unit is one CSS pixel at full size."""

    width: float
    height: float
    text: float = 11
    strip: float = 34
    short: bool = False


WIDE = Layout(width=760, height=300)
NARROW = Layout(width=350, height=280, strip=28, short=True)
