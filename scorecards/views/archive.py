"""Several scorecards' PDFs in one ZIP."""

from collections.abc import Iterable
from datetime import UTC
from tempfile import SpooledTemporaryFile
from typing import Any, Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from scorecards.models import Scorecard, ScorecardDocument, WorkState
from scorecards.pdf.store import stored
from scorecards.periods import Month
from scorecards.views.month import asked_list
from suppliers import access
from suppliers.models import Supplier

IN_MEMORY: Final = 5_000_000
NOT_READY: Final = "not-ready.txt"


@require_safe
@access.for_roles(*access.INSIDERS)
def month_zip(request: HttpRequest, month: Month) -> HttpResponseBase:
    """Send the PDFs in force of a month: of each `?supplier=`, or of all that the list has.

    What is not drawn yet is named in a text file beside them.
    """
    documents = _documents(request, month)
    if not any(document.state == WorkState.READY for document in documents):
        messages.error(request, _("None of these PDFs is ready yet."))
        return redirect("month", month)
    file: Any = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # the response closes it
    write_archive(file, documents)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"scorecards-{month}.zip")


def _documents(request: HttpRequest, month: Month) -> list[ScorecardDocument]:
    chosen = request.GET.getlist("supplier")
    suppliers = Supplier.objects.visible_to(request.user)
    if chosen:
        wanted = suppliers.filter(code__in=chosen)
    else:
        wanted = suppliers.filter(pk__in=asked_list(request, month).found.supplier_ids)
    in_force = Scorecard.objects.of_month(month).newest().filter(supplier__in=wanted)
    rows = ScorecardDocument.objects.filter(scorecard__in=in_force.values("pk"))
    rows = rows.select_related("scorecard__supplier").defer("scorecard__snapshot")
    return list(rows.order_by("scorecard__supplier__code"))


def write_archive(file: Any, documents: Iterable[ScorecardDocument]) -> None:
    """Write the PDFs that are ready; the same PDFs give the same bytes."""
    missing = []
    with ZipFile(file, "w", ZIP_STORED) as archive:
        for document in documents:
            scorecard = document.scorecard
            content = stored(document)
            if content is None:
                missing.append(scorecard.supplier.code)
                continue
            code, version = scorecard.supplier.code, scorecard.version
            name = f"scorecard-{code}-{scorecard.period}-v{version}.pdf".replace("/", "_")
            when = scorecard.published_at.astimezone(UTC)
            archive.writestr(ZipInfo(name, when.timetuple()[:6]), content)
        if missing:
            archive.writestr(ZipInfo(NOT_READY), "\n".join(missing) + "\n")
