"""Warranty by build month and months in service, of a supplier or a part."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from scorecards.enums import ScopeKind
from scorecards.periods import InvalidMonthError, Month
from scorecards.pictures.build_months import BuildCell, build_month_picture
from scorecards.pictures.figure import Picture
from scorecards.queries.build_month_file import build_month_file
from scorecards.queries.by_build_month import (
    MONTHS_IN_SERVICE,
    BuildMonth,
    BuildMonthTable,
    Cell,
    build_month_table,
    rows_of_cell,
)
from scorecards.queries.rows import RowKind
from scorecards.queries.scopes import Scope, build_months_address
from scorecards.spreadsheets import FileForm, download
from scorecards.views.rows import RowsPanel
from scorecards.views.scopes import supplier_scope, wide_scope
from suppliers.access import INSIDERS, for_roles, is_internal

PAGE_SIZE = 50


@require_safe
@login_required
def supplier_build_months(request: HttpRequest, code: str, month: Month) -> HttpResponse:
    """Show a supplier's warranty (perhaps of one part) by build month."""
    return _page(request, supplier_scope(request, code), month)


@require_safe
@login_required
def supplier_build_months_export(
    request: HttpRequest, code: str, month: Month, form: FileForm
) -> HttpResponseBase:
    """Send the same table as a file."""
    return _file(supplier_scope(request, code), month, form)


@require_safe
@for_roles(*INSIDERS)
def part_build_months(request: HttpRequest, number: str, month: Month) -> HttpResponse:
    """Show a part's warranty by build month, whoever delivered it."""
    return _page(request, wide_scope(request, ScopeKind.PART, number), month)


@require_safe
@for_roles(*INSIDERS)
def part_build_months_export(
    request: HttpRequest, number: str, month: Month, form: FileForm
) -> HttpResponseBase:
    """Send the same table as a file."""
    return _file(wide_scope(request, ScopeKind.PART, number), month, form)


def _page(request: HttpRequest, scope: Scope, month: Month) -> HttpResponse:
    table = build_month_table(scope=scope, end=month)
    context = {
        "scope": scope,
        "supplier": scope.supplier,
        "internal": is_internal(request.user),
        "month": month,
        "table": table,
        "picture": _picture(scope, table),
        "limits": MONTHS_IN_SERVICE,
        "chosen": _chosen(request, table),
        "panel": _panel(request, scope, table),
        "files": [
            (form.name, build_months_address(scope, month=month, form=form.value))
            for form in FileForm
        ],
    }
    return render(request, "scorecards/build_months.html", context)


def _picture(scope: Scope, table: BuildMonthTable) -> Picture:
    """Return the table as a heat map; a field leads to its rows on this page."""
    narrowed = "" if scope.part is None or scope.kind is ScopeKind.PART else scope.part.number

    def leads(built: Month, months_in_service: int) -> str:
        asked = {"built": str(built), "mis": months_in_service}
        return f"?{urlencode({'part': narrowed} | asked if narrowed else asked)}#rows"

    return build_month_picture(
        [
            [_field(row, row.cells[index]) for row in table.rows]
            for index in range(len(MONTHS_IN_SERVICE))
        ],
        title=_("Returns by build month and months in service"),
        url=leads,
    )


def _field(row: BuildMonth, cell: Cell) -> BuildCell:
    return BuildCell(
        month=row.month,
        months_in_service=cell.months_in_service,
        ppm=cell.shape.ppm,
        counted=cell.counted,
        received=cell.received,
        mature=cell.mature,
        heat=cell.heat,
    )


def _chosen(request: HttpRequest, table: BuildMonthTable) -> tuple[Month, Cell] | None:
    """Return the cell of `?built=2025-03&mis=12` and its month; None without one."""
    try:
        built = Month.parse(request.GET.get("built", ""))
    except InvalidMonthError:
        return None
    limit = request.GET.get("mis", "")
    cells = (
        (row.month, cell)
        for row in table.rows
        for cell in row.cells
        if row.month == built and str(cell.months_in_service) == limit
    )
    return next(cells, None)


def _panel(request: HttpRequest, scope: Scope, table: BuildMonthTable) -> RowsPanel | None:
    chosen = _chosen(request, table)
    if chosen is None:
        return None
    built, cell = chosen
    rows = rows_of_cell(
        scope=scope,
        user=request.user,
        end=table.end,
        built=built,
        months_in_service=cell.months_in_service,
    )
    return RowsPanel(
        kind=RowKind.RETURNS,
        rows=rows,
        page=Paginator(rows.all, PAGE_SIZE).get_page(request.GET.get("page")),
        tabs=[],
        difference=cell.counted - rows.total,
        wide=scope.is_wide,
        rolling_up=False,
    )


def _file(scope: Scope, month: Month, form: FileForm) -> HttpResponseBase:
    file = build_month_file(build_month_table(scope=scope, end=month), scope=scope)
    return download(form=form, name=file.name, header=file.header, rows=file.rows)
