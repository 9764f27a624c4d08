"""Files of a step of an 8D."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from escalations import eight_d_wording as wording
from escalations.eight_d_workflow import Discipline, ForbiddenStepError
from escalations.models import EightD, EightDFile
from escalations.queries import eight_d as queries
from escalations.services.eight_d_files import attach
from escalations.views.eight_d_asked import UNPROCESSABLE, WRITERS, discipline_of, visible
from suppliers import access
from suppliers.downloads import download
from suppliers.forms.files import FilesForm
from suppliers.uploads import evidence_too_big, takes_evidence


@takes_evidence
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def eight_d_files(request: HttpRequest, number: str, discipline: str) -> HttpResponse:
    """Attach files to a step that is being written."""
    found, one = visible(request, number), discipline_of(discipline)
    access.demand_at(request.user, found.episode.supplier_id, *WRITERS)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = FilesForm(*sent)
    if request.method == "POST":
        form.too_big = evidence_too_big(request)
        if form.is_valid() and _attached(request, found, one, form):
            return redirect("eight_d_step", number, one.value)
    context = {"form": form, "eight_d": found, "discipline": one, "name": wording.title(one)}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "escalations/eight_d_attach.html", context, status=status)


@require_safe
@login_required
def eight_d_file(request: HttpRequest, number: str, pk: int) -> FileResponse:
    """Download a file of an 8D."""
    rows = EightDFile.objects.visible_to(request.user).filter(eight_d__number=number)
    found: EightDFile = get_object_or_404(rows.select_related("eight_d__episode"), pk=pk)
    readable = queries.files_of(found.eight_d, Discipline(found.discipline), user=request.user)
    if not readable.filter(pk=found.pk).exists():
        raise Http404
    try:
        return download(found)
    except FileNotFoundError as error:
        raise Http404 from error


def _attached(request: HttpRequest, found: EightD, one: Discipline, form: FilesForm) -> bool:
    try:
        new = attach(
            eight_d=found,
            discipline=one,
            files=form.cleaned_data["attachments"],
            by=access.signed_in(request),
            at=timezone.now(),
        )
    except ValidationError as error:
        form.add_error("attachments", error.message_dict["attachments"])
        return False
    except ForbiddenStepError:
        form.add_error(None, _("The step was submitted; attach files once it is returned."))
        return False
    said = _("Attached.") if new else _("These files were attached already.")
    messages.success(request, said)
    return True
