"""The supplier's own landing page: nothing on it knows of any other supplier."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from scorecards.queries.own import own_suppliers
from scorecards.views.supplier import supplier_context


@require_safe
@login_required
def our_quality(request: HttpRequest) -> HttpResponse:
    """Show a supplier's people their own figures; a member of several suppliers chooses."""
    own = own_suppliers(request.user)
    if not own:
        raise Http404
    code = request.GET.get("supplier", own[0].code)
    found = next((supplier for supplier in own if supplier.code == code), None)
    if found is None:
        raise Http404
    context: dict[str, Any] = supplier_context(request, found) | {"own_suppliers": own}
    return render(request, "scorecards/our_quality.html", context)
