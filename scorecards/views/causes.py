"""The Pareto: what a supplier's rejects are made of, by a cause and a measure of one's choice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any, Final, TypeVar

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from scorecards.enums import CauseKind, CauseMeasure
from scorecards.metrics import Metric
from scorecards.periods import Month, Window
from scorecards.pictures.causes import CauseLine, causes_picture, money_text
from scorecards.pictures.figure import Picture, quantity_text
from scorecards.queries.cause_file import cause_file
from scorecards.queries.cause_table import (
    CauseCount,
    CauseQuestion,
    CauseRecords,
    CauseTable,
    Reported,
    UnreportedCurrencyError,
    cause_records,
    cause_table,
    counted_in,
    in_currency,
    openable,
    reported,
)
from scorecards.queries.rows import RowKind, being_rolled_up
from scorecards.queries.scopes import figure_address, of_supplier
from scorecards.spreadsheets import FileForm, download
from scorecards.views.figures import WINDOWS
from scorecards.views.row_lines import LINES
from suppliers.access import is_internal
from suppliers.enums import Severity
from suppliers.models import Supplier

PAGE_SIZE: Final = 50
# How many causes are drawn by themselves; the table names all.
MOST, MOST_ON_SUPPLIER = 10, 5
# What of an address says which causes, and which page of their records.
OF_RECORDS: Final = ("cause", "beyond", "page")
BY: Final[dict[CauseKind, Any]] = {
    CauseKind.DEFECT_CODE: gettext_lazy("by defect code"),
    CauseKind.PART: gettext_lazy("by part"),
    CauseKind.PLANT: gettext_lazy("by plant"),
    CauseKind.DETECTION_POINT: gettext_lazy("by detection point"),
    CauseKind.MACHINE: gettext_lazy("by machine"),
    CauseKind.SHIFT: gettext_lazy("by shift"),
}
Choice = TypeVar("Choice", Window, CauseKind, CauseMeasure)


@dataclass(frozen=True, kw_only=True)
class CausePanel:
    """The Pareto with its choices, as `scorecards/parts/causes.html` shows it.

    `unreported` says that nobody reported the currency that was asked for; then no cause is shown.
    """

    table: CauseTable
    picture: Picture
    ways: Sequence[dict[str, Any]]
    measures: Sequence[dict[str, Any]]
    currencies: Sequence[dict[str, Any]]
    unreported: str
    url: str

    @property
    def by_incidents(self) -> bool:
        """Whether incidents are counted, not pieces."""
        return self.table.asked.measure is CauseMeasure.INCIDENTS

    @property
    def by_cost(self) -> bool:
        """Whether costs are added."""
        return self.table.asked.measure is CauseMeasure.COST

    @property
    def cost(self) -> str:
        """What all causes cost, with the currency."""
        return f"{money_text(self.table.total)} {self.table.asked.currency}"

    @property
    def pieces(self) -> int:
        """How many pieces all causes have, a fraction as a whole, for its grammatical number."""
        return ceil(self.table.total)

    @property
    def incidents(self) -> int:
        """How many incidents all causes have."""
        return sum(cause.incidents for cause in self.table.causes)


@require_safe
@login_required
def causes(request: HttpRequest, code: str, month: Month) -> HttpResponse:
    """Show the causes of a window, and the records behind one, some, or all of them."""
    panel = cause_panel(request, _question(request, _supplier(request, code), month), most=MOST)
    table, asked = panel.table, panel.table.asked
    chosen = _chosen(request, table)
    found = cause_records(asked, chosen, user=request.user)
    value = sum(cause.value for cause in chosen)
    differs = asked.measure is CauseMeasure.PIECES and table.total != counted_in(asked)
    context = {
        "supplier": asked.supplier,
        "scope": of_supplier(asked.supplier),
        "internal": is_internal(request.user),
        "month": month,
        "window": asked.window,
        "window_name": WINDOWS[asked.window],
        "first": asked.first,
        "windows": _tabs(request, "window", WINDOWS.items(), asked.window, place=""),
        "causes": panel,
        "chosen": None if _is_all(request) else chosen,
        "chosen_name": _chosen_name(table, chosen),
        "found": found,
        "value": value,
        "difference": value - found.total,
        "page": Paginator(found.rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "differs": differs,
        "rolling_up": differs and being_rolled_up(of_supplier(asked.supplier)),
        "figure_url": figure_address(
            of_supplier(asked.supplier),
            metric=Metric.EXTERNAL_PPM,
            month=month,
            window=asked.window,
        ),
        "all_url": f"?{_query(asked).urlencode()}#rows",
        "table_files": _files(asked, "cause_table"),
        "record_files": _files(asked, "cause_records", _of_records(request)),
    }
    return render(request, "scorecards/causes.html", context)


@require_safe
@login_required
def causes_export(
    request: HttpRequest, code: str, month: Month, form: FileForm
) -> HttpResponseBase:
    """Send every cause of the window as CSV or XLSX."""
    file = cause_file(cause_table(_question_of_file(request, _supplier(request, code), month)))
    return download(form=form, name=file.name, header=file.header, rows=file.rows)


@require_safe
@login_required
def records_export(
    request: HttpRequest, code: str, month: Month, form: FileForm
) -> HttpResponseBase:
    """Send the records behind the causes that the address names as CSV or XLSX."""
    asked = _question_of_file(request, _supplier(request, code), month)
    table = cause_table(asked)
    found = cause_records(asked, _chosen(request, table), user=request.user)
    header, line = LINES[RowKind.REJECTS]
    return download(
        form=form,
        name=f"{cause_file(table).name}-records",
        header=[*(str(title) for title in header), _("Incidents")],
        rows=((*line(row), row.incidents) for row in _each(found)),
    )


def cause_panel(
    request: HttpRequest, asked: CauseQuestion, *, most: int = MOST_ON_SUPPLIER
) -> CausePanel:
    """Return the Pareto of a question, in the currency of the address, with its choices.

    Machine, shift and cost are offered where they are reported, or were asked for.
    """
    known, unreported = reported(asked), ""
    try:
        asked = in_currency(asked, request.GET.get("currency", ""))
    except UnreportedCurrencyError as error:
        unreported = error.message
    table = cause_table(asked)
    opened = openable(table, user=request.user)
    address = f"{_address(asked)}?{_query(asked).urlencode()}"
    lines = [_line(asked, cause, address if cause.key in opened else "") for cause in table.causes]
    return CausePanel(
        table=table,
        picture=causes_picture(
            lines,
            measure=asked.measure,
            currency=asked.currency,
            of_what=str(asked.by.label),
            title=_title(asked),
            most=most,
            rest_url=f"{address}&beyond={most}#rows",
        ),
        ways=_tabs(request, "by", _ways(asked, known), asked.by, place="#causes"),
        measures=_tabs(request, "measure", _measures(asked, known), asked.measure, place="#causes"),
        currencies=_tabs(
            request,
            "currency",
            [(one, one) for one in known.currencies],
            asked.currency,
            place="#causes",
        )
        if asked.measure is CauseMeasure.COST and (unreported or len(known.currencies) > 1)
        else [],
        unreported=unreported,
        url=address,
    )


def _ways(asked: CauseQuestion, known: Reported) -> list[tuple[str, Any]]:
    offered = {CauseKind.MACHINE: known.machine, CauseKind.SHIFT: known.shift}
    return [
        (one.value, one.label) for one in CauseKind if offered.get(one, True) or one is asked.by
    ]


def _measures(asked: CauseQuestion, known: Reported) -> list[tuple[str, Any]]:
    offered = {CauseMeasure.COST: bool(known.currencies)}
    return [
        (one.value, one.label)
        for one in CauseMeasure
        if offered.get(one, True) or one is asked.measure
    ]


def asked_causes(request: HttpRequest, supplier: Supplier, month: Month) -> CauseQuestion:
    """Return what the address asks for, over the twelve months that a supplier's page shows."""
    return _plainly_asked(request, supplier, month)


def _plainly_asked(request: HttpRequest, supplier: Supplier, month: Month) -> CauseQuestion:
    return CauseQuestion(
        supplier=supplier,
        end=month,
        by=_choice(CauseKind, request.GET.get("by"), CauseKind.DEFECT_CODE),
        measure=_choice(CauseMeasure, request.GET.get("measure"), CauseMeasure.PIECES),
    )


def _supplier(request: HttpRequest, code: str) -> Supplier:
    found: Supplier = get_object_or_404(Supplier.objects.visible_to(request.user), code=code)
    return found


def _question(request: HttpRequest, supplier: Supplier, month: Month) -> CauseQuestion:
    window = _choice(Window, request.GET.get("window"), Window.ROLLING_12)
    return replace(_plainly_asked(request, supplier, month), window=window)


def _question_of_file(request: HttpRequest, supplier: Supplier, month: Month) -> CauseQuestion:
    try:
        return in_currency(_question(request, supplier, month), request.GET.get("currency", ""))
    except UnreportedCurrencyError as error:
        raise Http404(error.message) from error


def _choice(kind: type[Choice], value: str | None, usual: Choice) -> Choice:
    """Return what was chosen; what nobody offers is taken for the usual."""
    return next((one for one in kind if one.value == value), usual)


def _address(asked: CauseQuestion) -> str:
    return reverse("causes", args=[asked.supplier.code, asked.end])


def _query(asked: CauseQuestion) -> QueryDict:
    query = QueryDict(mutable=True)
    query.update(
        {"by": asked.by.value, "measure": asked.measure.value, "window": asked.window.value}
    )
    if asked.currency:
        query["currency"] = asked.currency
    return query


def _files(
    asked: CauseQuestion, name: str, more: dict[str, str] | None = None
) -> list[tuple[str, str]]:
    query = _query(asked)
    query.update(more or {})
    where = [asked.supplier.code, asked.end]
    return [
        (form.name, f"{reverse(name, args=[*where, form])}?{query.urlencode()}")
        for form in FileForm
    ]


def _of_records(request: HttpRequest) -> dict[str, str]:
    """Return what of the address names some causes; nothing where it names all."""
    if "cause" in request.GET:
        return {"cause": request.GET["cause"]}
    beyond = _beyond(request)
    return {"beyond": str(beyond)} if beyond else {}


def _beyond(request: HttpRequest) -> int:
    """Return after how many causes the address begins; 0 for what is no number."""
    beyond = request.GET.get("beyond", "")
    return int(beyond) if beyond.isdecimal() and len(beyond) < 5 else 0  # noqa: PLR2004


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
        return _label(table.asked.by, chosen[0])
    return _("the %(count)d smallest causes") % {"count": len(chosen)}


def _tabs(
    request: HttpRequest,
    name: str,
    choices: Iterable[tuple[str, Any]],
    current: str,
    *,
    place: str,
) -> list[dict[str, Any]]:
    """Return links that keep the rest of the address but the records it opens."""
    query = request.GET.copy()
    for other in OF_RECORDS:
        query.pop(other, None)
    found = []
    for value, label in choices:
        query[name] = str(value)
        found.append(
            {
                "label": label,
                "url": f"?{query.urlencode()}{place}",
                "active": value == current,
                "count": None,
            }
        )
    return found


def _line(asked: CauseQuestion, cause: CauseCount, address: str) -> CauseLine:
    query = QueryDict(mutable=True)
    query["cause"] = cause.key
    return CauseLine(
        label=_label(asked.by, cause),
        value=cause.value,
        share=cause.share,
        reached=cause.reached,
        pieces=cause.pieces,
        incidents=cause.incidents,
        cost=cause.cost,
        worst=str(Severity(cause.worst).label),
        severity=", ".join(
            f"{quantity_text(count)}\u00a0×\u00a0{severity.label}"
            for severity, count in cause.severities
        ),
        url=f"{address}&{query.urlencode()}#rows" if address else "",
    )


def _label(by: CauseKind, cause: CauseCount) -> str:
    if by is CauseKind.DETECTION_POINT:
        return cause.name
    if not cause.key:
        return _("not reported")
    label = f"{cause.key} {cause.name}".strip()
    if not cause.numbers:
        return label
    numbers = ", ".join(cause.numbers)
    return _("%(name)s, with %(numbers)s") % {"name": label, "numbers": numbers}


def _title(asked: CauseQuestion) -> str:
    words = {
        "measure": asked.measure.label,
        "cause": BY[asked.by],
        "window": WINDOWS[asked.window],
    }
    return _("%(measure)s %(cause)s, %(window)s") % words


def _each(found: CauseRecords) -> Iterable[Any]:
    return found.rows.iterator(chunk_size=2_000)
