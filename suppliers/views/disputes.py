"""A dispute: its page, and the forms that open and move it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from suppliers import access
from suppliers.counted import counter
from suppliers.dispute_workflow import ATTACHING, ForbiddenMoveError
from suppliers.enums import SUPPLIER_ROLES, DisputeAction, Role
from suppliers.forms.disputes import (
    AppealForm,
    DisputeForm,
    LineAnswerForm,
    RejectAnswerForm,
    ReturnAnswerForm,
)
from suppliers.forms.verdicts import analysis_of, split_of
from suppliers.models import Dispute, Reject, WarrantyReturn
from suppliers.quantities import plain
from suppliers.queries import disputes as queries
from suppliers.queries.dispute_days import is_overdue, today_of
from suppliers.services import disputes as services
from suppliers.services.dispute_opening import claimable_or_none, open_dispute
from suppliers.services.records import newest_reject_verdict, newest_warranty_verdict
from suppliers.uploads import evidence_too_big, takes_evidence
from suppliers.views.decisions import FORM_METHODS, UNPROCESSABLE, attempt, posted


@require_safe
@login_required
def dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a dispute: what is claimed, what it does to the figure, what was answered and why."""
    found = _visible(request, pk)
    today = today_of(found, at=timezone.now())
    actions = queries.actions_for(found, user=request.user)
    context = {
        "dispute": found,
        "subject": found.subject,
        "history": queries.history(found),
        "next": queries.next_action(found, user=request.user),
        "may_attach": found.is_open
        and bool(access.roles_at(request.user, found.supplier_id) & ATTACHING),
        "may_take_up": DisputeAction.REVIEW in actions,
        "overdue": is_overdue(found, today=today),
        "internal": access.is_internal(request.user),
    }
    return render(request, "suppliers/disputes/dispute.html", context)


@takes_evidence
@access.for_roles(*SUPPLIER_ROLES)
@require_http_methods(FORM_METHODS)
def reject_dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """Dispute a reject."""
    rows = Reject.objects.visible_to(request.user).select_related("supplier", "plant", "part")
    return _dispute_record(request, get_object_or_404(rows, pk=pk))


@takes_evidence
@access.for_roles(*SUPPLIER_ROLES)
@require_http_methods(FORM_METHODS)
def return_dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """Dispute a warranty return."""
    rows = WarrantyReturn.objects.visible_to(request.user).select_related("supplier", "part")
    return _dispute_record(request, get_object_or_404(rows, pk=pk))


def _dispute_record(request: HttpRequest, record: Any) -> HttpResponse:
    most = plain(claimable_or_none(record))
    form = DisputeForm(*posted(request), initial={"claimed_qty": most}, most=most)
    opened = _moved(
        request,
        form,
        lambda: open_dispute(
            record=record,
            reason=form.cleaned_data["reason"],
            claimed_qty=form.cleaned_data["claimed_qty"],
            statement=form.cleaned_data["statement"],
            by=access.signed_in(request),
            at=timezone.now(),
            files=form.cleaned_data["attachments"],
        ),
    )
    if opened:
        messages.success(
            request, _("Disputed. The customer answers until the date shown; you get a mail.")
        )
        return redirect(opened)
    context = {"form": form, "record": record, "is_reject": isinstance(record, Reject)}
    context["counted"] = counter().counted(record)
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "suppliers/disputes/open.html", context, status=status)


@require_POST
@access.for_roles(*access.INSIDERS)
def dispute_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the supplier that somebody looks at it."""
    found = _visible(request, pk)
    access.demand(request.user, Role.SQE, Role.QUALITY_MANAGER)
    try:
        services.take_up(dispute=found, by=access.signed_in(request), at=timezone.now())
    except ForbiddenMoveError:
        _moved_on(request)
    return redirect(found)


@takes_evidence
@access.for_roles(*access.INSIDERS)
@require_http_methods(FORM_METHODS)
def dispute_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a dispute, or its appeal."""
    found = _visible(request, pk)
    access.demand(request.user, Role.SQE, Role.QUALITY_MANAGER)
    actions = queries.answers_for(found, user=request.user)
    if not actions:
        _moved_on(request)
        return redirect(found)
    form = _answer_form(request, found, actions)
    done = _moved(
        request,
        form,
        lambda: services.answer(
            dispute=found,
            action=form.chosen,
            reason=form.cleaned_data["reason"],
            decided=form.decided,
            by=access.signed_in(request),
            at=timezone.now(),
            files=form.cleaned_data["attachments"],
        ),
    )
    if done:
        messages.success(request, _("Answered. The supplier is told; the figure follows."))
        return redirect(found)
    return _page(request, "answer", form, found)


def _answer_form(request: HttpRequest, found: Dispute, actions: list[DisputeAction]) -> Any:
    if found.published_line:
        return LineAnswerForm(*posted(request), actions=actions)
    record = found.record
    less = counter().counted(record).disputed(found.still_claimed_qty)
    if isinstance(record, Reject):
        begun = split_of(record, newest_reject_verdict(record), less=less)
        return RejectAnswerForm(*posted(request), initial=begun, actions=actions)
    begun = analysis_of(record, newest_warranty_verdict(record), less=less)
    return ReturnAnswerForm(*posted(request), initial=begun, actions=actions)


@takes_evidence
@access.for_roles(*SUPPLIER_ROLES)
@require_http_methods(FORM_METHODS)
def dispute_appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """Appeal, once, against an answer."""
    found = _visible(request, pk)
    if DisputeAction.APPEAL not in queries.actions_for(found, user=request.user):
        _moved_on(request)
        return redirect(found)
    form = AppealForm(*posted(request))
    done = _moved(
        request,
        form,
        lambda: services.appeal(
            dispute=found,
            reason=form.cleaned_data["reason"],
            by=access.signed_in(request),
            at=timezone.now(),
            files=form.cleaned_data["attachments"],
        ),
    )
    if done:
        messages.success(request, _("Appealed. A quality manager answers; the answer is final."))
        return redirect(found)
    return _page(request, "appeal", form, found)


def _moved(request: HttpRequest, form: Any, act: Callable[[], Any]) -> Any:
    """Do what a posted form asks for; None where it was not posted or was refused."""
    if request.method != "POST":
        return None
    form.too_big = evidence_too_big(request)
    try:
        return attempt(form, act)
    except ForbiddenMoveError:
        form.add_error(None, _moved_on_text())
        return None


def _moved_on_text() -> str:
    return _("The dispute has moved on meanwhile, or this is not yours to do.")


def _moved_on(request: HttpRequest) -> None:
    messages.error(request, _moved_on_text())


def _visible(request: HttpRequest, pk: int) -> Dispute:
    rows = queries.with_evidence(Dispute.objects.visible_to(request.user))
    found: Dispute = get_object_or_404(rows, pk=pk)
    return found


def _page(request: HttpRequest, name: str, form: forms.Form, found: Dispute) -> HttpResponse:
    context = {"form": form, "dispute": found, "subject": found.subject, "newest": _newest(found)}
    if not found.published_line:
        context["counted"] = counter().counted(found.record)
    status = UNPROCESSABLE if form.errors else 200
    return render(request, f"suppliers/disputes/{name}.html", context, status=status)


def _newest(found: Dispute) -> Any:
    if found.published_line:
        return None
    record = found.record
    if isinstance(record, Reject):
        return newest_reject_verdict(record)
    return newest_warranty_verdict(record)
