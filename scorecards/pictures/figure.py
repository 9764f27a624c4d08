"""A chart as `components/charts/figure.html` shows it, and what several charts need."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from django.utils.formats import date_format

from scorecards import formatting
from scorecards.charts import Drawing
from scorecards.formulas.quantities import Quantity
from scorecards.periods import Month
from scorecards.wording import reader_separators

# Sizes besides WIDE and NARROW: what lies flat grows with its rows.
WIDTH, NARROW_WIDTH = 760.0, 350.0


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A field of the data table; numbers stand right."""

    text: str
    numeric: bool = True
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A chart with all that stands around it.

    `legend` names kinds of strokes; `said` is read out before anything is pointed at; `name` is
    short and fit for a file. Without `rows` the page has the table beneath it.
    """

    name: str
    title: str
    description: str
    wide: Drawing
    narrow: Drawing
    legend: Sequence[tuple[str, str]]
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    said: str = ""
    spots_name: str = ""
    note: str = field(default="")

    @property
    def headings(self) -> list[tuple[str, bool]]:
        """Give the heading of each column, and whether numbers stand under it."""
        first = self.rows[0] if self.rows else [Cell(text="")] * len(self.header)
        return [(name, cell.numeric) for name, cell in zip(self.header, first, strict=True)]

    @property
    def explained(self) -> list[tuple[str, str]]:
        """Give the legend of what is on the sheet."""
        return [(kind, text) for kind, text in self.legend if kind in self.wide.kinds]


def ppm_text(value: Quantity | float | None) -> str:
    """Write a PPM in the reader's language; limits and rates come as floats."""
    return formatting.ppm(_exact(value), separators=reader_separators())


def quantity_text(value: Quantity | float | None) -> str:
    """Write a number of pieces in the reader's language."""
    return formatting.quantity(_exact(value), separators=reader_separators())


def percent_text(value: Quantity | None) -> str:
    """Write a share in the reader's language."""
    return formatting.percent(value, separators=reader_separators())


def compact_text(value: Quantity | None) -> str:
    """Write a large quantity in little room."""
    return formatting.compact(value, separators=reader_separators())


def month_text(month: Month) -> str:
    """Write a month in full."""
    return date_format(month.first_day, "F Y")


def month_label(month: Month) -> str:
    """Write a month under an axis."""
    return date_format(month.first_day, "M")


def _exact(value: Quantity | float | None) -> Quantity | None:
    return Fraction(value) if isinstance(value, float) else value
