"""Show the arithmetic: formula, window, rule, and the rows that add up to a figure."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from scorecards.enums import METRICS
from scorecards.metrics import Metric
from scorecards.periods import Month, Window, window_months
from scorecards.queries.arithmetic import arithmetic
from scorecards.queries.rows import DENOMINATOR, NUMERATOR, RowKind, rows_behind
from scorecards.spreadsheets import FileForm, download
from scorecards.views.row_lines import LINES
from scorecards.views.rows import rows_panel
from suppliers.access import is_internal
from suppliers.models import Supplier

PAGE_SIZE = 50
WINDOWS: dict[Window, str | Promise] = {
    Window.MONTH: gettext_lazy("Month"),
    Window.ROLLING_3: gettext_lazy("3 months"),
    Window.ROLLING_6: gettext_lazy("6 months"),
    Window.ROLLING_12: gettext_lazy("12 months"),
    Window.YEAR_TO_DATE: gettext_lazy("Year to date"),
}


@require_safe
@login_required
def figure(request: HttpRequest, code: str, metric: Metric, month: Month) -> HttpResponse:
    """Show how a figure of a supplier comes about."""
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), code=code)
    window = _window(request)
    shown = arithmetic(supplier=supplier, metric=metric, window=window, end=month)
    panel = rows_panel(
        request,
        supplier,
        month,
        first=shown.first,
        figures={
            NUMERATOR[metric]: shown.figure.counted,
            DENOMINATOR[metric]: shown.figure.received,
        },
        size=PAGE_SIZE,
    )
    context = {
        "supplier": supplier,
        "internal": is_internal(request.user),
        "month": month,
        "metric": metric,
        "metric_name": dict(METRICS)[metric.value],
        "external": metric is Metric.EXTERNAL_PPM,
        "window": window,
        "window_name": WINDOWS[window],
        "windows": _window_tabs(window),
        "arithmetic": shown,
        "panel": panel,
        "forms": list(FileForm),
    }
    return render(request, "scorecards/figure.html", context)


@require_safe
@login_required
def figure_rows_export(
    request: HttpRequest, code: str, metric: Metric, month: Month, kind: RowKind, form: FileForm
) -> HttpResponseBase:
    """Send every row behind a figure as CSV or XLSX."""
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), code=code)
    if kind not in {NUMERATOR[metric], DENOMINATOR[metric]}:
        raise Http404
    window = _window(request)
    first = window_months(window, end=month)[0]
    rows = rows_behind(kind, user=request.user, supplier=supplier, first=first, last=month)
    header, line = LINES[kind]
    return download(
        form=form,
        name=f"{supplier.code}-{metric.value}-{month}-{window.value}-{kind.value}",
        header=[str(title) for title in header],
        rows=(line(row) for row in rows),
    )


def _window(request: HttpRequest) -> Window:
    try:
        return Window(request.GET.get("window", Window.MONTH.value))
    except ValueError:
        return Window.MONTH


def _window_tabs(current: Window) -> list[dict[str, Any]]:
    return [
        {"label": name, "url": f"?window={window.value}", "active": window is current}
        for window, name in WINDOWS.items()
    ]
