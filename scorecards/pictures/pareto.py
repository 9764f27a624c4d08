"""Causes that a document froze as a Pareto: drawn alone, their table stands beneath it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scorecards.charts import Drawing, ParetoBar, pareto
from scorecards.formulas.quantities import Quantity
from scorecards.pictures.figure import NARROW_WIDTH, percent_text, quantity_text


@dataclass(frozen=True, kw_only=True)
class CauseBar:
    """One cause in words; an empty label is the row of all the others, `others` of them."""

    label: str
    name: str
    counted: Quantity
    others: int = 0


def pareto_drawing(causes: Sequence[CauseBar]) -> Drawing:
    """Draw causes in the order given, for a column of a page."""
    bars = [
        ParetoBar(label=_label(cause), value=cause.counted, rest=not cause.label)
        for cause in causes
    ]
    return pareto(bars, width=NARROW_WIDTH, number=quantity_text, percent=percent_text)


def _label(cause: CauseBar) -> str:
    return f"{cause.label} {cause.name}".strip() or others_label(cause.others)


def others_label(count: int) -> str:
    """Name the row of all the others; 0 where nobody counted them."""
    if not count:
        return _("All others")
    return ngettext("%(count)d other", "All %(count)d others", count) % {"count": count}
