"""Any causes by any measure as a Pareto on a page: the largest drawn, all of them in its table."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scorecards import formatting
from scorecards.charts import Drawing, ParetoBar, pareto
from scorecards.charts.series import Writer
from scorecards.enums import CauseMeasure
from scorecards.formulas.quantities import Quantity
from scorecards.pictures.figure import (
    NARROW_WIDTH,
    WIDTH,
    Cell,
    Picture,
    percent_text,
    quantity_text,
)
from scorecards.pictures.pareto import others_label
from scorecards.wording import reader_separators
from suppliers.quantities import pieces

# What stands beside the measure that was chosen; costs only where they are asked for.
NUMBERS: Final = (CauseMeasure.PIECES, CauseMeasure.INCIDENTS)


@dataclass(frozen=True, kw_only=True)
class CauseLine:
    """One cause in words; `value` is in the measure of the picture, `severity` names incidents."""

    label: str
    value: Decimal
    share: Fraction
    reached: Fraction
    pieces: Decimal
    incidents: int
    cost: Decimal
    worst: str
    severity: str
    url: str = ""


def causes_picture(
    lines: Sequence[CauseLine],
    *,
    measure: CauseMeasure,
    currency: str,
    of_what: str,
    title: str,
    most: int,
    rest_url: str = "",
) -> Picture:
    """Return the picture of causes in the order given; beyond `most` they are drawn as one bar."""
    bars = [_bar(line, measure, currency) for line in lines[:most]]
    if lines[most:]:
        bars.append(_rest(lines[most:], measure, currency, rest_url))
    others = [one for one in NUMBERS if one is not measure]
    unit = f"{measure.label} ({currency})" if measure is CauseMeasure.COST else str(measure.label)
    write = money_text if measure is CauseMeasure.COST else quantity_text
    return Picture(
        name="pareto-causes",
        title=title,
        description=_(
            "A bar for each cause, largest first, as long as its share of all; the line is the"
            " running total of these shares."
        ),
        wide=_drawn(bars, WIDTH, write),
        narrow=_drawn(bars, NARROW_WIDTH, write),
        legend=[
            ("bar", unit),
            ("rest", _("all others")),
            ("series", _("running total of the shares")),
        ],
        header=[
            of_what,
            unit,
            _("Severity"),
            _("Share"),
            _("Reached"),
            *(str(one.label) for one in others),
        ],
        rows=[_row(line, others, write) for line in lines],
        said=bars[0].readout if bars else "",
        spots_name=of_what,
    )


def money_text(value: Quantity | None) -> str:
    """Write an amount in the reader's language."""
    return formatting.money(value, separators=reader_separators())


def _drawn(bars: Sequence[ParetoBar], width: float, write: Writer) -> Drawing:
    return pareto(bars, width=width, number=write, percent=percent_text)


def _bar(line: CauseLine, measure: CauseMeasure, currency: str) -> ParetoBar:
    return ParetoBar(
        label=line.label,
        value=line.value,
        note=line.worst,
        readout=_readout(line, measure, currency),
        url=line.url,
    )


def _readout(line: CauseLine, measure: CauseMeasure, currency: str) -> str:
    parts = [
        f"{line.label}: {_said(line, measure, currency)}",
        percent_text(line.share),
        _("running total %(share)s") % {"share": percent_text(line.reached)},
        *(_said(line, one, currency) for one in NUMBERS if one is not measure),
        line.severity,
    ]
    return " · ".join(filter(None, parts))


def _said(line: CauseLine, measure: CauseMeasure, currency: str) -> str:
    if measure is CauseMeasure.COST:
        return f"{money_text(line.cost)} {currency}"
    if measure is CauseMeasure.INCIDENTS:
        words = ngettext("%(count)s incident", "%(count)s incidents", line.incidents)
        return words % {"count": quantity_text(line.incidents)}
    return pieces(line.pieces, quantity_text(line.pieces))


def _rest(lines: Sequence[CauseLine], measure: CauseMeasure, currency: str, url: str) -> ParetoBar:
    rest = CauseLine(
        label=others_label(len(lines)),
        value=sum((line.value for line in lines), Decimal(0)),
        share=sum((line.share for line in lines), Fraction(0)),
        reached=Fraction(1),
        pieces=sum((line.pieces for line in lines), Decimal(0)),
        incidents=sum(line.incidents for line in lines),
        cost=sum((line.cost for line in lines), Decimal(0)),
        worst="",
        severity="",
    )
    return ParetoBar(
        label=rest.label,
        value=rest.value,
        readout=_readout(rest, measure, currency),
        url=url,
        rest=True,
    )


def _row(line: CauseLine, others: Sequence[CauseMeasure], write: Writer) -> list[Cell]:
    beside = {
        CauseMeasure.PIECES: quantity_text(line.pieces),
        CauseMeasure.INCIDENTS: quantity_text(line.incidents),
    }
    return [
        Cell(text=line.label, numeric=False, url=line.url),
        Cell(text=write(line.value)),
        Cell(text=line.severity or line.worst, numeric=False),
        Cell(text=percent_text(line.share)),
        Cell(text=percent_text(line.reached)),
        *(Cell(text=beside[one]) for one in others),
    ]
