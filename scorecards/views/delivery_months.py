"""A supplier's rejects by the month in which the parts were delivered, for analysis."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from scorecards.metrics import Metric
from scorecards.periods import Month, Window
from scorecards.queries.by_delivery_month import delivery_month_table
from scorecards.queries.scopes import figure_address
from scorecards.views.scopes import supplier_scope
from suppliers.access import is_internal


@require_safe
@login_required
def supplier_delivery_months(request: HttpRequest, code: str, month: Month) -> HttpResponse:
    """Show what was rejected until a month's end, by the month it had been delivered in."""
    scope = supplier_scope(request, code)
    context = {
        "scope": scope,
        "supplier": scope.supplier,
        "internal": is_internal(request.user),
        "month": month,
        "table": delivery_month_table(scope=scope, end=month),
        "figure_url": figure_address(
            scope, metric=Metric.EXTERNAL_PPM, month=month, window=Window.ROLLING_12
        ),
    }
    return render(request, "scorecards/delivery_months.html", context)
