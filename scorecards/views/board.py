"""The month board: what is published, and the wish to publish."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from scorecards.bell import RENDER, ring
from scorecards.pdf import pdf_available
from scorecards.periods import InvalidMonthError, Month
from scorecards.queries.board import BoardRow, month_board
from scorecards.queries.corrections import corrections
from scorecards.queries.month_by_itself import ByItself, month_by_itself
from scorecards.services.publication import PublicationError, publish_month
from scorecards.services.requests import request_publication
from suppliers import access
from suppliers.models import Supplier

ALL = "all"


@require_safe
@access.for_roles(*access.INSIDERS)
def months(request: HttpRequest) -> HttpResponse:
    """Show the ended months; htmx asks again for the table alone while something is going on."""
    rows = _board(request)
    context: dict[str, Any] = {
        "rows": rows,
        "by_itself": by_itself(),
        "busy": any(row.busy for row in rows),
        "unpublished": sum(not row.complete for row in rows),
        "may_publish": access.has_role(request.user, *access.QUALITY),
        "pdf_available": pdf_available(),
    }
    if request.headers.get("HX-Request") != "true":
        context["corrections"] = corrections(user=request.user)
    partial = request.headers.get("HX-Request") == "true"
    template = "scorecards/months/table.html" if partial else "scorecards/months/board.html"
    return render(request, template, context)


@require_POST
@access.for_roles(*access.QUALITY)
def publish_months(request: HttpRequest) -> HttpResponse:
    """Ask for one month, or for every ended month that is not complete."""
    try:
        wanted = _wanted(request)
        asked = request_publication(months=wanted, by=access.signed_in(request), at=timezone.now())
    except (InvalidMonthError, PublicationError) as error:
        messages.error(request, str(error))
        return redirect("months")
    messages.success(request, _answer(len(wanted), asked))
    return redirect("months")


@require_POST
@access.for_roles(*access.QUALITY)
def publish_one(request: HttpRequest, code: str, month: Month) -> HttpResponse:
    """Publish one supplier's month."""
    visible = Supplier.objects.visible_to(request.user)
    supplier = get_object_or_404(visible, code=code)
    try:
        done = publish_month(
            month=month,
            by=access.signed_in(request),
            at=timezone.now(),
            suppliers=visible.filter(pk=supplier.pk),
        )
    except PublicationError as error:
        messages.error(request, str(error))
        return redirect("month", month)
    if done.published:
        ring(RENDER)
        text = _("%(month)s of %(supplier)s is published.")
    elif done.without_activity:
        text = _("%(supplier)s has no figures for %(month)s; there is nothing to publish.")
    elif done.changed:
        text = _("%(month)s of %(supplier)s was published with other figures; restate it.")
    else:
        text = _("%(month)s of %(supplier)s was published before.")
    messages.success(request, text % {"month": month, "supplier": supplier.code})
    return redirect("month", month)


def _board(request: HttpRequest) -> list[BoardRow]:
    return month_board(suppliers=Supplier.objects.visible_to(request.user), at=timezone.now())


def by_itself() -> ByItself | None:
    """Return the month that will publish itself next, and when."""
    return month_by_itself(working_day=settings.PUBLISH_ON_WORKING_DAY, at=timezone.now())


def _wanted(request: HttpRequest) -> list[Month]:
    text = request.POST.get("month", "")
    if text != ALL:
        return [Month.parse(text)]
    return [row.month for row in _board(request) if not row.complete]


def _answer(wanted: int, asked: int) -> str:
    if not wanted:
        return _("Every month is published; there was nothing to do.")
    if not asked:
        return _("This is being published already.")
    return ngettext(
        "%(count)d month is being published. You can leave this page.",
        "%(count)d months are being published. You can leave this page.",
        asked,
    ) % {"count": asked}
