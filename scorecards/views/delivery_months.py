"""Rejects by the month in which the parts were delivered, for analysis."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from scorecards.enums import ScopeKind
from scorecards.metrics import Metric
from scorecards.periods import Month, Window
from scorecards.queries.by_delivery_month import delivery_month_table
from scorecards.queries.delivery_month_file import delivery_month_file
from scorecards.queries.scopes import Scope, delivery_months_address, figure_address
from scorecards.spreadsheets import FileForm, download
from scorecards.views.scopes import supplier_scope, wide_scope
from suppliers.access import INSIDERS, for_roles, is_internal


@require_safe
@login_required
def supplier_delivery_months(request: HttpRequest, code: str, month: Month) -> HttpResponse:
    """Show what was rejected until a month's end, by the month it had been delivered in."""
    return _page(request, supplier_scope(request, code), month)


@require_safe
@login_required
def supplier_delivery_months_export(
    request: HttpRequest, code: str, month: Month, form: FileForm
) -> HttpResponseBase:
    """Send the same table as a file."""
    return _file(supplier_scope(request, code), month, form)


@require_safe
@for_roles(*INSIDERS)
def wide_delivery_months(
    request: HttpRequest, kind: ScopeKind, month: Month, slug: str = ""
) -> HttpResponse:
    """Show it for a tier, or for all suppliers together."""
    return _page(request, wide_scope(request, kind, slug), month)


@require_safe
@for_roles(*INSIDERS)
def wide_delivery_months_export(
    request: HttpRequest, kind: ScopeKind, month: Month, form: FileForm, slug: str = ""
) -> HttpResponseBase:
    """Send that table as a file."""
    return _file(wide_scope(request, kind, slug), month, form)


def _page(request: HttpRequest, scope: Scope, month: Month) -> HttpResponse:
    context = {
        "scope": scope,
        "supplier": scope.supplier,
        "internal": is_internal(request.user),
        "month": month,
        "table": delivery_month_table(scope=scope, end=month),
        "figure_url": figure_address(
            scope, metric=Metric.EXTERNAL_PPM, month=month, window=Window.ROLLING_12
        ),
        "files": [
            (form.name, delivery_months_address(scope, month=month, form=form.value))
            for form in FileForm
        ],
    }
    return render(request, "scorecards/delivery_months.html", context)


def _file(scope: Scope, month: Month, form: FileForm) -> HttpResponseBase:
    file = delivery_month_file(delivery_month_table(scope=scope, end=month), scope=scope)
    return download(form=form, name=file.name, header=file.header, rows=file.rows)
