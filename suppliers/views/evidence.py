"""Giving evidence out: to whoever may see its record, and never to be run by a browser."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from suppliers.models import Evidence


@require_safe
@login_required
def evidence(request: HttpRequest, pk: int) -> FileResponse:
    """Download a file."""
    found: Evidence = get_object_or_404(Evidence.objects.visible_to(request.user), pk=pk)
    try:
        file = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        file, as_attachment=True, filename=found.name, content_type=found.content_type
    )
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
