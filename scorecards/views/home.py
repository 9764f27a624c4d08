"""Where people land after log-in."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from suppliers.access import is_internal, is_supplier


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponseBase:
    """Send the OEM's people to the suppliers, a supplier's people to their own quality."""
    if is_internal(request.user):
        return redirect("suppliers")
    if is_supplier(request.user):
        return redirect("our_quality")
    return render(request, "scorecards/no_access.html")
