"""Pages on which files become facts: upload, columns, row problems, confirmation."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from suppliers import access, exports
from suppliers.enums import ImportKind, ImportState
from suppliers.forms.imports import (
    ColumnsForm,
    ConflictsForm,
    MappingNameForm,
    UndoForm,
    UploadForm,
)
from suppliers.imports.columns import Mapped
from suppliers.imports.conflicted import conflicts_of
from suppliers.imports.kinds import KINDS
from suppliers.imports.listed import ProblemLine, as_problems, listed_rows, problem_lines
from suppliers.imports.mending import rows_to_mend
from suppliers.imports.page import columns_in_use, kinds_explained, next_kind, view_of
from suppliers.imports.problems import FileError
from suppliers.models import ImportBatch, ImportMapping, User
from suppliers.services import imports
from suppliers.services.undo import why_refused
from suppliers.tasks import ring_imports
from suppliers.uploads import SizeLimit, read_to_the_end

PER_PAGE = 50


@access.for_roles(*access.QUALITY)
@require_safe
def import_list(request: HttpRequest) -> HttpResponse:
    """All imports, the newest first."""
    visible = ImportBatch.objects.visible_to(request.user).select_related("uploaded_by")
    batches = visible.order_by("-uploaded_at", "-pk")
    page = Paginator(batches, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "suppliers/imports/list.html", {"page": page})


@csrf_exempt  # the limit must stand before the form is read; `_upload` checks the token
@access.for_roles(*access.QUALITY)
@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: HttpRequest) -> HttpResponseBase:
    """Upload a file, refused while it arrives when it is too large."""
    limit = SizeLimit(request, limit=settings.IMPORT_MAX_BYTES)
    request.upload_handlers.insert(0, limit)
    try:
        return _upload(request, limit)
    except RequestDataTooBig:
        read_to_the_end(request, limit=settings.IMPORT_MAX_BYTES)
        initial = {"kind": request.GET.get("kind", ImportKind.DELIVERIES)}
        form = UploadForm(initial, too_much_pasted=True)
        return _upload_page(request, form, status=413)


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
    batches = ImportBatch.objects.visible_to(request.user).select_related("uploaded_by")
    return batch_page(request, get_object_or_404(batches, pk=pk))


@access.for_roles(*access.QUALITY)
@require_POST
def import_map(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the columns as chosen by hand and have the file read again."""
    batch = get_object_or_404(ImportBatch.objects.visible_to(request.user), pk=pk)
    if request.POST.get("only") == "create_parts":
        return _check_again(request, batch, batch.mapping, {"create_parts": True})
    form = _columns_form(batch, request)
    if form is None:
        return not_now(request, batch)
    if not form.is_valid():
        return batch_page(request, batch, columns=form, status=422)
    return _check_again(request, batch, form.mapping, form.options)


def _check_again(
    request: HttpRequest, batch: ImportBatch, mapping: Mapped, options: dict[str, Any]
) -> HttpResponse:
    try:
        imports.remap(batch_id=batch.pk, mapping=mapping, options=options)
    except imports.NotNowError:
        return not_now(request, batch)
    ring_imports()
    return redirect(batch)


@access.for_roles(*access.QUALITY)
@require_POST
def import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the valid rows loaded."""
    batch = get_object_or_404(ImportBatch.objects.visible_to(request.user), pk=pk)
    try:
        imports.confirm(batch_id=batch.pk, by=_person(request))
    except imports.NotNowError:
        return not_now(request, batch)
    ring_imports()
    return redirect(batch)


@access.for_roles(*access.QUALITY)
@require_POST
def import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an import up."""
    batch = get_object_or_404(ImportBatch.objects.visible_to(request.user), pk=pk)
    try:
        imports.discard(batch_id=batch.pk)
    except imports.NotNowError:
        return not_now(request, batch)
    messages.success(request, _("The import was discarded; nothing of it was loaded."))
    return redirect("imports")


@access.for_roles(*access.QUALITY)
@require_POST
def import_finish(request: HttpRequest, pk: int) -> HttpResponse:
    """End an import from which values were replaced, without loading more."""
    batch = get_object_or_404(ImportBatch.objects.visible_to(request.user), pk=pk)
    try:
        imports.finish(batch_id=batch.pk, at=timezone.now())
    except imports.NotNowError:
        return not_now(request, batch)
    return redirect(batch)


@access.for_roles(*access.QUALITY)
@require_safe
def import_problems(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download every listed row with what is wrong and what to do."""
    batch = get_object_or_404(ImportBatch.objects.visible_to(request.user), pk=pk)
    lines = (line.cells() for line in problem_lines(batch))
    name = f"import-{batch.pk}-problems"
    form = request.GET.get("format", "csv")
    return exports.as_table(form, name, ProblemLine.headings(), lines)


@access.for_roles(*access.QUALITY)
@require_safe
def import_mend(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download the rows that stay out with their own columns, to mend and upload again."""
    batch = get_object_or_404(ImportBatch.objects.visible_to(request.user), pk=pk)
    if not batch.file:
        messages.error(request, str(FileError("file_gone")))
        return redirect(batch)
    try:
        sheet = rows_to_mend(batch, imports.order_of(batch), at=timezone.now())
    except FileError as error:
        messages.error(request, str(error))
        return redirect(batch)
    name = f"import-{batch.pk}-to-mend"
    return exports.as_table(request.GET.get("format", "csv"), name, sheet.headings, sheet.rows)


def batch_page(
    request: HttpRequest,
    batch: ImportBatch,
    *,
    columns: ColumnsForm | None = None,
    deciding: ConflictsForm | None = None,
    undoing: UndoForm | None = None,
    naming: MappingNameForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show an import, with a form that was filled in wrongly in the place of a fresh one."""
    listed = listed_rows(batch, request.GET.get("outcome", ""))
    page = Paginator(listed.rows, PER_PAGE).get_page(request.GET.get("page"))
    rows = batch.rows.conflicts().select_related("decided_by").order_by("decision", "number")
    tally = batch.rows.tally()
    pages = Paginator(rows, PER_PAGE)
    pages.count = tally.conflicts  # counted with the others
    conflicts = pages.get_page(request.GET.get("conflicts"))
    context = {
        "batch": batch,
        "columns": columns or _columns_form(batch),
        "view": view_of(batch),
        "next_kind": next_kind(batch),
        "listed": listed,
        "page": page,
        "problems": as_problems(batch, page),
        "conflict_page": conflicts,
        "conflicts": conflicts_of(batch, conflicts),
        "open_conflicts": tally.undecided,
        "replaced": tally.replaced,
        "deciding": deciding or ConflictsForm(),
        "undoing": undoing or UndoForm(initial={"reason": batch.undo_reason}),
        "undo_refused": why_refused(batch),
        "naming": naming or MappingNameForm(),
        "saved": ImportMapping.objects.filter(pk=batch.summary.get("saved")).first(),
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


def not_now(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    """Say that the import cannot be changed in its present state."""
    messages.warning(
        request, _("The import is being worked on, or has moved on meanwhile. Look again.")
    )
    return redirect(batch)


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise TypeError("for_roles lets nobody in who is not logged in")
    return request.user
