"""Pages on which files become facts: upload, columns, row problems, confirmation."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from suppliers import access, exports
from suppliers.enums import ImportKind, ImportState
from suppliers.forms.imports import ColumnsForm, UploadForm
from suppliers.imports.columns import Mapped
from suppliers.imports.kinds import KINDS
from suppliers.imports.listed import ProblemLine, as_problems, listed_rows, problem_lines
from suppliers.imports.page import columns_in_use, kinds_explained, next_kind, view_of
from suppliers.models import ImportBatch, User
from suppliers.services import imports
from suppliers.tasks import ring_imports
from suppliers.uploads import SizeLimit

PER_PAGE = 50


@access.for_roles(*access.QUALITY)
@require_safe
def import_list(request: HttpRequest) -> HttpResponse:
    """All imports, the newest first."""
    batches = ImportBatch.objects.select_related("uploaded_by").order_by("-uploaded_at", "-pk")
    page = Paginator(batches, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "suppliers/imports/list.html", {"page": page})


@csrf_exempt  # the limit must stand before the form is read; `_upload` checks the token
@access.for_roles(*access.QUALITY)
@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: HttpRequest) -> HttpResponseBase:
    """Upload a file, refused while it arrives when it is too large."""
    limit = SizeLimit(request, limit=settings.IMPORT_MAX_BYTES)
    request.upload_handlers.insert(0, limit)
    return _upload(request, limit)


@csrf_protect
def _upload(request: HttpRequest, limit: SizeLimit) -> HttpResponse:
    if request.method != "POST":
        form = UploadForm(initial={"kind": request.GET.get("kind", ImportKind.DELIVERIES)})
        return _upload_page(request, form)
    data, files = request.POST, request.FILES
    form = UploadForm(data, files, too_big=limit.exceeded)
    if not form.is_valid():
        return _upload_page(request, form, status=413 if limit.exceeded else 422)
    file, filename = form.source()
    batch = imports.upload(
        kind=form.cleaned_data["kind"],
        file=file,
        filename=filename,
        by=_person(request),
        options={"create_parts": form.cleaned_data["create_parts"], "create_masters": True},
    )
    ring_imports()
    return redirect(batch)


def _upload_page(request: HttpRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "kinds": kinds_explained(),
        "limit_mb": settings.IMPORT_MAX_BYTES // (1024 * 1024),
    }
    return render(request, "suppliers/imports/new.html", context, status=status)


@access.for_roles(*access.QUALITY)
@require_safe
def import_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: where it stands, what was found, what to do next."""
    batch = get_object_or_404(ImportBatch.objects.select_related("uploaded_by"), pk=pk)
    return _batch_page(request, batch, _columns_form(batch))


@access.for_roles(*access.QUALITY)
@require_POST
def import_map(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the columns as chosen by hand and have the file read again."""
    batch = get_object_or_404(ImportBatch, pk=pk)
    if request.POST.get("only") == "create_parts":
        return _check_again(request, batch, batch.mapping, {"create_parts": True})
    form = _columns_form(batch, request)
    if form is None:
        return _not_now(request, batch)
    if not form.is_valid():
        return _batch_page(request, batch, form, status=422)
    return _check_again(request, batch, form.mapping, form.options)


def _check_again(
    request: HttpRequest, batch: ImportBatch, mapping: Mapped, options: dict[str, Any]
) -> HttpResponse:
    try:
        imports.remap(batch_id=batch.pk, mapping=mapping, options=options)
    except imports.NotNowError:
        return _not_now(request, batch)
    ring_imports()
    return redirect(batch)


@access.for_roles(*access.QUALITY)
@require_POST
def import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the valid rows loaded."""
    batch = get_object_or_404(ImportBatch, pk=pk)
    try:
        imports.confirm(batch_id=batch.pk, by=_person(request))
    except imports.NotNowError:
        return _not_now(request, batch)
    ring_imports()
    return redirect(batch)


@access.for_roles(*access.QUALITY)
@require_POST
def import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an import up."""
    batch = get_object_or_404(ImportBatch, pk=pk)
    try:
        imports.discard(batch_id=batch.pk)
    except imports.NotNowError:
        return _not_now(request, batch)
    messages.success(request, _("The import was discarded; nothing of it was loaded."))
    return redirect("imports")


@access.for_roles(*access.QUALITY)
@require_safe
def import_problems(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download every listed row with what is wrong and what to do."""
    batch = get_object_or_404(ImportBatch, pk=pk)
    lines = (line.cells() for line in problem_lines(batch))
    name = f"import-{batch.pk}-problems"
    form = request.GET.get("format", "csv")
    return exports.as_table(form, name, ProblemLine.headings(), lines)


def _batch_page(
    request: HttpRequest, batch: ImportBatch, form: ColumnsForm | None, status: int = 200
) -> HttpResponse:
    listed = listed_rows(batch, request.GET.get("outcome", ""))
    page = Paginator(listed.rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "batch": batch,
        "columns": form,
        "view": view_of(batch),
        "next_kind": next_kind(batch),
        "listed": listed,
        "page": page,
        "problems": as_problems(batch, page),
    }
    return render(request, "suppliers/imports/batch.html", context, status=status)


def _columns_form(batch: ImportBatch, request: HttpRequest | None = None) -> ColumnsForm | None:
    """Build the form on columns; None while there is nothing to map."""
    if batch.state not in (ImportState.MAPPING, ImportState.READY):
        return None
    headings = batch.summary.get("headings")
    if not headings:
        return None
    return ColumnsForm(
        request.POST if request else None,
        kind=KINDS[batch.kind],
        headings=headings,
        samples=batch.summary["samples"],
        mapped=columns_in_use(batch),
        initial={"create_masters": True, **batch.options},
    )


def _not_now(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    messages.warning(
        request, _("The import is being worked on, or has moved on meanwhile. Look again.")
    )
    return redirect(batch)


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise TypeError("for_roles lets nobody in who is not logged in")
    return request.user
