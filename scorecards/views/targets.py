"""Targets: what was agreed, the editor, and a supplier's acknowledging its own."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from scorecards.forms.targets import AgreementForm, TargetForm
from scorecards.metrics import Metric
from scorecards.queries.target_list import of_supplier, target_rows, targets_visible_to
from scorecards.services.targets import TargetError, acknowledge_target, set_target, supplier_of
from suppliers import access
from suppliers.models import Supplier


@require_safe
@access.for_roles(*access.INSIDERS)
def targets(request: HttpRequest) -> HttpResponse:
    """List every target the user may see; `?supplier=` narrows it."""
    found = targets_visible_to(request.user)
    code = request.GET.get("supplier", "").strip()
    if code:
        supplier = Supplier.objects.visible_to(request.user).filter(code=code).first()
        found = found.none() if supplier is None else of_supplier(supplier, targets=found)
    context = {
        "rows": target_rows(found, on=timezone.localdate()),
        "code": code,
        "may_change": access.has_role(request.user, *access.QUALITY),
    }
    return render(request, "scorecards/targets/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access.for_roles(*access.QUALITY)
def target_new(request: HttpRequest) -> HttpResponse:
    """Agree a target from a day on."""
    if request.method != "POST":
        begun = {
            "supplier": request.GET.get("supplier", ""),
            "first_day": timezone.localdate().replace(day=1),
        }
        return _editor(request, TargetForm(user=request.user, initial=begun))
    form = TargetForm(request.POST, user=request.user)
    if not form.is_valid():
        return _editor(request, form, status=422)
    given = form.cleaned_data
    try:
        target = set_target(
            owner=given["owner"],
            metric=Metric(given["metric"]),
            target_ppm=given["target_ppm"],
            first_day=given["first_day"],
            by=access.signed_in(request),
        )
    except TargetError as error:
        form.add_error("first_day", str(error))
        return _editor(request, form, status=422)
    messages.success(request, _("The target is set: %(target)s.") % {"target": target})
    return redirect("targets")


def _editor(request: HttpRequest, form: TargetForm, status: int = 200) -> HttpResponse:
    return render(request, "scorecards/targets/new.html", {"form": form}, status=status)


@require_safe
@login_required
def supplier_targets(request: HttpRequest, code: str) -> HttpResponse:
    """Show one supplier's targets; its people acknowledge their own here."""
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), code=code)
    return _of_supplier(request, supplier)


def _of_supplier(
    request: HttpRequest, supplier: Supplier, *, wrong: Any = None, status: int = 200
) -> HttpResponse:
    found = of_supplier(supplier, targets=targets_visible_to(request.user))
    context = {
        "supplier": supplier,
        "rows": target_rows(found, on=timezone.localdate()),
        "internal": access.is_internal(request.user),
        "may_change": access.has_role(request.user, *access.QUALITY),
        "may_acknowledge": access.is_supplier(request.user),
        "form": AgreementForm(),
        "wrong": wrong,
    }
    return render(request, "scorecards/targets/supplier.html", context, status=status)


@require_POST
@login_required
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Acknowledge a target for one's company."""
    target = get_object_or_404(targets_visible_to(request.user), pk=pk)
    if access.is_internal(request.user):
        raise PermissionDenied
    supplier_id = supplier_of(target)
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), pk=supplier_id)
    try:
        acknowledge_target(
            target=target,
            name=request.POST.get("name", "")[:120],
            by=access.signed_in(request),
            at=timezone.now(),
        )
    except TargetError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Acknowledged."))
    return redirect("supplier_targets", supplier.code)
