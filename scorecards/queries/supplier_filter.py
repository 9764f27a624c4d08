"""Which suppliers a list is asked for: by name, tier, plant, level, grade."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from scorecards.cases import OpenCase
from scorecards.models import PartMonth, SupplierMonth
from scorecards.periods import Month
from scorecards.queries.grades import Graded

ANY_LEVEL: Final = "any"
NO_LEVEL: Final = "none"


@dataclass(frozen=True, kw_only=True)
class ListFilter:
    """What the reader asked for; empty parts ask for nothing."""

    search: str = ""
    tier: int | None = None
    plant: int | None = None
    level: str = ""
    grade: str = ""
    with_rejects: bool = False
    order: str = ""


def matching(wanted: ListFilter, month: Month) -> Q:
    """Return the condition on suppliers; levels, grades and orders are not part of it."""
    matching = Q()
    if wanted.search:
        matching &= Q(code__icontains=wanted.search) | Q(name__icontains=wanted.search)
    if wanted.tier is not None:
        matching &= Q(tiers__tier=wanted.tier, tiers__during__contains=month.last_day)
    if wanted.plant is not None:
        delivered = PartMonth.objects.filter(
            plant=wanted.plant, month__gt=month.minus(12).first_day, month__lte=month.first_day
        )
        matching &= Q(pk__in=delivered.values("supplier"))
    if wanted.with_rejects:
        rejected = SupplierMonth.objects.filter(month=month.first_day, counted_qty__gt=0)
        matching &= Q(pk__in=rejected.values("supplier"))
    return matching


def has_level(cases: Sequence[OpenCase], level: str) -> bool:
    """Whether open cases, hardest first, are at the level asked for."""
    if level == ANY_LEVEL:
        return bool(cases)
    if level == NO_LEVEL:
        return not cases
    return any(case.level == level for case in cases)


def has_grade(graded: Graded | None, grade: str) -> bool:
    """Whether a supplier has that grade."""
    return graded is not None and graded.grade == grade
