"""Causes that a document froze as a Pareto: their table stands beneath it."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scorecards.charts import Drawing, ParetoBar, pareto
from scorecards.formulas.quantities import Quantity
from scorecards.pictures.figure import NARROW_WIDTH, Picture, percent_text, quantity_text
from suppliers.quantities import pieces


@dataclass(frozen=True, kw_only=True)
class CauseBar:
    """One cause in words; an empty label is the row of all the others, `others` of them.

    `said` is what else the read-out of a page says of it, `url` where its bar leads.
    """

    label: str
    name: str
    counted: Quantity
    others: int = 0
    said: str = ""
    url: str = ""


def pareto_drawing(causes: Sequence[CauseBar]) -> Drawing:
    """Draw causes in the order given, for a column of a page."""
    total = sum((Fraction(cause.counted) for cause in causes), Fraction(0))
    reached = accumulate(Fraction(cause.counted) for cause in causes)
    bars = [
        ParetoBar(
            label=_label(cause),
            value=cause.counted,
            rest=not cause.label,
            readout=_readout(cause, so_far=so_far, total=total),
            url=cause.url,
        )
        for cause, so_far in zip(causes, reached, strict=True)
    ]
    return pareto(bars, width=NARROW_WIDTH, number=quantity_text, percent=percent_text)


def pareto_picture(causes: Sequence[CauseBar], *, name: str, title: str, of_what: str) -> Picture:
    """Return the same as a page shows it, with its read-out; as wide on a phone."""
    drawing = pareto_drawing(causes)
    return Picture(
        name=name,
        title=title,
        description=pareto_description(),
        wide=drawing,
        narrow=drawing,
        legend=[
            ("bar", _("pieces")),
            ("rest", _("all others")),
            ("series", _("running total of the shares")),
        ],
        header=(),
        rows=(),
        said=drawing.spots[0].readout if drawing.spots else "",
        spots_name=of_what,
    )


def pareto_description() -> str:
    """Say how a Pareto is read."""
    return _(
        "A bar for each cause, largest first, as long as its share of all; the line is the"
        " running total of these shares."
    )


def _readout(cause: CauseBar, *, so_far: Fraction, total: Fraction) -> str:
    if not total:
        return ""
    parts = [
        f"{_label(cause)}: {pieces(cause.counted, quantity_text(cause.counted))}",
        percent_text(Fraction(cause.counted) / total),
        _("running total %(share)s") % {"share": percent_text(so_far / total)},
        cause.said,
    ]
    return " · ".join(filter(None, parts))


def _label(cause: CauseBar) -> str:
    return f"{cause.label} {cause.name}".strip() or others_label(cause.others)


def others_label(count: int) -> str:
    """Name the row of all the others; 0 where nobody counted them."""
    if not count:
        return _("All others")
    return ngettext("%(count)d other", "All %(count)d others", count) % {"count": count}
