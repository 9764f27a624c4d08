"""Show the arithmetic of deliveries on time and of the incident rate."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from scorecards import formatting
from scorecards.formulas.rounding import shown_beside
from scorecards.metrics import Metric
from scorecards.periods import Month, Window
from scorecards.queries.performance_figure import (
    PerformanceFigure,
    PerformanceKind,
    performance_figure,
    performance_rows,
    value_of,
)
from scorecards.queries.scopes import figure_address, of_supplier
from scorecards.spreadsheets import FileForm, download
from scorecards.templatetags.figures import ppm
from scorecards.views.figures import WINDOWS
from scorecards.wording import reader_separators
from suppliers.access import is_internal
from suppliers.models import Supplier

PAGE_SIZE: Final = 50
NAMES: Final[dict[PerformanceKind, str | Promise]] = {
    PerformanceKind.ON_TIME: _("Deliveries on time"),
    PerformanceKind.INCIDENTS: _("Incident rate"),
}
HEADERS: Final[dict[PerformanceKind, Sequence[str | Promise]]] = {
    PerformanceKind.ON_TIME: (
        _("document"),
        _("line"),
        _("lot"),
        _("plant"),
        _("part"),
        _("promised on"),
        _("received on"),
        _("ordered"),
        _("pieces"),
        _("on time in full"),
    ),
    PerformanceKind.INCIDENTS: (
        _("complaint"),
        _("line"),
        _("detected on"),
        _("plant"),
        _("part"),
        _("severity"),
        _("counted pieces"),
        _("weight"),
    ),
}


@require_safe
@login_required
def figure(request: HttpRequest, code: str, kind: PerformanceKind, month: Month) -> HttpResponse:
    """Show one figure of a supplier with formula, window, rule and rows."""
    shown = _asked(request, code, kind, month)
    found = performance_rows(shown, user=request.user)
    context = {
        "supplier": shown.supplier,
        "scope": of_supplier(shown.supplier),
        "internal": is_internal(request.user),
        "month": month,
        "kind": kind,
        "name": NAMES[kind],
        "on_time": kind is PerformanceKind.ON_TIME,
        "figure": shown,
        "found": found,
        "agrees": (found.numerator, found.denominator)
        == (shown.measure.numerator, shown.measure.denominator),
        "value": _written(kind, shown.value),
        "months": [
            (one, measure, _written(kind, value_of(kind, measure)))
            for one, measure in reversed(shown.measures)
        ],
        "page": Paginator(found.rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "windows": _tabs(shown.window),
        "window": shown.window,
        "window_name": WINDOWS[shown.window],
        "received_url": _received(shown),
        "files": _files(shown),
    }
    return render(request, "scorecards/performance.html", context)


@require_safe
@login_required
def rows_export(
    request: HttpRequest, code: str, kind: PerformanceKind, month: Month, form: FileForm
) -> HttpResponseBase:
    """Send every row behind the figure as CSV or XLSX."""
    shown = _asked(request, code, kind, month)
    line = _on_time_line if kind is PerformanceKind.ON_TIME else _incident_line
    return download(
        form=form,
        name=f"{code}-{kind.value}-{month}-{shown.window.value}",
        header=[str(title) for title in HEADERS[kind]],
        rows=(line(row) for row in performance_rows(shown, user=request.user).rows),
    )


def _written(kind: PerformanceKind, value: Fraction | None) -> str:
    """Write percent with one decimal, rates like a PPM."""
    if value is None or kind is PerformanceKind.INCIDENTS:
        return ppm(value)
    shown = shown_beside(value=value, decimals=1, limits=())
    return formatting.number(shown, separators=reader_separators())


def _asked(
    request: HttpRequest, code: str, kind: PerformanceKind, month: Month
) -> PerformanceFigure:
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), code=code)
    return performance_figure(kind, supplier=supplier, window=_window(request), end=month)


def _window(request: HttpRequest) -> Window:
    try:
        return Window(request.GET.get("window", Window.MONTH.value))
    except ValueError:
        return Window.MONTH


def _tabs(current: Window) -> list[dict[str, Any]]:
    return [
        {"label": name, "url": f"?window={window.value}", "active": window is current}
        for window, name in WINDOWS.items()
    ]


def _received(shown: PerformanceFigure) -> str:
    """Return where the pieces received are listed: behind the external PPM."""
    return figure_address(
        of_supplier(shown.supplier),
        metric=Metric.EXTERNAL_PPM,
        month=shown.end,
        window=shown.window,
    )


def _files(shown: PerformanceFigure) -> list[tuple[str, str]]:
    where = [shown.supplier.code, shown.kind, shown.end]
    return [
        (
            form.name,
            f"{reverse('performance_rows', args=[*where, form])}?window={shown.window.value}",
        )
        for form in FileForm
    ]


def _on_time_line(row: Any) -> Sequence[Any]:
    fact = row.delivery
    return (
        fact.document,
        fact.line,
        fact.lot,
        row.plant.code,
        row.part.number,
        fact.promised_on.isoformat(),
        row.received_on.isoformat(),
        fact.ordered_quantity,
        fact.quantity,
        row.on_time,
    )


def _incident_line(row: Any) -> Sequence[Any]:
    fact = row.reject
    return (
        fact.complaint,
        fact.line,
        row.detected_on.isoformat(),
        row.plant.code,
        row.part.number,
        fact.get_severity_display(),
        row.counted_qty,
        row.weighted_incidents,
    )
