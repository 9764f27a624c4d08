"""The list of suppliers, as a page and as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from scorecards.forms.supplier_list import SupplierListForm
from scorecards.periods import Month
from scorecards.queries.export import ppm_number
from scorecards.queries.months import ActivitySpan, activity_span
from scorecards.queries.places import plants_visible_to
from scorecards.queries.signals import waiting_signals
from scorecards.queries.supplier_list import SupplierList, SupplierRow, supplier_list
from scorecards.spreadsheets import FileForm, download
from scorecards.views.months import asked_month, query_with_month, running_month
from scorecards.views.sorting import Column, headings
from suppliers.access import INSIDERS, for_roles
from suppliers.models import Supplier, Tier

PAGE_SIZE = 50
EXPORT_SLICE = 500
COLUMNS = (
    Column(label=gettext_lazy("Supplier"), order="code"),
    Column(label=gettext_lazy("Tier"), order="tier"),
    Column(label=gettext_lazy("Score"), order="score", numeric=True),
    Column(label=gettext_lazy("External PPM"), order="month", numeric=True, downwards_first=True),
    Column(label=gettext_lazy("3 months"), order="3", numeric=True, downwards_first=True),
    Column(label=gettext_lazy("12 months"), order="12", numeric=True, downwards_first=True),
    Column(label=gettext_lazy("Month's verdict")),
    Column(label=gettext_lazy("13 months")),
    Column(
        label=gettext_lazy("Warranty PPM"), order="warranty", numeric=True, downwards_first=True
    ),
    Column(label=gettext_lazy("Level"), order="level"),
    Column(label=gettext_lazy("Next"), order="due"),
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a request asks the list for."""

    span: ActivitySpan
    month: Month
    form: SupplierListForm
    found: SupplierList


@require_safe
@for_roles(*INSIDERS)
def suppliers(request: HttpRequest) -> HttpResponse:
    """Show the suppliers the user may see, what needs attention first."""
    asked = _asked(request)
    if asked is None:
        return render(request, "scorecards/suppliers_empty.html")
    page = Paginator(asked.found.supplier_ids, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "month": asked.month,
        "running": asked.month == running_month(),
        "form": asked.form,
        "page": page,
        "rows": asked.found.rows(list(page.object_list)),
        "headings": headings(request, COLUMNS, current=asked.form.wanted.order),
        "forms": list(FileForm),
        "words": _words(asked.month),
        "today": timezone.localdate(),
        "signals": (signals := waiting_signals(request.user)),
        "signal_months": sum(signals.values()),
    }
    return render(request, "scorecards/suppliers.html", context)


@require_safe
@for_roles(*INSIDERS)
def suppliers_export(request: HttpRequest, form: FileForm) -> HttpResponseBase:
    """Send the whole filtered list as CSV or XLSX."""
    asked = _asked(request)
    month = asked.month if asked else running_month()
    return download(
        form=form,
        name=f"suppliers-{month}",
        header=_header(),
        rows=_lines(asked.found) if asked else (),
    )


def _words(month: Month) -> dict[str, str]:
    """Return what the cells of a row are called, translated once for the whole list."""
    return {
        "month": date_format(month.first_day, "M Y"),
        "twelve": _("12 months"),
        "score": _("Score"),
        "preliminary": _("preliminary"),
        "verdict": _("Verdict"),
        "trend": _("13 months"),
        "warranty": _("Warranty PPM"),
        "external": _("External PPM"),
        "level": _("Level"),
        "next": _("Next"),
        "none": _("None"),
        "signal": _("Signal"),
        "target": _("target"),
        "about": _("about"),
        "likely": _("likely"),
        "overdue": _("overdue"),
    }


def _asked(request: HttpRequest) -> Asked | None:
    visible = Supplier.objects.visible_to(request.user).active()
    span = activity_span(visible, running=running_month())
    if span is None:
        return None
    month = span.choose(asked_month(request))
    form = SupplierListForm(
        query_with_month(request, month),
        months=span.choices(month),
        tiers=Tier.objects.order_by("level"),
        plants=plants_visible_to(request.user),
    )
    found = supplier_list(suppliers=visible, month=month, wanted=form.wanted)
    return Asked(span=span, month=month, form=form, found=found)


def _header() -> Sequence[str]:
    return (
        _("Month"),
        _("Code"),
        _("Name"),
        _("Tier"),
        *(
            f"{name} ({window})"
            for window in (_("month"), _("3 months"), _("12 months"))
            for name in (_("Counted"), _("Of which provisional"), _("Received"), _("External PPM"))
        ),
        _("Target PPM"),
        _("Verdict (month)"),
        _("Likely from PPM (month)"),
        _("Likely to PPM (month)"),
        _("In words (month)"),
        _("Returned (month)"),
        _("Parts in field"),
        _("Warranty PPM (month)"),
        _("Score"),
        _("Grade"),
        _("Score published"),
        _("Open level"),
        _("Next date"),
        _("What is due"),
    )


def _lines(found: SupplierList) -> Iterator[Sequence[Any]]:
    for start in range(0, len(found.supplier_ids), EXPORT_SLICE):
        for row in found.rows(found.supplier_ids[start : start + EXPORT_SLICE]):
            yield _line(row)


def _line(row: SupplierRow) -> Sequence[Any]:
    windows = (row.month, row.rolling_3, row.rolling_12)
    due = row.next_case
    return (
        str(row.rolling_12.end),
        row.supplier.code,
        row.supplier.name,
        row.tier.name if row.tier else "",
        *(
            cell
            for figure in windows
            for cell in (figure.counted, figure.provisional, figure.received, ppm_number(figure))
        ),
        row.target_ppm,
        row.verdict.verdict.value if row.verdict else "",
        None if row.range is None else round(row.range.lower_ppm, 3),
        None if row.range is None else round(row.range.upper_ppm, 3),
        row.sentence,
        row.warranty.counted,
        row.warranty.received,
        ppm_number(row.warranty),
        row.graded.score if row.graded else "",
        row.graded.grade if row.graded else "",
        (_("yes") if row.graded.published else _("no")) if row.graded else "",
        row.cases[0].level_name if row.cases else "",
        due.due_on.isoformat() if due and due.due_on else "",
        due.due_what if due else "",
    )
