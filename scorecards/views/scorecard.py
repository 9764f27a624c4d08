"""A supplier's month as a page: the published scorecard, or what is preliminary; and its PDF."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from scorecards.forms.restatement import RestatementForm
from scorecards.forms.sign_off import QueryReplyForm, SignOffForm
from scorecards.metrics import Metric
from scorecards.models import Scorecard
from scorecards.pdf import (
    Paper,
    PdfFile,
    PdfUnavailableError,
    copy_pdf,
    scorecard_pdf,
    version_pdf,
)
from scorecards.periods import Month, Window
from scorecards.queries.changed_rows import ChangedRow, changed_rows
from scorecards.queries.control_picture import frozen_picture
from scorecards.queries.lines import disputes_of_month
from scorecards.queries.published import last_ended_month, published_overview, versions_of
from scorecards.queries.scopes import figure_address, of_supplier
from scorecards.queries.score_block import score_block
from scorecards.queries.sheet import Sheet, preliminary_sheet, published_sheet
from scorecards.queries.sheet_blocks import sheet_blocks
from scorecards.queries.sheet_causes import sheet_causes
from scorecards.queries.sign_off import sign_off_of, standing_of
from scorecards.services.publication import PublicationError, locked_out, restate
from scorecards.services.sign_off import view
from scorecards.snapshots import changes
from suppliers import access
from suppliers.enums import SUPPLIER_ROLES
from suppliers.models import Supplier


@require_safe
@login_required
def scorecard(request: HttpRequest, code: str, month: Month) -> HttpResponse:
    """Show the version in force (or `?version=`); insiders see unpublished months too."""
    supplier, versions = _opened(request, code, month)
    if chosen := _chosen(request, versions):
        view(chosen, by=access.signed_in(request), at=timezone.now())
    return render(
        request, "scorecards/scorecard.html", _context(request, supplier, month, versions)
    )


def scorecard_context(request: HttpRequest, supplier: Supplier, month: Month) -> dict[str, Any]:
    """Gather what the page of the version in force shows."""
    versions = versions_of(supplier=supplier, month=month)
    return _context(request, supplier, month, versions)


@require_safe
@login_required
@cache_control(private=True, max_age=0)
def pdf(request: HttpRequest, code: str, month: Month) -> HttpResponse:
    """Send the PDF of the version in force (or `?version=`), as it was published.

    `?marked=1` asks for a copy of a superseded version that says so, `?paper=letter` for one on
    Letter.
    """
    supplier, versions = _opened(request, code, month)
    chosen = _chosen(request, versions)
    try:
        file = (
            _published_pdf(request, chosen)
            if chosen
            else scorecard_pdf(supplier=supplier, month=month, at=timezone.now())
        )
    except PdfUnavailableError as error:
        context = {"supplier": supplier, "month": month, "reason": str(error)}
        return render(request, "scorecards/pdf_unavailable.html", context, status=503)
    return _attachment(file)


def _published_pdf(request: HttpRequest, chosen: Scorecard) -> PdfFile:
    letter = request.GET.get("paper") == Paper.LETTER.value
    if "marked" not in request.GET and not letter:
        return version_pdf(chosen)
    paper = Paper.LETTER if letter else Paper.A4
    return copy_pdf(chosen, marked="marked" in request.GET, paper=paper)


@require_POST
@access.for_roles(*access.QUALITY)
def restatement(request: HttpRequest, code: str, month: Month) -> HttpResponse:
    """Publish the next version with the given reason."""
    supplier, versions = _opened(request, code, month)
    form = RestatementForm(request.POST)
    if not form.is_valid():
        context = _context(request, supplier, month, versions) | {"form": form}
        return render(request, "scorecards/scorecard.html", context, status=422)
    try:
        restated = restate(
            supplier=supplier,
            month=month,
            reason=form.cleaned_data["reason"],
            by=access.signed_in(request),
            at=timezone.now(),
        )
    except PublicationError as error:
        messages.error(request, str(error))
    else:
        text = _("Version %(version)d is published.") % {"version": restated.version}
        messages.success(request, text)
    return redirect("scorecard", code, month)


def _opened(request: HttpRequest, code: str, month: Month) -> tuple[Supplier, list[Scorecard]]:
    """Fetch supplier and versions, newest first, as far as the user may see them."""
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), code=code)
    versions = versions_of(supplier=supplier, month=month)
    hidden = not access.is_internal(request.user) or month > last_ended_month(
        at=timezone.now()
    ).plus(1)
    if not versions and hidden:
        raise Http404
    return supplier, versions


def _chosen(request: HttpRequest, versions: list[Scorecard]) -> Scorecard | None:
    """Return the version that was asked for, else the one in force; None while unpublished."""
    asked = request.GET.get("version")
    if asked is None:
        return versions[0] if versions else None
    for version in versions:
        if str(version.version) == asked:
            return version
    raise Http404


def _context(
    request: HttpRequest, supplier: Supplier, month: Month, versions: list[Scorecard]
) -> dict[str, Any]:
    chosen = _chosen(request, versions)
    sheet = _sheet(chosen, supplier, month)
    control = sheet.overview.control
    may_publish = access.has_role(request.user, *access.QUALITY)
    newest = chosen is not None and chosen == versions[0]
    locked = chosen is not None and locked_out(
        supplier, month, by=access.signed_in(request), at=timezone.now()
    )
    return {
        "supplier": supplier,
        "sheet": sheet,
        "overview": sheet.overview,
        "blocks": sheet_blocks(sheet.overview, months_of=partial(_month_url, supplier)),
        "causes": sheet_causes(sheet.overview, supplier=supplier),
        "changed": changed_rows(sheet.changes, month=month),
        "score": score_block(sheet.overview.score, month=month),
        "control": None if control is None else frozen_picture(control),
        "versions": versions,
        "internal": access.is_internal(request.user),
        "may_publish": may_publish,
        "locked_on": locked,
        "over": month <= last_ended_month(at=timezone.now()),
        "changes": _changes(chosen, supplier) if chosen and newest else (),
        "disputes": disputes_of_month(supplier, month) if versions else (),
        "may_dispute": newest and bool(access.roles_at(request.user, supplier.pk) & SUPPLIER_ROLES),
        "form": RestatementForm(),
        **(_sign_off(request, chosen, newest=newest) if chosen else {}),
    }


def _sign_off(request: HttpRequest, chosen: Scorecard, *, newest: bool) -> dict[str, Any]:
    state = sign_off_of(chosen)
    return {
        "sign_off": state,
        "standing": standing_of(chosen) if newest else None,
        "may_sign": newest and access.is_supplier(request.user) and not state.signed,
        "may_reply": newest
        and state.query is not None
        and access.has_role(request.user, *access.QUALITY),
        "reply_form": QueryReplyForm(),
        "sign_form": SignOffForm(initial={"sha256": chosen.sha256}),
    }


def _month_url(supplier: Supplier, metric: Metric, month: Month) -> str:
    """Lead from a month of a chart to its arithmetic; what was published may differ from it."""
    return figure_address(of_supplier(supplier), metric=metric, month=month, window=Window.MONTH)


def _sheet(chosen: Scorecard | None, supplier: Supplier, month: Month) -> Sheet:
    if chosen is None:
        return preliminary_sheet(supplier=supplier, month=month, at=timezone.now())
    return published_sheet(chosen)


def _changes(published: Scorecard, supplier: Supplier) -> tuple[ChangedRow, ...]:
    """Return what the facts say otherwise now than when this version was published."""
    month = published.period
    live = preliminary_sheet(supplier=supplier, month=month, at=timezone.now())
    return changed_rows(changes(published_overview(published), live.overview), month=month)


def _attachment(file: PdfFile) -> HttpResponse:
    response = HttpResponse(file.content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, file.name)
    return response
