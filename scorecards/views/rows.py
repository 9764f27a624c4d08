"""A panel with the rows of a month: tabs by kind, a page of rows, their sum."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from scorecards.periods import Month
from scorecards.queries.rows import RowKind, Rows, being_rolled_up, rows_behind
from scorecards.queries.scopes import Scope

PANEL_SIZE = 25
NAMES: dict[RowKind, str | Promise] = {
    RowKind.REJECTS: _("Rejects"),
    RowKind.DELIVERIES: _("Deliveries"),
    RowKind.RETURNS: _("Warranty returns"),
    RowKind.IN_FIELD: _("Parts in field"),
}


@dataclass(frozen=True, kw_only=True)
class RowsPanel:
    """The kind that is open, one page of its rows, and tabs to the others."""

    kind: RowKind
    rows: Rows
    page: Page[Any]
    tabs: Sequence[dict[str, Any]]
    difference: Decimal  # what the figure holds beyond the rows; 0 when they add up
    wide: bool  # several suppliers: each row says whose it is
    rolling_up: bool  # a change is not in the figures yet, which may explain a difference

    @property
    def template(self) -> str:
        """The table that shows rows of this kind."""
        return f"scorecards/rows/{self.kind.value.replace('-', '_')}.html"


def rows_panel(
    request: HttpRequest,
    scope: Scope,
    last: Month,
    *,
    figures: Mapping[RowKind, Decimal],
    first: Month | None = None,
    size: int = PANEL_SIZE,
) -> RowsPanel:
    """Return the rows of `?rows=`, by default the first kind, up to the month `last`.

    `figures` names the kinds and what the rows of each must add up to. Of several suppliers
    only the open kind is counted: the others may be millions.
    """
    kind = _asked_kind(request, list(figures))
    counted = [kind] if scope.is_wide else list(figures)
    behind = {
        each: rows_behind(each, user=request.user, scope=scope, first=first or last, last=last)
        for each in counted
    }
    pages = {each: Paginator(rows.all, size) for each, rows in behind.items()}
    counts = {each: page.count for each, page in pages.items()}
    difference = figures[kind] - behind[kind].total
    return RowsPanel(
        kind=kind,
        rows=behind[kind],
        page=pages[kind].get_page(request.GET.get("page")),
        difference=difference,
        rolling_up=bool(difference) and being_rolled_up(scope),
        tabs=[_tab(request, each, active=each is kind, count=counts.get(each)) for each in figures],
        wide=scope.is_wide,
    )


def _asked_kind(request: HttpRequest, kinds: Sequence[RowKind]) -> RowKind:
    asked = request.GET.get("rows", "")
    return next((kind for kind in kinds if kind.value == asked), kinds[0])


def _tab(request: HttpRequest, kind: RowKind, *, active: bool, count: int | None) -> dict[str, Any]:
    query = request.GET.copy()
    query.pop("page", None)
    query["rows"] = kind.value
    return {
        "label": NAMES[kind],
        "url": f"?{query.urlencode()}#rows",
        "active": active,
        "count": count,
    }
