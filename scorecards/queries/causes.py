"""What a scorecard freezes of the causes: the largest defect codes and parts, in pieces.

Defect codes come from `cause_table` as they do on pages and in the API, where causes are told apart
in any way and measure. Parts come from the roll-up, with their receipts and the same pieces.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from scorecards.codec import ADDED_LATER
from scorecards.models import PartMonth
from scorecards.periods import Month, Window, window_months
from scorecards.queries.cause_question import CauseQuestion
from scorecards.queries.cause_table import CauseCount, cause_table
from scorecards.queries.scopes import of_supplier
from suppliers.models import Supplier
from suppliers.queries.part_chains import Family, families_of


@dataclass(frozen=True, kw_only=True)
class Cause:
    """One bar of a Pareto: pieces that count, incidents, and the worst that happened.

    `received` is known for parts and None for defect codes; `worst` is a severity's value, the
    hardest among what counts, empty where no single one applies. `label` is empty for the row of
    all the others, and `others` then says how many they are; 0 where a document was frozen before
    that was kept.
    """

    label: str
    name: str
    counted: Decimal
    incidents: int
    received: Decimal | None
    worst: str
    share: Fraction
    others: int = field(default=0, metadata=ADDED_LATER)


def top_defects(
    *, supplier: Supplier, end: Month, window: Window = Window.ROLLING_12, most: int = 5
) -> tuple[Cause, ...]:
    """Return the defect codes behind the window's rejects, and the rest as one row."""
    question = CauseQuestion(scope=of_supplier(supplier), end=end, window=window)
    table = cause_table(question)
    return _with_shares([_defect(cause) for cause in table.causes], most=most)


def top_parts(
    *, supplier: Supplier, end: Month, window: Window = Window.ROLLING_12, most: int = 5
) -> tuple[Cause, ...]:
    """Return the parts with the most rejected pieces, and the rest as one row.

    Numbers that superseded each other are one row, under the newest that the supplier has:
    what is wrong with a part stays wrong when its number changes. PPM is per number, so such a
    row has none.
    """
    rows = (
        PartMonth.objects.filter(supplier=supplier, **_within(window, end))
        .values("part", "part__number", "part__name", "part__supersedes")
        .annotate(counted=Sum("counted_qty"), received=Sum("received_qty"), cases=Sum("incidents"))
        .filter(counted__gt=0)
        .order_by("-counted", "part__number")
    )
    return _with_shares(_along_families(supplier, list(rows)), most=most)


def _within(window: Window, end: Month) -> dict[str, Any]:
    first = window_months(window, end=end)[0]
    return {"month__range": (first.first_day, end.first_day)}


def _defect(cause: CauseCount) -> Cause:
    return Cause(
        label=cause.key,
        name=cause.name,
        counted=cause.pieces,
        incidents=cause.incidents,
        received=None,
        worst=cause.worst,
        share=Fraction(0),
    )


def _part(row: dict[str, Any]) -> Cause:
    return Cause(
        label=row["part__number"],
        name=row["part__name"],
        counted=row["counted"],
        incidents=row["cases"],
        received=row["received"],
        worst="",
        share=Fraction(0),
    )


def _along_families(supplier: Supplier, rows: Sequence[dict[str, Any]]) -> list[Cause]:
    """Put the numbers of a family into one row, largest first again."""
    known = _families(supplier, rows)
    together: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        family = known.get(row["part"])
        together[row["part"] if family is None else family.newest.pk].append(row)
    causes = [_family(known.get(own[0]["part"]), own) for own in together.values()]
    return sorted(causes, key=lambda cause: (-cause.counted, cause.label))


def _families(supplier: Supplier, rows: Sequence[dict[str, Any]]) -> dict[int, Family]:
    """Return the families that two of the rows may share; one at least supersedes another then."""
    if not any(row["part__supersedes"] for row in rows):
        return {}
    return families_of(supplier, [row["part"] for row in rows])


def _family(family: Family | None, rows: Sequence[dict[str, Any]]) -> Cause:
    if family is None or len(rows) == 1:
        return _part(rows[0])
    numbers = {row["part__number"] for row in rows} - {family.newest.number}
    return Cause(
        label=family.newest.number,
        name=_("%(name)s, with %(numbers)s")
        % {"name": family.newest.name, "numbers": ", ".join(sorted(numbers))},
        counted=sum((row["counted"] for row in rows), Decimal(0)),
        incidents=sum(row["cases"] for row in rows),
        received=None,
        worst="",
        share=Fraction(0),
    )


def _with_shares(causes: Sequence[Cause], *, most: int) -> tuple[Cause, ...]:
    """Keep the largest, put the rest into one row, and say what share each has."""
    total = sum((cause.counted for cause in causes), Decimal(0))
    kept, rest = list(causes[:most]), causes[most:]
    if rest:
        kept.append(_rest(rest))
    return tuple(
        Cause(**{**vars(cause), "share": Fraction(cause.counted) / Fraction(total)})
        for cause in kept
    )


def _rest(causes: Sequence[Cause]) -> Cause:
    return Cause(
        label="",
        name="",
        counted=sum((cause.counted for cause in causes), Decimal(0)),
        incidents=sum(cause.incidents for cause in causes),
        received=None,
        worst="",
        share=Fraction(0),
        others=len(causes),
    )
