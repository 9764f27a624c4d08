"""Warranty by build month as a heat map: when was it built, and how early does it fail?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scorecards.charts import Drawing, HeatCell, HeatRow, heat_map
from scorecards.formulas.quantities import Quantity
from scorecards.periods import Month
from scorecards.pictures.figure import (
    NARROW_WIDTH,
    WIDTH,
    Cell,
    Picture,
    month_label,
    month_text,
    ppm_text,
    quantity_text,
)

CellAddress = Callable[[Month, int], str]


@dataclass(frozen=True, kw_only=True)
class BuildCell:
    """Returns within so many months in service of what was built in a month."""

    month: Month
    months_in_service: int
    ppm: Quantity | None
    counted: Quantity
    received: Quantity
    mature: bool
    heat: int


def build_month_picture(
    rows: Sequence[Sequence[BuildCell]], *, title: str, url: CellAddress
) -> Picture:
    """Return the picture; `rows` has one row for each time in service, months oldest first."""
    drawn = [_row(row, url) for row in rows]
    months = [cell.month for cell in rows[0]] if rows else []
    return Picture(
        name="build-months",
        title=title,
        description=_(
            "A column for each month of build, a row for each time in service; a darker field has "
            "a higher rate against all mature months, a hatched one is not mature yet."
        ),
        wide=_drawn(drawn, months, WIDTH),
        narrow=_drawn(drawn, months, NARROW_WIDTH),
        legend=[
            ("heat-1", _("below half of all mature months")),
            ("heat-2", _("up to 1 ×")),
            ("heat-3", _("1 × and more")),
            ("heat-4", _("2 × and more")),
            ("heat-5", _("4 × and more")),
            ("heat-hatching", _("not mature: more may come")),
        ],
        header=[_("Built"), *(_months(row[0].months_in_service) for row in rows if row)],
        rows=[_line(column) for column in zip(*rows, strict=True)][::-1],
        said=drawn[0].cells[-1].readout if drawn and drawn[0].cells else "",
        spots_name=_("Build months"),
    )


def _months(number: int) -> str:
    return ngettext("%(number)d month", "%(number)d months", number) % {"number": number}


def _drawn(rows: Sequence[HeatRow], months: Sequence[Month], width: float) -> Drawing:
    labels, years = [month_label(month) for month in months], [str(month.year) for month in months]
    return heat_map(rows, labels=labels, years=years, width=width)


def _row(row: Sequence[BuildCell], url: CellAddress) -> HeatRow:
    label = _months(row[0].months_in_service) if row else ""
    return HeatRow(label=label, cells=tuple(_cell(cell, url) for cell in row))


def _cell(cell: BuildCell, url: CellAddress) -> HeatCell:
    words = _("Built %(month)s, %(service)s in service: %(ppm)s PPM · %(counted)s of %(received)s")
    said = words % {
        "month": month_text(cell.month),
        "service": _months(cell.months_in_service),
        "ppm": ppm_text(cell.ppm),
        "counted": quantity_text(cell.counted),
        "received": quantity_text(cell.received),
    }
    return HeatCell(
        heat=None if cell.ppm is None else cell.heat,
        text="" if cell.ppm is None else ppm_text(cell.ppm),
        mature=cell.mature,
        readout=said if cell.mature else f"{said} · {_('not mature: more may come')}",
        url=url(cell.month, cell.months_in_service) if cell.counted else "",
    )


def _line(column: Sequence[BuildCell]) -> list[Cell]:
    numbers = [ppm_text(c.ppm) + ("" if c.mature or c.ppm is None else "*") for c in column]
    month = Cell(text=month_text(column[0].month), numeric=False)
    return [month, *(Cell(text=number) for number in numbers)]
