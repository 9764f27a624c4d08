"""The grade of each supplier in a month, for lists: as published, else from the live counts."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from scorecards.models import Scorecard
from scorecards.periods import Month
from scorecards.queries.gates import Gates
from scorecards.queries.schemes import scheme_of
from scorecards.queries.scores import Counts

GRADES: Final = ("A", "B", "C")


@dataclass(frozen=True, kw_only=True)
class Graded:
    """A supplier's score of a month; `published` when it is that of a frozen scorecard."""

    score: Decimal | None
    grade: str
    published: bool


def grades(month: Month, *, supplier_ids: Collection[int]) -> dict[int, Graded]:
    """Return score and grade by supplier, with a fixed number of queries.

    What was published counts; the others are scored as publishing would do it now. Suppliers
    without a score have no key.
    """
    frozen = _published(month, supplier_ids)
    live = _live(month, [pk for pk in supplier_ids if pk not in frozen])
    return {pk: graded for pk, graded in (frozen | live).items() if graded.grade}


def _published(month: Month, supplier_ids: Collection[int]) -> dict[int, Graded]:
    rows = Scorecard.objects.of_month(month).newest().filter(supplier__in=list(supplier_ids))
    return {
        pk: Graded(score=score, grade=grade, published=True)
        for pk, score, grade in rows.values_list("supplier", "score", "grade")
    }


def _live(month: Month, supplier_ids: Collection[int]) -> dict[int, Graded]:
    scheme = scheme_of(month)
    if scheme is None or not supplier_ids:
        return {}
    counts = Counts(supplier_ids, first=month, last=month)
    held = Gates(supplier_ids)
    found = {
        pk: counts.score(
            pk,
            month=month,
            scheme=scheme,
            gates=held.of(pk, month),
        )
        for pk in supplier_ids
    }
    return {
        pk: Graded(score=score.score, grade=score.grade, published=False)
        for pk, score in found.items()
    }
