"""Controlled shipping: the list, one on its page, its letters, and its spreadsheets."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from escalations.models import ControlledShipping, ShippingLetter, ShippingLogEntry
from escalations.notifications.letters import draft_pdf, letter_pdf
from escalations.queries import shippings as queries
from escalations.queries.shown import covers_only_shown
from escalations.shipping_enums import LetterKind
from escalations.shipping_forms import (
    ConfirmForm,
    ConfirmForSupplierForm,
    EscapeForm,
    LeaveOutForm,
    ShippingFilter,
    WhyForm,
)
from escalations.shipping_workflow import ShippingAction, ShippingState
from scorecards.pdf import PdfFile, PdfUnavailableError
from scorecards.spreadsheets import FileForm, download
from suppliers import access
from suppliers.enums import Role
from suppliers.holds import with_holds

PER_PAGE = 50


@require_safe
@access.for_roles(*Role)
def shippings(request: HttpRequest) -> HttpResponse:
    """List the controlled shippings the user may see, open ones first."""
    form, rows = _filtered(request)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    listed = queries.rows(list(page.object_list), user=request.user, at=timezone.now())
    context = {
        "form": form,
        "page": page,
        "rows": listed,
        "internal": access.is_internal(request.user),
        "may_enter": access.has_role(request.user, Role.SQE, Role.QUALITY_MANAGER),
        "filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "escalations/shippings.html", context)


@require_safe
@access.for_roles(*Role)
def shippings_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Download the list as it is filtered."""
    _form, listed = _filtered(request)
    found = queries.rows(list(listed), user=request.user, at=timezone.now())
    header = [
        *(_("Number"), _("Supplier"), _("Name"), _("Level"), _("State"), _("Parts")),
        *(_("Entered on"), _("Ended on"), _("Clean production days"), _("Needed")),
        *(_("Clean shipments"), _("Needed"), _("Corrective action verified")),
        *(_("Inspected"), _("Found"), _("Days without a row")),
        _("New-business hold"),
    ]
    rows = with_holds(_exported(found), user=request.user, code_at=1)
    return download(form=FileForm(form), name="controlled-shipping", header=header, rows=rows)


def _exported(found: list[queries.ShippingRow]) -> Iterator[list[Any]]:
    for row in found:
        shipping, progress = row.shipping, row.progress
        action = progress.action
        yield [
            shipping.number,
            shipping.episode.supplier.code,
            shipping.episode.supplier.name,
            shipping.get_level_display(),
            shipping.get_state_display(),
            " ".join(row.parts),
            shipping.entered_on.isoformat(),
            shipping.ended_on.isoformat() if shipping.ended_on else "",
            *(progress.days.have, progress.days.need),
            *(progress.shipments.have, progress.shipments.need),
            "" if action is None else (_("yes") if action.met else _("no")),
            *(progress.inspected, progress.found, len(progress.missing)),
        ]


@require_safe
@login_required
def shipping(request: HttpRequest, number: str) -> HttpResponse:
    """Show a controlled shipping: progress to exit, log, letters, what happened."""
    return shown(request, visible(request, number))


@require_safe
@login_required
def shipping_log_export(request: HttpRequest, number: str, form: str) -> HttpResponseBase:
    """Download the daily log, with every correction."""
    found = visible(request, number)
    seen = ShippingLogEntry.objects.visible_to(request.user)
    entries = seen.filter(shipping__in=queries.chain_of(found))
    entries = entries.select_related("shipping", "part", "plant", "recorded_by")
    header = [
        *(_("Number"), _("Day"), _("Part"), _("Plant"), _("Inspected"), _("Found")),
        *(_("Shipments"), _("Defect"), _("Sorted by"), _("Version"), _("Reason of the correction")),
        *(_("Recorded by"), _("Recorded at")),
    ]
    ordered = entries.order_by("day", "part__number", "plant__code", "number", "pk")
    rows = (
        [
            *(one.shipping.number, one.day.isoformat(), one.part.number, one.plant.code),
            *(one.inspected_qty, one.found_qty, one.shipments, one.defect, one.sorted_by),
            *(one.number, one.reason, str(one.recorded_by), one.recorded_at.isoformat()),
        ]
        for one in ordered
    )
    return download(form=FileForm(form), name=f"{found.number}-log", header=header, rows=rows)


@require_safe
@login_required
def shipping_letter(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """Download a letter as it was sent; who may send it sees a draft before."""
    found = visible(request, number)
    if not covers_only_shown(found, user=request.user):
        raise Http404
    letter = ShippingLetter.objects.filter(shipping=found, kind=kind).select_related("pdf").first()
    try:
        return _attachment(_letter(request, found, letter, LetterKind(kind), timezone.now()))
    except PdfUnavailableError as error:
        context = {"shipping": found, "reason": error}
        return render(request, "escalations/shipping_no_pdf.html", context, status=503)


def _letter(
    request: HttpRequest,
    found: ControlledShipping,
    letter: ShippingLetter | None,
    kind: LetterKind,
    at: datetime,
) -> PdfFile:
    if letter is not None:
        return letter_pdf(letter)
    expected = {
        LetterKind.ENTRY: ShippingState.ENTERED.value,
        LetterKind.EXIT: ShippingState.EXIT_READY.value,
    }
    if not access.is_internal(request.user) or found.state != expected[kind]:
        raise Http404
    return draft_pdf(found, kind, at=at)


def _attachment(file: PdfFile) -> HttpResponse:
    response = HttpResponse(file.content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, file.name)
    response["Cache-Control"] = "private, no-store"
    return response


def _filtered(request: HttpRequest) -> tuple[ShippingFilter, Any]:
    form = ShippingFilter(request.GET, by_supplier=access.is_internal(request.user))
    seen = ControlledShipping.objects.visible_to(request.user)
    rows = queries.for_list(form.narrow(seen), user=request.user)
    return form, rows.newest_first()


def visible(request: HttpRequest, number: str) -> ControlledShipping:
    """Fetch what the user may see; 404 for the rest."""
    rows = ControlledShipping.objects.visible_to(request.user).select_related(
        "episode__supplier", "follows__episode__supplier"
    )
    found: ControlledShipping = get_object_or_404(rows, number=number)
    return found


def demand_all_plants(request: HttpRequest, found: ControlledShipping) -> None:
    """Raise PermissionDenied where it also covers plants whose facts the user does not see."""
    if not covers_only_shown(found, user=request.user):
        raise PermissionDenied


def shown(
    request: HttpRequest,
    found: ControlledShipping,
    *,
    forms: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the page, with the forms that were refused in their place."""
    page = queries.shipping_page(found, user=request.user, at=timezone.now())
    return render(
        request,
        "escalations/shipping.html",
        {"page": page, "shipping": found, **_forms(request, page), **(forms or {})},
        status=status,
    )


def _forms(request: HttpRequest, page: queries.ShippingPage) -> dict[str, Any]:
    confirm = (
        ConfirmForSupplierForm()
        if page.internal
        else ConfirmForm(initial={"name": getattr(request.user, "name", "")})
    )
    return {
        "confirm_form": confirm if ShippingAction.CONFIRM.value in page.actions else None,
        "escape_form": EscapeForm(prefix="escape")
        if ShippingAction.ESCAPE.value in page.actions
        else None,
        "plant_form": LeaveOutForm(prefix="plant"),
        "withdraw_form": WhyForm(prefix="withdraw")
        if ShippingAction.WITHDRAW.value in page.actions
        else None,
    }
