"""The causes of a scorecard as its page shows them: drawn, read out, and leading to records."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from scorecards.enums import CauseKind, CauseMeasure
from scorecards.pictures.figure import Picture
from scorecards.pictures.pareto import CauseBar, pareto_picture
from scorecards.queries.causes import Cause
from scorecards.queries.judged_causes import JudgedCause, judged_parts
from scorecards.queries.overview import SupplierOverview
from scorecards.queries.scopes import causes_address, of_supplier
from scorecards.templatetags.figures import ppm_against, to_ppm
from scorecards.templatetags.sheets import severity
from suppliers.models import Supplier


@dataclass(frozen=True, kw_only=True)
class SheetCauses:
    """The defects or the parts of a scorecard: their rows, and the drawing above them."""

    parts: bool
    rows: Sequence[Any]
    picture: Picture


def sheet_causes(
    overview: SupplierOverview, *, supplier: Supplier
) -> tuple[SheetCauses, SheetCauses]:
    """Return the defects and the parts; a bar leads to the records that are known now."""
    parts = judged_parts(overview)
    defects = [
        _bar(cause, said=severity(cause.worst) if cause.worst else "") for cause in overview.defects
    ]
    return (
        SheetCauses(
            parts=False,
            rows=overview.defects,
            picture=pareto_picture(
                _leading(defects, CauseKind.DEFECT_CODE, overview, supplier),
                name="defects",
                title=_("Defects, last 12 months"),
                of_what=_("Defect"),
            ),
        ),
        SheetCauses(
            parts=True,
            rows=parts,
            picture=pareto_picture(
                _leading(
                    [_bar(part, said=_likely(part)) for part in parts],
                    CauseKind.PART,
                    overview,
                    supplier,
                ),
                name="rejected-parts",
                title=_("Rejected parts, last 12 months"),
                of_what=_("Part"),
            ),
        ),
    )


def _bar(cause: Cause | JudgedCause, *, said: str) -> CauseBar:
    return CauseBar(
        label=cause.label, name=cause.name, counted=cause.counted, others=cause.others, said=said
    )


def _likely(part: JudgedCause) -> str:
    if part.figure is None or part.figure.interval is None:
        return ""
    interval = part.figure.interval
    return _("%(ppm)s PPM, likely %(range)s") % {
        "ppm": ppm_against(part.figure.ppm, part.figure.limits_ppm),
        "range": to_ppm(Fraction(interval.lower_ppm), Fraction(interval.upper_ppm)),
    }


def _leading(
    bars: Sequence[CauseBar], by: CauseKind, overview: SupplierOverview, supplier: Supplier
) -> list[CauseBar]:
    address = causes_address(of_supplier(supplier), month=overview.month)
    asked = {
        "by": by.value,
        "measure": CauseMeasure.PIECES.value,
        "window": overview.causes_window.value,
    }
    named = sum(bool(bar.label) for bar in bars)
    found = []
    for bar in bars:
        which = {"cause": bar.label} if bar.label else {"beyond": str(named)}
        url = f"{address}?{urlencode(asked | which)}#rows"
        found.append(CauseBar(**{**vars(bar), "url": url}))
    return found
