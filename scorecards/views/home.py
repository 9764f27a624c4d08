"""Where people land after log-in."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from suppliers.access import has_role, is_internal, is_supplier
from suppliers.enums import Role


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponseBase:
    """Send everybody to what needs them.

    Supplier quality to what waits for it, purchasing to its suppliers, auditors to all
    suppliers, a supplier's people to their own quality.
    """
    if has_role(request.user, Role.SQE, Role.QUALITY_MANAGER):
        return redirect("today")
    if has_role(request.user, Role.BUYER):
        return redirect("my_suppliers")
    if is_internal(request.user):
        return redirect("suppliers")
    if is_supplier(request.user):
        return redirect("our_quality")
    return render(request, "scorecards/no_access.html")
