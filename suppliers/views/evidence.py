"""Attaching evidence, and giving it out to whoever may see its record."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from suppliers import access
from suppliers.dispute_workflow import ATTACHING
from suppliers.downloads import download
from suppliers.enums import Role
from suppliers.forms.files import FilesForm
from suppliers.models import Dispute, Evidence, Reject, WarrantyReturn
from suppliers.services.evidence import add_evidence
from suppliers.uploads import evidence_too_big, takes_evidence
from suppliers.views.decisions import FORM_METHODS, UNPROCESSABLE, attempt, posted


@require_safe
@login_required
def evidence(request: HttpRequest, pk: int) -> FileResponse:
    """Download a file."""
    found: Evidence = get_object_or_404(Evidence.objects.visible_to(request.user), pk=pk)
    try:
        return download(found)
    except FileNotFoundError as error:
        raise Http404 from error


@takes_evidence
@access.for_roles(*access.QUALITY)
@require_http_methods(FORM_METHODS)
def reject_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach files to a reject."""
    return _attach(request, _visible(Reject, request, pk), "reject")


@takes_evidence
@access.for_roles(*access.QUALITY)
@require_http_methods(FORM_METHODS)
def return_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach files to a warranty return."""
    return _attach(request, _visible(WarrantyReturn, request, pk), "warranty_return")


@takes_evidence
@access.for_roles(*Role)
@require_http_methods(FORM_METHODS)
def dispute_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach files to an open dispute: its supplier, and whoever answers."""
    found: Dispute = _visible(Dispute, request, pk)
    access.demand_at(request.user, found.supplier_id, *ATTACHING)
    return _attach(request, found, "dispute")


def _visible(model: Any, request: HttpRequest, pk: int) -> Any:
    rows = model.objects.visible_to(request.user).select_related("supplier")
    return get_object_or_404(rows, pk=pk)


def _attach(request: HttpRequest, to: Any, route: str) -> HttpResponse:
    form = FilesForm(*posted(request))
    if request.method == "POST":
        form.too_big = evidence_too_big(request)
        new = attempt(
            form,
            lambda: add_evidence(
                files=form.cleaned_data["attachments"],
                to=to,
                by=access.signed_in(request),
                at=timezone.now(),
            ),
        )
        if new is not None:
            messages.success(request, _said(len(new)))
            return redirect(route, to.pk)
    subject = to.subject if isinstance(to, Dispute) else to
    context = {"form": form, "subject": subject, "route": route, "to": to}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "suppliers/records/attach.html", context, status=status)


def _said(count: int) -> str:
    if not count:
        return _("These files were attached already.")
    return ngettext("%(count)d file attached.", "%(count)d files attached.", count) % {
        "count": count
    }
