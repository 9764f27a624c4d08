"""In which order lists of suppliers stand."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from scorecards.cases import OpenCase
from scorecards.metrics import Metric
from scorecards.periods import Month, Window
from scorecards.queries.figures import window_figures
from scorecards.queries.grades import grades
from scorecards.queries.targets import tiers_in

FIGURE_ORDERS: Final[dict[str, tuple[Metric, Window]]] = {
    "month": (Metric.EXTERNAL_PPM, Window.MONTH),
    "3": (Metric.EXTERNAL_PPM, Window.ROLLING_3),
    "12": (Metric.EXTERNAL_PPM, Window.ROLLING_12),
    "warranty": (Metric.WARRANTY_PPM, Window.MONTH),
}
ORDERS: Final = ("code", "name", "tier", "score", *FIGURE_ORDERS, "level", "due")


def ordered(
    found: list[tuple[int, str, str]],
    *,
    cases: Mapping[int, Sequence[OpenCase]],
    month: Month,
    order: str,
) -> list[int]:
    """Return the keys of suppliers, given with code and name by code, in the order asked for."""
    name, descending = order.removeprefix("-"), order.startswith("-")
    ids = [pk for pk, *_ in found]  # by code, which decides between equals
    if name == "code":
        return ids[::-1] if descending else ids
    if name == "name":
        names = {pk: text.casefold() for pk, _, text in found}
        return known_first(ids, key=names.get, descending=descending)
    key = _key(name, ids, cases=cases, month=month)
    return known_first(ids, key=key, descending=descending)


def known_first(
    ids: Sequence[int], *, key: Callable[[int], Any], descending: bool = False
) -> list[int]:
    """Return suppliers by a key; those without one stand last, whichever the direction.

    `ids` are by code, which decides between equals.
    """
    known = [pk for pk in ids if key(pk) is not None]
    unknown = [pk for pk in ids if key(pk) is None]
    return sorted(known, key=key, reverse=descending) + unknown


def score_key(supplier_ids: Collection[int], month: Month) -> Callable[[int], Decimal | None]:
    """Return what orders by score, best last."""
    graded = grades(month, supplier_ids=supplier_ids)
    return {pk: one.score for pk, one in graded.items() if one.score is not None}.get


def tier_key(supplier_ids: Collection[int], month: Month) -> Callable[[int], int | None]:
    """Return what orders by the level of the tier in a month."""
    return {pk: tier.level for pk, tier in tiers_in(month, supplier_ids=supplier_ids).items()}.get


def _key(
    name: str,
    supplier_ids: list[int],
    *,
    cases: Mapping[int, Sequence[OpenCase]],
    month: Month,
) -> Callable[[int], Any]:
    """Return what a supplier is ordered by; None stands last, whichever the direction."""
    if name in FIGURE_ORDERS:
        return _figure_key(*FIGURE_ORDERS[name], supplier_ids, month)
    if name == "score":
        return score_key(supplier_ids, month)
    if name == "tier":
        return tier_key(supplier_ids, month)
    dues = {pk: _next_due(of) for pk, of in cases.items()}
    if name == "due":
        return dues.get
    urgency = {pk: (-of[0].rank, dues[pk] or date.max) for pk, of in cases.items() if of}
    return urgency.get


def _next_due(cases: Sequence[OpenCase]) -> date | None:
    return min((case.due_on for case in cases if case.due_on), default=None)


def _figure_key(
    metric: Metric, window: Window, supplier_ids: list[int], month: Month
) -> Callable[[int], Decimal | None]:
    """Order by the rate to 28 digits, which is quicker than exact and decides nothing."""
    figures = window_figures(metric=metric, window=window, end=month, keys=supplier_ids)
    rates = {
        pk: figure.counted / figure.exposure for pk, figure in figures.items() if figure.exposure
    }
    return rates.get
