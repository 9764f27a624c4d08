"""8Ds on paper and in exchange: PDF, JSON, and what another system wrote."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from escalations.eight_d_forms import (
    DocumentForm,
)
from escalations.notifications.eight_d_pdf import report_pdf
from escalations.queries.eight_d_report import document, report
from escalations.services.eight_d_documents import take_over
from escalations.views.eight_d_asked import UNPROCESSABLE, WRITERS, attempt, visible
from scorecards.pdf import PdfUnavailableError
from suppliers import access
from suppliers.uploads import takes_evidence


@require_safe
@login_required
def eight_d_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """Download the report as a PDF: as it stands, or as it stood after a move (`?move=7`)."""
    found = visible(request, number)
    try:
        file = report_pdf(report(found, number=_move_number(request), user=request.user))
    except PdfUnavailableError as error:
        messages.error(request, str(error))
        return redirect(found)
    response = HttpResponse(file.content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


@require_safe
@login_required
def eight_d_json(request: HttpRequest, number: str) -> HttpResponse:
    """Download what was submitted, as another system reads it."""
    found = visible(request, number)
    content = document(report(found, number=_move_number(request), user=request.user))
    response = JsonResponse(content, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="{found.number}.json"'
    return response


@takes_evidence
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def eight_d_import(request: HttpRequest, number: str) -> HttpResponse:
    """Take over an 8D that another system wrote, as drafts."""
    found = visible(request, number)
    access.demand_at(request.user, found.episode.supplier_id, *WRITERS)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = DocumentForm(*sent)
    if request.method == "POST":
        written = attempt(
            form,
            lambda: take_over(
                eight_d=found,
                text=form.cleaned_data["document"].read(),
                other_number=form.cleaned_data["other_number"],
                by=access.signed_in(request),
                at=timezone.now(),
            ),
        )
        if written is not None and not form.errors:
            said = ngettext(
                "%(count)d step written as a draft. Nothing is submitted yet.",
                "%(count)d steps written as drafts. Nothing is submitted yet.",
                len(written),
            )
            messages.success(request, said % {"count": len(written)})
            return redirect(found)
    status = UNPROCESSABLE if form.errors else 200
    context = {"form": form, "eight_d": found}
    return render(request, "escalations/eight_d_import.html", context, status=status)


def _move_number(request: HttpRequest) -> int | None:
    wished = request.GET.get("move", "")
    return int(wished) if wished.isascii() and wished.isdecimal() and len(wished) < 7 else None  # noqa: PLR2004  # digits of a move
