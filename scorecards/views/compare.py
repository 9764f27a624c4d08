"""Comparing suppliers fairly: the funnel, and a ranking that small volumes do not top by chance."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from scorecards.cases import open_cases
from scorecards.forms.compare import CompareForm
from scorecards.formulas.intervals import Interval
from scorecards.formulas.quantities import MILLION
from scorecards.periods import Month
from scorecards.pictures.figure import Picture
from scorecards.pictures.funnel import FunnelSupplier, funnel_picture
from scorecards.queries.compare import ComparedSupplier, Comparison, compared, members_of
from scorecards.queries.export import ppm_number
from scorecards.queries.months import ActivitySpan, activity_span
from scorecards.queries.scopes import figure_address, of_supplier
from scorecards.spreadsheets import FileForm, download
from scorecards.views.months import asked_month, query_with_month, running_month
from suppliers.access import INSIDERS, for_roles
from suppliers.models import Supplier

PAGE_SIZE = 50


@require_safe
@for_roles(*INSIDERS)
def compare(request: HttpRequest) -> HttpResponse:
    """Show the suppliers that the user may see, and nobody else's in scale or centre."""
    span = activity_span(_visible(request), running=running_month())
    if span is None:
        return render(request, "scorecards/suppliers_empty.html")
    form, month = _form(request, span)
    found = _compared(request, form, month)
    page = Paginator(found.suppliers, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    levels = _levels(shown)
    context = {
        "form": form,
        "month": month,
        "found": found,
        "picture": _picture(found, form, month),
        "forms": list(FileForm),
        "page": page,
        "ranked": [(one, levels.get(one.supplier.pk, "")) for one in shown],
    }
    return render(request, "scorecards/compare.html", context)


@require_safe
@for_roles(*INSIDERS)
def compare_export(request: HttpRequest, form: FileForm) -> HttpResponseBase:
    """Send the comparison as a file."""
    span = activity_span(_visible(request), running=running_month())
    rows: Iterator[list[Any]] = iter(())
    month = running_month()
    if span is not None:
        asked, month = _form(request, span)
        rows = _lines(_compared(request, asked, month))
    header = [
        _("Supplier"),
        _("Name"),
        _("Counted"),
        _("Volume"),
        "PPM",
        _("Likely from PPM"),
        _("Likely to PPM"),
        _("Shrunken PPM"),
        _("Rank"),
        _("Outside 99.8 %"),
        _("Level"),
    ]
    return download(form=form, name=f"compared-{month}", header=header, rows=rows)


def _levels(suppliers: Sequence[ComparedSupplier]) -> dict[int, str]:
    """Return the hardest open level by supplier, where one is open."""
    cases = open_cases([one.supplier.pk for one in suppliers])
    return {supplier_id: of[0].level for supplier_id, of in cases.items()}


def _visible(request: HttpRequest) -> Any:
    return Supplier.objects.visible_to(request.user)


def _form(request: HttpRequest, span: ActivitySpan) -> tuple[CompareForm, Month]:
    month = span.choose(asked_month(request))
    return CompareForm(query_with_month(request, month), months=span.choices(month)), month


def _compared(request: HttpRequest, form: CompareForm, month: Month) -> Comparison:
    suppliers = members_of(form.chosen_tier, among=_visible(request), month=month)
    return compared(
        suppliers=suppliers, metric=form.chosen_metric, window=form.chosen_window, end=month
    )


def _picture(found: Comparison, form: CompareForm, month: Month) -> Picture | None:
    if found.funnel is None:
        return None
    return funnel_picture(
        [
            FunnelSupplier(
                code=one.supplier.code,
                name=one.supplier.name,
                counted=one.figure.counted,
                volume=one.figure.exposure,
                outside=one.outside,
                url=figure_address(
                    of_supplier(one.supplier),
                    metric=form.chosen_metric,
                    month=month,
                    window=form.chosen_window,
                ),
            )
            for one in found.suppliers
        ],
        center=found.funnel.center,
        tau_squared=found.funnel.tau_squared,
        title=_("PPM against volume"),
    )


def _lines(found: Comparison) -> Iterator[list[Any]]:
    cases = open_cases([one.supplier.pk for one in found.suppliers])
    for one in found.suppliers:
        yield [
            one.supplier.code,
            one.supplier.name,
            one.figure.counted,
            one.figure.received,
            ppm_number(one.figure),
            *_range(one.interval),
            None if one.shrunken is None else round(one.shrunken * MILLION, 3),
            one.rank,
            int(one.outside),
            cases[one.supplier.pk][0].level_name if one.supplier.pk in cases else "",
        ]


def _range(interval: Interval | None) -> tuple[float | None, float | None]:
    if interval is None:
        return None, None
    return round(interval.lower_ppm, 3), round(interval.upper_ppm, 3)
