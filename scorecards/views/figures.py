"""Show the arithmetic: formula, window, rule, and the rows that add up to a figure."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from scorecards.enums import METRICS, ScopeKind
from scorecards.metrics import Metric
from scorecards.periods import Month, Window, window_months
from scorecards.queries.arithmetic import Arithmetic, arithmetic, contributions, published
from scorecards.queries.figures import UnsupportedScopeError
from scorecards.queries.in_field import in_field_by_source
from scorecards.queries.lines import PIECES
from scorecards.queries.rows import DENOMINATOR, NUMERATOR, RowKind, rows_behind
from scorecards.queries.scopes import (
    WITH_CAUSES,
    Scope,
    causes_address,
    figure_address,
    figure_query,
    of_commodity,
    of_defect_code,
)
from scorecards.spreadsheets import FileForm, download
from scorecards.views import scopes
from scorecards.views.row_lines import LINES
from scorecards.views.rows import rows_panel
from suppliers.access import INSIDERS, for_roles, is_internal

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
    """Show how a figure of a supplier (of one plant, of one part) comes about."""
    return _page(request, scopes.figure_scope(request, code), metric, month)


@require_safe
@for_roles(*INSIDERS)
def wide_figure(
    request: HttpRequest, kind: ScopeKind, metric: Metric, month: Month, slug: str = ""
) -> HttpResponse:
    """Show how a figure of several suppliers comes about: a tier's, group's, plant's, part's."""
    return _page(request, scopes.wide_scope(request, kind, slug), metric, month)


@require_safe
@login_required
def figure_rows_export(
    request: HttpRequest, code: str, metric: Metric, month: Month, rows: RowKind, form: FileForm
) -> HttpResponseBase:
    """Send every row behind a supplier's figure as CSV or XLSX."""
    return _file(request, scopes.figure_scope(request, code), metric, month, rows, form)


@require_safe
@for_roles(*INSIDERS)
def wide_rows_export(
    request: HttpRequest,
    kind: ScopeKind,
    metric: Metric,
    month: Month,
    rows: RowKind,
    form: FileForm,
    slug: str = "",
) -> HttpResponseBase:
    """Send every row behind a figure of several suppliers."""
    return _file(request, scopes.wide_scope(request, kind, slug), metric, month, rows, form)


def _page(request: HttpRequest, scope: Scope, metric: Metric, month: Month) -> HttpResponse:
    window = _window(request)
    shown = _taken_apart(scope, metric, window, month)
    panel = rows_panel(
        request,
        scope,
        month,
        first=shown.first,
        figures={
            NUMERATOR[metric]: shown.figure.counted,
            DENOMINATOR[metric]: shown.figure.received,
        },
        size=PAGE_SIZE,
    )
    context: dict[str, Any] = {
        "scope": scope,
        "supplier": scope.supplier,
        "internal": is_internal(request.user),
        "wider": _wider(request, scope, metric, month),
        "month": month,
        "metric": metric,
        "metric_name": dict(METRICS)[metric.value],
        "external": metric is Metric.EXTERNAL_PPM,
        "window": window,
        "window_name": WINDOWS[window],
        "windows": _window_tabs(scope, window),
        "causes_url": _causes(scope, metric, month, window),
        "arithmetic": shown,
        "published": published(shown.figure, scope=scope),
        "panel": panel,
        "months": [
            (one, figure_address(scope, metric=metric, month=one.end, window=Window.MONTH))
            for one in reversed(shown.months)
        ],
        "files": _files(scope, metric, month, window, panel.kind),
    }
    if metric is Metric.WARRANTY_PPM:
        context["in_field"] = in_field_by_source(user=request.user, scope=scope, month=month)
    if scope.is_wide:
        context |= _contributions(request, scope, shown)
    return render(request, "scorecards/figure.html", context)


def _wider(request: HttpRequest, scope: Scope, metric: Metric, month: Month) -> str:
    """Return where a supplier's commodity or defect code is shown of all; empty for suppliers."""
    if not is_internal(request.user):
        return ""
    if scope.defect_code is not None:
        wide = of_defect_code(scope.defect_code, suppliers=None)
    elif scope.commodity:
        wide = of_commodity(scope.commodity, suppliers=None)
    else:
        return ""
    return figure_address(wide, metric=metric, month=month, window=_window(request))


def _causes(scope: Scope, metric: Metric, month: Month, window: Window) -> str:
    """Return where the causes of the same rejects are; empty where there is no such page."""
    if metric is not Metric.EXTERNAL_PPM or scope.kind not in WITH_CAUSES or scope.narrowed:
        return ""
    return f"{causes_address(scope, month=month)}?{urlencode({'window': window.value})}"


def _taken_apart(scope: Scope, metric: Metric, window: Window, month: Month) -> Arithmetic:
    try:
        return arithmetic(scope=scope, metric=metric, window=window, end=month)
    except UnsupportedScopeError as error:
        raise Http404(str(error)) from error


def _contributions(request: HttpRequest, scope: Scope, shown: Arithmetic) -> dict[str, Any]:
    figure = shown.figure
    rows = contributions(figure, scope=scope, user=request.user)
    return {
        "contributions": rows,
        "narrowed": urlencode({scope.kind.value: scope.slug} if scope.kind in PIECES else {}),
        "contributed": {
            "counted": sum(row.figure.counted for row in rows),
            "received": sum(row.figure.received for row in rows),
        },
    }


def _file(
    request: HttpRequest,
    scope: Scope,
    metric: Metric,
    month: Month,
    kind: RowKind,
    form: FileForm,
) -> HttpResponseBase:
    if kind not in {NUMERATOR[metric], DENOMINATOR[metric]}:
        raise Http404
    window = _window(request)
    first = window_months(window, end=month)[0]
    rows = rows_behind(kind, user=request.user, scope=scope, first=first, last=month)
    header, line = LINES[kind]
    names = (scope.label or scope.kind.value, *scope.narrowed.values())
    return download(
        form=form,
        name="-".join((*names, metric.value, str(month), window.value, kind.value)),
        header=[str(title) for title in header],
        rows=(line(row) for row in rows),
    )


def _files(
    scope: Scope, metric: Metric, month: Month, window: Window, kind: RowKind
) -> list[tuple[str, str]]:
    path = figure_address(scope, metric=metric, month=month, window=window).split("?")[0]
    query = figure_query(scope, window=window)
    return [(form.name, f"{path}{kind.value}.{form.value}{query}") for form in FileForm]


def _window(request: HttpRequest) -> Window:
    try:
        return Window(request.GET.get("window", Window.MONTH.value))
    except ValueError:
        return Window.MONTH


def _window_tabs(scope: Scope, current: Window) -> list[dict[str, Any]]:
    return [
        {
            "label": name,
            "url": figure_query(scope, window=window) or "?window=month",
            "active": window is current,
        }
        for window, name in WINDOWS.items()
    ]
