"""Beginning a case by hand, from a supplier's page or from the board."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from escalations.opening_forms import CaseForm
from escalations.services.conflicts import CaseOpenError
from escalations.services.opening import begun_by, open_case
from suppliers import access
from suppliers.enums import Role
from suppliers.forms.errors import add_errors
from suppliers.models import Supplier

DECIDERS = (Role.SQE, Role.QUALITY_MANAGER)


@require_http_methods(["GET", "HEAD", "POST"])
@access.for_roles(*DECIDERS)
def case_new(request: HttpRequest) -> HttpResponse:
    """Begin a case: first the supplier, then what was found and what it asks for."""
    supplier, code = asked_supplier(request)
    if supplier is None:
        asked = {
            "code": code,
            "title": _("Open a case"),
            "trail": reverse("escalations"),
            "above": _("Escalations"),
        }
        return render(request, "escalations/choose_supplier.html", asked)
    form = CaseForm(
        request.POST or None,
        supplier=supplier,
        user=request.user,
        initial={name: request.GET[name] for name in ("level", "plant") if name in request.GET},
    )
    context: dict[str, Any] = {"form": form, "supplier": supplier}
    try:
        if request.method == "POST" and form.is_valid():
            return _opened(request, form)
    except ValidationError as error:
        add_errors(form, error)
    except CaseOpenError as error:
        if begun_by(error.episode, new=form.new, by=access.signed_in(request)):
            return redirect(error.episode)
        form.add_error(None, error.message)
        context["open_case"] = error.episode
    return render(request, "escalations/case_new.html", context, status=422 if form.errors else 200)


def asked_supplier(request: HttpRequest) -> tuple[Supplier | None, str]:
    """Return the supplier that the address names, as far as the user sees it, and what it names."""
    code = request.GET.get("supplier", "").strip()
    return Supplier.objects.visible_to(request.user).filter(code__iexact=code).first(), code


def _opened(request: HttpRequest, form: CaseForm) -> HttpResponse:
    case = open_case(new=form.new, by=access.signed_in(request), at=timezone.now())
    said = (
        _("%(number)s waits for the decision.")
        if case.is_proposed
        else _("%(number)s is open. The supplier and purchasing are told.")
    )
    messages.success(request, said % {"number": case.number})
    return redirect(case)
