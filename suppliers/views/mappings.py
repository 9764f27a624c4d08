"""Pages of saved mappings: save the columns of an import, change and delete them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from suppliers import access
from suppliers.forms.imports import MappingForm, MappingNameForm
from suppliers.imports.kinds import KINDS
from suppliers.models import ImportBatch, ImportMapping
from suppliers.queries.mappings import deleted_mappings, mapping_history
from suppliers.services import mappings
from suppliers.views.imports import batch_page, not_now


@access.for_roles(*access.QUALITY)
@require_safe
def import_mappings(request: HttpRequest) -> HttpResponse:
    """All saved mappings."""
    saved = ImportMapping.objects.select_related("saved_by").order_by("kind", "name")
    context = {"mappings": saved, "deleted": deleted_mappings()}
    return render(request, "suppliers/imports/mappings.html", context)


@access.for_roles(*access.QUALITY)
@require_POST
def import_save_mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the columns of an import for later files with the same headings."""
    batch = get_object_or_404(ImportBatch.objects.visible_to(request.user), pk=pk)
    if not batch.summary.get("mapped"):
        return not_now(request, batch)
    form = MappingNameForm(request.POST)
    if not form.is_valid():
        return batch_page(request, batch, naming=form, status=422)
    try:
        mappings.save_mapping(
            batch=batch,
            name=form.cleaned_data["name"],
            by=access.signed_in(request),
            at=timezone.now(),
        )
    except mappings.NameTakenError:
        form.add_error("name", _("Another mapping has this name."))
        return batch_page(request, batch, naming=form, status=422)
    messages.success(request, _("Saved: files with these headings are read so from now on."))
    return redirect(batch)


@access.for_roles(*access.QUALITY)
@require_http_methods(["GET", "HEAD", "POST"])
def import_mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one saved mapping."""
    saved = get_object_or_404(ImportMapping, pk=pk)
    form = MappingForm(
        request.POST if request.method == "POST" else None,
        kind=KINDS[saved.kind],
        headings=saved.headings,
        samples=[[] for _heading in saved.headings],
        mapped=saved.mapping,
        initial={"name": saved.name, **saved.options},
    )
    if request.method == "POST" and form.is_valid() and _changed(request, saved, form):
        messages.success(request, _("The mapping was changed; later files are read so."))
        return redirect("import_mappings")
    status = 422 if form.is_bound else 200
    context = {"saved": saved, "form": form, "history": mapping_history(saved)}
    return render(request, "suppliers/imports/mapping.html", context, status=status)


def _changed(request: HttpRequest, saved: ImportMapping, form: MappingForm) -> bool:
    try:
        mappings.change_mapping(
            pk=saved.pk,
            name=form.cleaned_data["name"],
            mapping=form.mapping,
            options=form.options,
            by=access.signed_in(request),
            at=timezone.now(),
        )
    except mappings.NameTakenError:
        form.add_error("name", _("Another mapping has this name."))
        return False
    return True


@access.for_roles(*access.QUALITY)
@require_POST
def import_delete_mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a saved mapping."""
    saved = get_object_or_404(ImportMapping, pk=pk)
    mappings.delete_mapping(pk=saved.pk, by=access.signed_in(request))
    text = _("“%(name)s” was deleted; such files are recognised by their headings again.")
    messages.success(request, text % {"name": saved.name})
    return redirect("import_mappings")
