"""Causes as a Pareto: defect codes or parts, largest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scorecards.charts import Drawing, ParetoBar, pareto
from scorecards.formulas.quantities import Quantity
from scorecards.pictures.figure import (
    NARROW_WIDTH,
    WIDTH,
    Cell,
    Picture,
    percent_text,
    quantity_text,
)


@dataclass(frozen=True, kw_only=True)
class CauseBar:
    """One cause in words; an empty label is the row of all the others, `others` of them."""

    label: str
    name: str
    counted: Quantity
    incidents: int
    worst: str = ""
    url: str = ""
    others: int = 0


def pareto_picture(
    causes: Sequence[CauseBar], *, name: str, title: str, of_what: str, worst_named: bool = False
) -> Picture:
    """Return the picture of causes in the order given; severity stands beside the count."""
    total = sum((Fraction(cause.counted) for cause in causes), Fraction(0))
    bars = [_bar(cause, total) for cause in causes]
    return Picture(
        name=name,
        title=title,
        description=_(
            "A bar for each cause, largest first; the line is the share of all that is reached."
        ),
        wide=_drawn(bars, WIDTH),
        narrow=_drawn(bars, NARROW_WIDTH),
        legend=[
            ("bar", _("pieces")),
            ("rest", _("all others")),
            ("series", _("share reached so far")),
        ],
        header=[
            of_what,
            _("Pieces"),
            _("Share"),
            _("Reached"),
            _("Incidents"),
            *([_("Worst")] if worst_named else []),
        ],
        rows=_rows(causes, total, worst_named=worst_named),
        said=bars[0].readout if bars else "",
        spots_name=of_what,
    )


def _drawn(bars: Sequence[ParetoBar], width: float) -> Drawing:
    return pareto(bars, width=width, number=quantity_text, percent=percent_text)


def _label(cause: CauseBar) -> str:
    return f"{cause.label} {cause.name}".strip() or others_label(cause.others)


def others_label(count: int) -> str:
    """Name the row of all the others; 0 where nobody counted them."""
    if not count:
        return _("All others")
    return ngettext("%(count)d other", "All %(count)d others", count) % {"count": count}


def _bar(cause: CauseBar, total: Fraction) -> ParetoBar:
    words = ngettext("%(count)d incident", "%(count)d incidents", cause.incidents)
    parts = [
        f"{_label(cause)}: {quantity_text(cause.counted)}",
        percent_text(_share(cause.counted, total)),
        words % {"count": cause.incidents},
        *([cause.worst] if cause.worst else []),
    ]
    return ParetoBar(
        label=_label(cause),
        value=cause.counted,
        note=cause.worst,
        readout=" · ".join(parts),
        url=cause.url,
        rest=not cause.label,
    )


def _share(part: Quantity, total: Fraction) -> Fraction:
    return Fraction(part) / total if total else Fraction(0)


def _rows(causes: Sequence[CauseBar], total: Fraction, *, worst_named: bool) -> list[list[Cell]]:
    rows, reached = [], Fraction(0)
    for cause in causes:
        reached += Fraction(cause.counted)
        row = [
            Cell(text=_label(cause), numeric=False, url=cause.url),
            Cell(text=quantity_text(cause.counted)),
            Cell(text=percent_text(_share(cause.counted, total))),
            Cell(text=percent_text(_share(reached, total))),
            Cell(text=str(cause.incidents)),
        ]
        rows.append([*row, Cell(text=cause.worst or "—", numeric=False)] if worst_named else row)
    return rows
