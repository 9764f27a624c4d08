"""The Pareto: what rejects are made of, by a cause and a measure of one's choice."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from scorecards.enums import CauseMeasure, ScopeKind
from scorecards.metrics import Metric
from scorecards.periods import Month
from scorecards.queries.cause_file import cause_file
from scorecards.queries.cause_question import (
    CauseQuestion,
    UnreportedCurrencyError,
    counted_in,
    in_currency,
)
from scorecards.queries.cause_records import CauseRecords, cause_records
from scorecards.queries.cause_table import CauseCount, CauseTable, cause_table
from scorecards.queries.rows import RowKind, being_rolled_up
from scorecards.queries.scopes import Scope, causes_address, figure_address, of_supplier
from scorecards.spreadsheets import FileForm, download
from scorecards.views.cause_panel import cause_panel, label_of, query_of, question_of, tabs_of
from scorecards.views.figures import WINDOWS
from scorecards.views.row_lines import LINES
from scorecards.views.scopes import wide_scope
from suppliers.access import INSIDERS, for_roles, is_internal
from suppliers.models import Supplier

PAGE_SIZE: Final = 50
# How many causes are drawn by themselves; the table names all.
MOST: Final = 10


@require_safe
@login_required
def causes(request: HttpRequest, code: str, month: Month) -> HttpResponse:
    """Show the causes of a supplier's rejects, and the records behind one, some, or all of them."""
    return _page(request, _supplier(request, code), month)


@require_safe
@for_roles(*INSIDERS)
def wide_causes(request: HttpRequest, kind: ScopeKind, slug: str, month: Month) -> HttpResponse:
    """Show the same of several suppliers together."""
    return _page(request, wide_scope(request, kind, slug), month)


@require_safe
@login_required
def causes_export(
    request: HttpRequest, code: str, month: Month, form: FileForm
) -> HttpResponseBase:
    """Send every cause of the window as CSV or XLSX."""
    return _table_file(request, _supplier(request, code), month, form)


@require_safe
@for_roles(*INSIDERS)
def wide_causes_export(
    request: HttpRequest, kind: ScopeKind, slug: str, month: Month, form: FileForm
) -> HttpResponseBase:
    """Send the same of several suppliers together."""
    return _table_file(request, wide_scope(request, kind, slug), month, form)


@require_safe
@login_required
def records_export(
    request: HttpRequest, code: str, month: Month, form: FileForm
) -> HttpResponseBase:
    """Send the records behind the causes that the address names as CSV or XLSX."""
    return _records_file(request, _supplier(request, code), month, form)


@require_safe
@for_roles(*INSIDERS)
def wide_records_export(
    request: HttpRequest, kind: ScopeKind, slug: str, month: Month, form: FileForm
) -> HttpResponseBase:
    """Send the same of several suppliers together."""
    return _records_file(request, wide_scope(request, kind, slug), month, form)


def _page(request: HttpRequest, scope: Scope, month: Month) -> HttpResponse:
    panel = cause_panel(request, question_of(request, scope, month), most=MOST)
    table, asked = panel.table, panel.table.asked
    chosen = _chosen(request, table)
    found = cause_records(asked, chosen, user=request.user)
    value = sum(cause.value for cause in chosen)
    differs = asked.measure is CauseMeasure.PIECES and table.total != counted_in(asked)
    context = {
        "scope": scope,
        "internal": is_internal(request.user),
        "month": month,
        "window": asked.window,
        "window_name": WINDOWS[asked.window],
        "first": asked.first,
        "windows": tabs_of(request, "window", WINDOWS.items(), asked.window, place=""),
        "causes": panel,
        "chosen": None if _is_all(request) else chosen,
        "chosen_name": _chosen_name(table, chosen),
        "found": found,
        "value": value,
        "difference": value - found.total,
        "page": Paginator(found.rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "differs": differs,
        "rolling_up": differs and being_rolled_up(scope),
        "figure_url": figure_address(
            scope, metric=Metric.EXTERNAL_PPM, month=month, window=asked.window
        ),
        "all_url": f"?{query_of(asked).urlencode()}#rows",
        "table_files": _files(asked, "table"),
        "record_files": _files(asked, "records", _of_records(request)),
    }
    return render(request, "scorecards/causes.html", context)


def _table_file(
    request: HttpRequest, scope: Scope, month: Month, form: FileForm
) -> HttpResponseBase:
    file = cause_file(cause_table(_question_of_file(request, scope, month)))
    return download(form=form, name=file.name, header=file.header, rows=file.rows)


def _records_file(
    request: HttpRequest, scope: Scope, month: Month, form: FileForm
) -> HttpResponseBase:
    asked = _question_of_file(request, scope, month)
    table = cause_table(asked)
    found = cause_records(asked, _chosen(request, table), user=request.user)
    header, line = LINES[RowKind.REJECTS]
    return download(
        form=form,
        name=f"{cause_file(table).name}-records",
        header=[*(str(title) for title in header), _("Incidents")],
        rows=((*line(row), row.incidents) for row in _each(found)),
    )


def _supplier(request: HttpRequest, code: str) -> Scope:
    return of_supplier(get_object_or_404(Supplier.objects.visible_to(request.user), code=code))


def _question_of_file(request: HttpRequest, scope: Scope, month: Month) -> CauseQuestion:
    try:
        return in_currency(question_of(request, scope, month), request.GET.get("currency", ""))
    except UnreportedCurrencyError as error:
        raise Http404(error.message) from error


def _files(
    asked: CauseQuestion, name: str, more: dict[str, str] | None = None
) -> list[tuple[str, str]]:
    query = query_of(asked)
    query.update(more or {})
    scope, month = asked.scope, asked.end
    addresses = {
        form.name: causes_address(scope, month=month, file=name, form=form) for form in FileForm
    }
    return [(form, f"{address}?{query.urlencode()}") for form, address in addresses.items()]


def _of_records(request: HttpRequest) -> dict[str, str]:
    """Return what of the address names some causes; nothing where it names all."""
    if "cause" in request.GET:
        return {"cause": request.GET["cause"]}
    beyond = _beyond(request)
    return {"beyond": str(beyond)} if beyond else {}


def _beyond(request: HttpRequest) -> int:
    """Return after how many causes the address begins; 0 for what is no number."""
    beyond = request.GET.get("beyond", "")
    return int(beyond) if beyond.isdecimal() and len(beyond) < 5 else 0  # noqa: PLR2004  # digits of a count


def _is_all(request: HttpRequest) -> bool:
    return not _of_records(request)


def _chosen(request: HttpRequest, table: CauseTable) -> Sequence[CauseCount]:
    """Return the cause of `?cause=`, those after the first of `?beyond=`, or all."""
    if "cause" in request.GET:
        cause = table.named(request.GET["cause"])
        return () if cause is None else (cause,)
    return table.causes[_beyond(request) :]


def _chosen_name(table: CauseTable, chosen: Sequence[CauseCount]) -> str:
    if len(chosen) == 1:
        return label_of(table.asked.by, chosen[0])
    return _("the %(count)d smallest causes") % {"count": len(chosen)}


def _each(found: CauseRecords) -> Iterable[Any]:
    return found.rows.iterator(chunk_size=2_000)
