"""What may be done about an import beside loading it: decide its conflicts, take it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from suppliers import access
from suppliers.enums import ConflictDecision
from suppliers.forms.imports import ConflictsForm, UndoForm
from suppliers.imports.replace import in_words
from suppliers.models import ImportBatch
from suppliers.services import conflicts, undo
from suppliers.services.imports import NotNowError
from suppliers.tasks import ring_imports
from suppliers.views.imports import batch_page, not_now

SHOWN_REFUSALS = 5


@access.for_roles(*access.QUALITY)
@require_POST
def import_conflicts(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide conflicts: keep what is stored, or replace it with a reason."""
    batch = get_object_or_404(ImportBatch.objects.visible_to(request.user), pk=pk)
    open_numbers = list(batch.rows.undecided().values_list("number", flat=True))
    form = ConflictsForm(request.POST, numbers=open_numbers)
    if not form.is_valid():
        return batch_page(request, batch, deciding=form, status=422)
    try:
        decided = conflicts.decide(
            batch_id=batch.pk,
            decision=ConflictDecision(form.cleaned_data["decision"]),
            by=access.signed_in(request),
            at=timezone.now(),
            reason=form.cleaned_data["reason"],
            numbers=form.numbers,
        )
    except NotNowError:
        return not_now(request, batch)
    _say(request, form.cleaned_data["decision"], decided)
    return redirect(batch)


def _say(request: HttpRequest, decision: str, decided: conflicts.Decided) -> None:
    kept = decision == ConflictDecision.KEEP
    if decided.rows and kept:
        text = ngettext(
            "%(rows)s row stays as stored.", "%(rows)s rows stay as stored.", decided.rows
        )
        messages.success(request, text % {"rows": decided.rows})
    elif decided.rows:
        text = ngettext(
            "%(rows)s stored record was replaced; figures follow within seconds.",
            "%(rows)s stored records were replaced; figures follow within seconds.",
            decided.rows,
        )
        messages.success(request, text % {"rows": decided.rows})
    for number, why in in_words(decided.refused)[:SHOWN_REFUSALS]:
        text = _("Row %(row)s was not replaced: %(why)s")
        messages.error(request, text % {"row": number, "why": why})
    left = len(decided.refused) - SHOWN_REFUSALS
    if left > 0:
        messages.error(request, _("… and %(rows)s more rows.") % {"rows": left})


@access.for_roles(*access.QUALITY)
@require_POST
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Have what an import stored taken back, with a reason."""
    batch = get_object_or_404(ImportBatch.objects.visible_to(request.user), pk=pk)
    form = UndoForm(request.POST)
    if not form.is_valid():
        return batch_page(request, batch, undoing=form, status=422)
    try:
        undo.ask(
            batch_id=batch.pk, by=access.signed_in(request), reason=form.cleaned_data["reason"]
        )
    except NotNowError:
        return not_now(request, batch)
    except undo.UndoRefusedError as error:
        for why in error.why:
            form.add_error(None, str(why))
        return batch_page(request, batch, undoing=form, status=409)
    ring_imports()
    return redirect(batch)
