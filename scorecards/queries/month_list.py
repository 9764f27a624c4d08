"""The suppliers of a month's end: their score, their scorecard and where its sign-off stands.

Filtering and ordering look at every supplier once; what a row shows is read for the rows of one
page only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet

from scorecards.models import Scorecard
from scorecards.periods import Month
from scorecards.queries.grades import Graded, grades
from scorecards.queries.sign_off import Standing, standing, stands_since
from scorecards.queries.supplier_filter import ListFilter, has_grade, matching
from scorecards.queries.supplier_order import known_first, score_key, tier_key
from scorecards.queries.targets import tiers_in
from suppliers.models import Supplier, Tier

UNPUBLISHED: Final = "unpublished"
ORDERS: Final = ("code", "tier", "score", "sign_off", "version")
# Who has something to do comes first.
STANDINGS: Final = (
    Standing.QUERIED.value,
    Standing.PASSED_ON.value,
    Standing.NOBODY.value,
    Standing.WAITING.value,
    Standing.NOT_ASKED.value,
    Standing.SIGNED.value,
)


@dataclass(frozen=True, kw_only=True)
class MonthRow:
    """One supplier: its scorecard in force, None while unpublished, and where that stands.

    `graded` is as published, else what publishing would give now; None without a score.
    `standing` is empty while nothing is published; `since` when it began, None for what was
    never asked for.
    """

    supplier: Supplier
    tier: Tier | None
    graded: Graded | None
    scorecard: Scorecard | None
    standing: str
    since: datetime | None

    @property
    def standing_name(self) -> str:
        """Where the sign-off stands, in words."""
        return str(Standing(self.standing).label) if self.standing else ""


@dataclass(frozen=True, kw_only=True)
class MonthList:
    """Every matching supplier in order; rows are filled in for the slice that is shown."""

    month: Month
    supplier_ids: Sequence[int]

    def rows(self, supplier_ids: Sequence[int]) -> list[MonthRow]:
        """Return the rows of these suppliers, in their order, with a fixed number of queries."""
        suppliers = Supplier.objects.in_bulk(list(supplier_ids))
        tiers = tiers_in(self.month, supplier_ids=supplier_ids)
        graded = grades(self.month, supplier_ids=supplier_ids)
        cards = _scorecards(self.month, supplier_ids)
        return [
            MonthRow(
                supplier=suppliers[pk],
                tier=tiers.get(pk),
                graded=graded.get(pk),
                scorecard=cards.get(pk),
                standing=getattr(cards.get(pk), "standing", ""),
                since=getattr(cards.get(pk), "since", None),
            )
            for pk in supplier_ids
        ]


def month_list(
    *, suppliers: QuerySet[Supplier], month: Month, wanted: ListFilter, sign_off: str = ""
) -> MonthList:
    """Return the suppliers that match, ordered.

    Args:
        suppliers: those with figures for the month that the reader may see.
        month: the month whose end it is.
        wanted: search, tier, grade and order count.
        sign_off: a `Standing`, or `UNPUBLISHED`; empty for any.
    """
    found = suppliers.filter(matching(wanted, month)).order_by("code", "pk")
    ids: list[int] = list(found.values_list("pk", flat=True))
    if sign_off:
        standings = _standings(month, ids)
        ids = [pk for pk in ids if standings.get(pk, UNPUBLISHED) == sign_off]
    if wanted.grade:
        graded = grades(month, supplier_ids=ids)
        ids = [pk for pk in ids if has_grade(graded.get(pk), wanted.grade)]
    return MonthList(month=month, supplier_ids=_ordered(ids, month=month, order=wanted.order))


def _ordered(ids: list[int], *, month: Month, order: str) -> list[int]:
    name, descending = order.removeprefix("-"), order.startswith("-")
    if name not in ORDERS or name == "code":
        return ids[::-1] if descending else ids
    return known_first(ids, key=_key(name, ids, month), descending=descending)


def _key(name: str, ids: list[int], month: Month) -> Callable[[int], Any]:
    if name == "tier":
        return tier_key(ids, month)
    if name == "score":
        return score_key(ids, month)
    if name == "version":
        return dict(_in_force(month, ids).values_list("supplier", "version")).get
    return {pk: STANDINGS.index(one) for pk, one in _standings(month, ids).items()}.get


def _in_force(month: Month, supplier_ids: Sequence[int]) -> QuerySet[Scorecard]:
    rows: QuerySet[Scorecard] = (
        Scorecard.objects.of_month(month).newest().filter(supplier__in=list(supplier_ids))
    )
    return rows


def _standings(month: Month, supplier_ids: Sequence[int]) -> dict[int, str]:
    rows = _in_force(month, supplier_ids).annotate(standing=standing())
    return dict(rows.values_list("supplier", "standing"))


def _scorecards(month: Month, supplier_ids: Sequence[int]) -> dict[int, Scorecard]:
    rows = _in_force(month, supplier_ids).annotate(standing=standing(), since=stands_since())
    return {row.supplier_id: row for row in rows.select_related("document").defer("snapshot")}
