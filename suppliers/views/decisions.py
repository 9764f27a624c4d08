"""Pages on which records are recorded, sorted and decided."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from suppliers import access
from suppliers.forms.details import DetailsForm
from suppliers.forms.errors import add_errors
from suppliers.forms.rejects import RejectForm
from suppliers.forms.verdicts import (
    RejectVerdictForm,
    ReturnVerdictForm,
    SortingForm,
    analysis_of,
    split_of,
)
from suppliers.models import Delivery, Reject, WarrantyReturn
from suppliers.queries.receipts import plants_open_to
from suppliers.services.records import (
    ConflictError,
    newest_reject_verdict,
    newest_warranty_verdict,
)
from suppliers.services.reject_details import complete_reject
from suppliers.services.rejects import record_reject, record_sorting
from suppliers.services.verdicts import decide_reject, decide_return
from suppliers.uploads import evidence_too_big, takes_evidence

FORM_METHODS = ["GET", "HEAD", "POST"]
UNPROCESSABLE = 422


def attempt(form: forms.Form, act: Callable[[], Any]) -> Any:
    """Do what a valid form asks for; None after showing on the form why it was refused."""
    try:
        return act() if form.is_valid() else None
    except ValidationError as error:
        add_errors(form, error)
    except ConflictError as error:
        form.add_error(None, error.message)
    return None


def posted(request: HttpRequest) -> tuple[Any, Any]:
    """Return a posted form's fields and files; nothing where the form is only opened."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _too_big(request: HttpRequest) -> bool:
    return request.method == "POST" and evidence_too_big(request)


@takes_evidence
@access.for_roles(*access.QUALITY)
@require_http_methods(FORM_METHODS)
def reject_new(request: HttpRequest) -> HttpResponse:
    """Record a reject by hand."""
    form = _reject_form(request)
    if request.method == "POST":
        recorded = attempt(
            form,
            lambda: record_reject(
                new=form.new,
                by=access.signed_in(request),
                at=timezone.now(),
                files=form.cleaned_data["attachments"],
                said=form.said,
            ),
        )
        if recorded is not None:
            said = _("Recorded.") if recorded.is_new else _("It was recorded already.")
            messages.success(request, said)
            return redirect("reject", recorded.reject.pk)
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "suppliers/records/reject_new.html", {"form": form}, status=status)


def _reject_form(request: HttpRequest) -> RejectForm:
    whose: Any = {"user": request.user, "plants": plants_open_to(request.user)}
    if request.method == "POST":
        too_big = evidence_too_big(request)
        return RejectForm(request.POST, request.FILES, too_big=too_big, **whose)
    begun = {"supplier": request.GET.get("supplier", "")[:40], **_about_delivery(request)}
    return RejectForm(initial=begun, **whose)


def _about_delivery(request: HttpRequest) -> dict[str, Any]:
    """What a reject begins with when it is recorded from a delivery's page."""
    asked = request.GET.get("delivery", "")
    rows = Delivery.objects.visible_to(request.user).select_related("supplier", "part")
    delivery = rows.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 19 else None  # noqa: PLR2004  # digits of the largest key
    if delivery is None:
        return {}
    return {
        "supplier": delivery.supplier.code,
        "plant": delivery.plant_id,
        "part": delivery.part.number,
        "delivery": str(delivery),
        "lot": delivery.lot,
    }


@access.for_roles(*access.QUALITY)
@require_http_methods(FORM_METHODS)
def reject_sorting(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what sorting found, and release what is good."""
    reject = _visible(Reject, request, pk)
    form = _corrections(SortingForm, request, reject)
    completed = request.method == "POST" and attempt(
        form,
        lambda: record_sorting(
            reject=reject,
            found=form.found,
            reason=form.cleaned_data["reason"],
            by=access.signed_in(request),
            at=timezone.now(),
            seen=form.cleaned_data["seen"],
        ),
    )
    if completed:
        said = _("Written down. The earlier quantities stay in the history.")
        messages.success(request, said if completed.changed else _("Nothing was changed."))
        return redirect("reject", pk)
    return _corrections_page(request, "sorting", form, pk)


@access.for_roles(*access.QUALITY)
@require_http_methods(FORM_METHODS)
def reject_details(request: HttpRequest, pk: int) -> HttpResponse:
    """Complete or correct what describes a reject without counting."""
    reject = _visible(Reject, request, pk)
    form = _corrections(DetailsForm, request, reject)
    completed = request.method == "POST" and attempt(
        form,
        lambda: complete_reject(
            reject=reject,
            details=form.details,
            reason=form.cleaned_data["reason"],
            by=access.signed_in(request),
            at=timezone.now(),
            seen=form.cleaned_data["seen"],
        ),
    )
    if completed:
        said = _("Written down. What was recorded before stays in the history.")
        messages.success(request, said if completed.changed else _("Nothing was changed."))
        return redirect("reject", pk)
    return _corrections_page(request, "details", form, pk)


def _corrections(kind: Any, request: HttpRequest, reject: Any) -> Any:
    if request.method == "POST":
        return kind(request.POST.copy())
    return kind(initial=kind.begun(reject, reject.version))


def _corrections_page(request: HttpRequest, name: str, form: Any, pk: int) -> HttpResponse:
    now = _visible(Reject, request, pk)
    if form.non_field_errors():  # somebody was quicker: what they wrote is shown beside the form
        form.data["seen"] = now.version
    return _form_page(request, name, form, now)


@takes_evidence
@access.for_roles(*access.QUALITY)
@require_http_methods(FORM_METHODS)
def reject_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide how much of a reject counts, and for whom."""
    reject = _visible(Reject, request, pk)
    newest = newest_reject_verdict(reject)
    begun = {**split_of(reject, newest), "seen": newest.number if newest else 0}
    form = RejectVerdictForm(*posted(request), initial=begun, too_big=_too_big(request))
    done = request.method == "POST" and attempt(
        form,
        lambda: decide_reject(
            reject=reject,
            split=form.split,
            reason=form.cleaned_data["reason"],
            by=access.signed_in(request),
            at=timezone.now(),
            seen=form.cleaned_data["seen"],
            files=form.cleaned_data["attachments"],
        ),
    )
    if done:
        messages.success(request, _("Decided. The figure follows within seconds."))
        return redirect("reject", pk)
    return _form_page(request, "decide", form, reject, newest=newest)


@takes_evidence
@access.for_roles(*access.QUALITY)
@require_http_methods(FORM_METHODS)
def return_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide what a warranty return was, and which share the supplier accepts."""
    returned = _visible(WarrantyReturn, request, pk)
    newest = newest_warranty_verdict(returned)
    begun = {**analysis_of(returned, newest), "seen": newest.number if newest else 0}
    form = ReturnVerdictForm(*posted(request), initial=begun, too_big=_too_big(request))
    done = request.method == "POST" and attempt(
        form,
        lambda: decide_return(
            returned=returned,
            analysis=form.split,
            reason=form.cleaned_data["reason"],
            by=access.signed_in(request),
            at=timezone.now(),
            seen=form.cleaned_data["seen"],
            files=form.cleaned_data["attachments"],
        ),
    )
    if done:
        messages.success(request, _("Decided. The figure follows within seconds."))
        return redirect("warranty_return", pk)
    return _form_page(request, "decide", form, returned, newest=newest)


def _visible(model: Any, request: HttpRequest, pk: int) -> Any:
    related = {Reject: ("supplier", "part", "plant"), WarrantyReturn: ("supplier", "part")}
    rows = model.objects.visible_to(request.user).select_related(*related[model])
    if model is Reject:  # in one query, so that the version is the one of these values
        rows = rows.with_version()
    return get_object_or_404(rows, pk=pk)


def _form_page(
    request: HttpRequest, name: str, form: forms.Form, record: Any, **more: Any
) -> HttpResponse:
    context = {
        "form": form,
        "record": record,
        "is_reject": isinstance(record, Reject),
        "open_dispute": record.disputes.unsettled().first(),
        "nothing": Decimal(0),
        **more,
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, f"suppliers/records/{name}.html", context, status=status)
