"""Repeats: the same defect on the same part again, whatever number the part has by now."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import F

from scorecards.models import CountedReject
from scorecards.periods import Month, Window, window_months
from suppliers.models import Supplier
from suppliers.queries.part_chains import families_of

AGAIN: Final = 2


@dataclass(frozen=True, kw_only=True)
class Repeat:
    """A defect that came back: how often, and when first and last."""

    defect: str
    defect_name: str
    part: str
    numbers: tuple[str, ...]
    incidents: int
    first_on: date
    last_on: date


def repeats(*, supplier: Supplier, end: Month) -> Sequence[Repeat]:
    """Return what was wrong in `end` and at least once before in its twelve months.

    An incident counts once however many lines and plants report it; numbers that superseded
    each other are one part, under the newest that the supplier has.
    """
    first = window_months(Window.ROLLING_12, end=end)[0]
    rows = list(
        CountedReject.objects.filter(
            supplier=supplier,
            detected_on__range=(first.first_day, end.last_day),
            incidents__gt=0,
        )
        .values(
            "detected_on",
            "part",
            "part__number",
            defect=F("reject__defect_code__code"),
            defect_name=F("reject__defect_code__name"),
        )
        .order_by("detected_on", "pk")
    )
    known = families_of(supplier, {row["part"] for row in rows})
    together: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        family = known.get(row["part"])
        newest = row["part__number"] if family is None else family.newest.number
        together[row["defect"], newest].append(row)
    found = [_repeat(newest, own) for (_, newest), own in together.items() if _again(own, end)]
    return sorted(found, key=lambda one: (-one.incidents, one.part, one.defect))


def _again(rows: Sequence[dict[str, Any]], end: Month) -> bool:
    return len(rows) >= AGAIN and Month.of(rows[-1]["detected_on"]) == end


def _repeat(newest: str, rows: Sequence[dict[str, Any]]) -> Repeat:
    numbers = dict.fromkeys(row["part__number"] for row in rows)
    return Repeat(
        defect=rows[0]["defect"],
        defect_name=rows[0]["defect_name"],
        part=newest,
        numbers=tuple(number for number in numbers if number != newest),
        incidents=len(rows),
        first_on=rows[0]["detected_on"],
        last_on=rows[-1]["detected_on"],
    )
