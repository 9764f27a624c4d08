"""The panel of a dispute's page that shows the figure with it and without."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from scorecards.queries.dispute_effect import dispute_effect
from suppliers.models import Dispute, Reject


@require_safe
@login_required
def dispute_figure(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a dispute does to the figures of its month."""
    visible = Dispute.objects.visible_to(request.user)
    rows = visible.select_related("supplier", "reject__defect_code", "warranty_return")
    effect = dispute_effect(get_object_or_404(rows, pk=pk))
    named = {*effect.instead, effect.lot_counted_by} - {None}
    readable = Reject.objects.visible_to(request.user).in_bulk(named)
    address = [effect.supplier.code, effect.metric, effect.month]
    context = {
        "effect": effect,
        "rows_url": reverse("figure", args=address),
        "instead": [(readable.get(pk), more) for pk, more in effect.instead.items()],
        "lot_counted_by": readable.get(effect.lot_counted_by),
    }
    return render(request, "scorecards/disputes/figure.html", context)
