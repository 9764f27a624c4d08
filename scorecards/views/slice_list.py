"""The lists of plants, parts, commodities and defect codes, as pages and as files."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.http import require_safe

from scorecards.enums import ScopeKind
from scorecards.forms.slice_list import SliceListForm
from scorecards.periods import Month
from scorecards.queries.breakdown import Breakdown, Slice
from scorecards.queries.export import ppm_number
from scorecards.queries.figures import Key
from scorecards.queries.months import ActivitySpan, activity_span
from scorecards.queries.places import plants_visible_to
from scorecards.queries.scopes import ROUTES
from scorecards.spreadsheets import FileForm, download
from scorecards.views.months import (
    asked_month,
    month_context,
    query_with_month,
    running_month,
)
from scorecards.views.ways import ways
from suppliers.access import INSIDERS, AnyUser, for_roles
from suppliers.models import Supplier

PAGE_SIZE = 50


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What a list is called; `page` names the address of a row's own page, where it has one.

    `counted % {"n": 3}` is the word for three of them.
    """

    name: str
    title: str | Promise
    subtitle: str | Promise
    column: str | Promise
    counted: Any
    empty_text: str | Promise
    page: str = ""


LISTINGS: Final = {
    ScopeKind.PLANT: Listing(
        name="plants",
        title=gettext_lazy("Plants"),
        subtitle=gettext_lazy(
            "External PPM of what each plant received. Warranty returns name no plant."
        ),
        column=gettext_lazy("Plant"),
        counted=ngettext_lazy("plant", "plants", "n"),
        empty_text=gettext_lazy(
            "Plants appear here with their first delivery or reject of the last twelve months."
        ),
        page="plant",
    ),
    ScopeKind.PART: Listing(
        name="parts",
        title=gettext_lazy("Parts"),
        subtitle=gettext_lazy("External PPM of each part number over all suppliers."),
        column=gettext_lazy("Part"),
        counted=ngettext_lazy("part", "parts", "n"),
        empty_text=gettext_lazy(
            "Parts appear here when something of them was received or rejected within twelve"
            " months."
        ),
        page="part",
    ),
    ScopeKind.COMMODITY: Listing(
        name="commodities",
        title=gettext_lazy("Commodities"),
        subtitle=gettext_lazy(
            "External PPM of all parts that carry the commodity today, over all suppliers."
        ),
        column=gettext_lazy("Commodity"),
        counted=ngettext_lazy("commodity", "commodities", "n"),
        empty_text=gettext_lazy(
            "A commodity appears here when its parts were received or rejected within twelve"
            " months. Import parts with their commodity, or set it in the administration."
        ),
    ),
    ScopeKind.DEFECT_CODE: Listing(
        name="defect_codes",
        title=gettext_lazy("Defect codes"),
        subtitle=gettext_lazy(
            "Counted rejects of each defect code over everything received, whatever was wrong with"
            " it: the codes add up to no more than the external PPM."
        ),
        column=gettext_lazy("Defect code"),
        counted=ngettext_lazy("defect code", "defect codes", "n"),
        empty_text=gettext_lazy(
            "A defect code appears here when a reject of the last twelve months names it."
        ),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a request asks a list for."""

    span: ActivitySpan
    month: Month
    form: SliceListForm
    found: Breakdown


@require_safe
@for_roles(*INSIDERS)
def slice_list(request: HttpRequest, kind: ScopeKind) -> HttpResponse:
    """List what was delivered or rejected in twelve months, most rejected pieces first."""
    asked = _asked(request, kind)
    listing = LISTINGS[kind]
    context: dict[str, Any] = {"listing": listing, "figure_route": ROUTES[kind]}
    context["ways"] = ways(request, here=listing.name, month=asked.month if asked else None)
    if asked is not None:
        page = Paginator(asked.found.keys, PAGE_SIZE).get_page(request.GET.get("page"))
        context |= month_context(asked.span, asked.month) | {
            "form": asked.form,
            "page": page,
            "rows": asked.found.rows(list(page.object_list)),
            "counted": listing.counted % {"n": page.paginator.count},
            "forms": list(FileForm),
        }
    return render(request, "scorecards/slice_list.html", context)


@require_safe
@for_roles(*INSIDERS)
def slice_list_export(request: HttpRequest, kind: ScopeKind, form: FileForm) -> HttpResponseBase:
    """Send the whole list, as far as it was searched for, as CSV or XLSX."""
    asked = _asked(request, kind)
    listing = LISTINGS[kind]
    return download(
        form=form,
        name=f"{listing.name}-{asked.month if asked else running_month()}",
        header=_header(listing),
        rows=_lines(asked.found.all_rows()) if asked else (),
    )


def _asked(request: HttpRequest, kind: ScopeKind) -> Asked | None:
    suppliers = Supplier.objects.visible_to(request.user)
    span = activity_span(suppliers, running=running_month())
    if span is None:
        return None
    month = span.choose(asked_month(request))
    form = SliceListForm(query_with_month(request, month), kind=kind, months=span.choices(month))
    keys = _visible(kind, form.keys, user=request.user)
    found = Breakdown(scope=kind, suppliers=suppliers, end=month, among=keys)
    return Asked(span=span, month=month, form=form, found=found)


def _visible(kind: ScopeKind, keys: set[Key] | None, *, user: AnyUser) -> set[Key] | None:
    """Return the keys without plants of which the user may see nothing."""
    if kind is not ScopeKind.PLANT:
        return keys
    seen: set[Key] = set(plants_visible_to(user).values_list("pk", flat=True))
    return seen if keys is None else seen & keys


def _header(listing: Listing) -> Sequence[str]:
    return (
        _("Month"),
        str(listing.column),
        _("Name"),
        *(
            f"{name} ({window})"
            for window in (_("month"), _("12 months"))
            for name in (_("Counted"), _("Of which provisional"), _("Received"), _("External PPM"))
        ),
    )


def _lines(rows: Iterable[Slice]) -> Iterator[Sequence[Any]]:
    for row in rows:
        yield (
            str(row.month.end),
            row.label,
            row.name,
            *(
                cell
                for figure in (row.month, row.rolling_12)
                for cell in (
                    figure.counted,
                    figure.provisional,
                    figure.received,
                    ppm_number(figure),
                )
            ),
        )
