"""One month's end: its suppliers with score, scorecard and sign-off, as a page and as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from scorecards.forms.month_list import MonthListForm
from scorecards.periods import Month
from scorecards.queries.missing import missing
from scorecards.queries.month_end import month_dates, plant_countries
from scorecards.queries.month_list import MonthList, MonthRow, month_list
from scorecards.queries.published import (
    last_ended_month,
    suppliers_with_activity,
    without_scorecard,
)
from scorecards.spreadsheets import FileForm, download
from scorecards.views.board import by_itself
from scorecards.views.sorting import Column, headings
from suppliers import access
from suppliers.holds import with_holds
from suppliers.models import Supplier, Tier

PAGE_SIZE = 50
EXPORT_SLICE = 500
COLUMNS = (
    Column(label=gettext_lazy("Supplier"), order="code"),
    Column(label=gettext_lazy("Tier"), order="tier"),
    Column(label=gettext_lazy("Score"), order="score", numeric=True),
    Column(label=gettext_lazy("State")),
    Column(label=gettext_lazy("Version"), order="version", numeric=True, downwards_first=True),
    Column(label=gettext_lazy("Sign-off"), order="sign_off"),
    Column(label=gettext_lazy("Published on")),
    Column(label=gettext_lazy("PDF")),
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a request asks the list for."""

    form: MonthListForm
    found: MonthList


@require_safe
@access.for_roles(*access.INSIDERS)
def month(request: HttpRequest, month: Month) -> HttpResponse:
    """List the suppliers with figures for a month, and how far each scorecard is."""
    asked = asked_list(request, month)
    active = _active(request, month)
    total, unpublished = active.count(), without_scorecard(active, month=month).count()
    page = Paginator(asked.found.supplier_ids, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "month": month,
        "form": asked.form,
        "page": page,
        "rows": asked.found.rows(list(page.object_list)),
        "headings": headings(request, COLUMNS, current=asked.form.wanted.order),
        "forms": list(FileForm),
        "total": total,
        "published": total - unpublished,
        "unpublished": unpublished,
        "over": month <= last_ended_month(at=timezone.now()),
        "may_publish": access.has_role(request.user, *access.QUALITY),
        "dates": month_dates(month, countries=plant_countries()),
        "by_itself": by_itself(),
        "missing": missing(month, user=request.user),
    }
    return render(request, "scorecards/months/month.html", context)


@require_safe
@access.for_roles(*access.INSIDERS)
def month_export(request: HttpRequest, month: Month, form: FileForm) -> HttpResponseBase:
    """Send the whole filtered list as CSV or XLSX."""
    return download(
        form=form,
        name=f"scorecards-{month}",
        header=_header(),
        rows=with_holds(_lines(asked_list(request, month).found), user=request.user, code_at=1),
    )


def asked_list(request: HttpRequest, month: Month) -> Asked:
    """Return the filters of a request and the suppliers of the month that match them."""
    form = MonthListForm(request.GET, tiers=Tier.objects.order_by("level"))
    found = month_list(
        suppliers=_active(request, month),
        month=month,
        wanted=form.wanted,
        sign_off=form.sign_off_wanted,
    )
    return Asked(form=form, found=found)


def _active(request: HttpRequest, month: Month) -> Any:
    return suppliers_with_activity(month, among=Supplier.objects.visible_to(request.user))


def _header() -> Sequence[str]:
    return (
        _("Month"),
        _("Code"),
        _("Name"),
        _("Tier"),
        _("Score"),
        _("Grade"),
        _("Score published"),
        _("Version"),
        _("Published on"),
        _("Sign-off"),
        _("Since"),
        _("Reason of the version"),
        _("New-business hold"),
    )


def _lines(found: MonthList) -> Iterator[Sequence[Any]]:
    for start in range(0, len(found.supplier_ids), EXPORT_SLICE):
        for row in found.rows(found.supplier_ids[start : start + EXPORT_SLICE]):
            yield _line(found.month, row)


def _line(month: Month, row: MonthRow) -> Sequence[Any]:
    card = row.scorecard
    return (
        str(month),
        row.supplier.code,
        row.supplier.name,
        row.tier.name if row.tier else "",
        row.graded.score if row.graded else "",
        row.graded.grade if row.graded else "",
        (_("yes") if row.graded.published else _("no")) if row.graded else "",
        card.version if card else "",
        timezone.localdate(card.published_at).isoformat() if card else "",
        row.standing_name or _("Not published"),
        timezone.localdate(row.since).isoformat() if row.since else "",
        card.reason if card else "",
    )
