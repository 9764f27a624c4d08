"""Tiers: what the suppliers of a tier are together."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from scorecards.queries.months import activity_span
from scorecards.queries.scopes import of_tier
from scorecards.queries.tiers import tier_overviews
from scorecards.views.metric_sheet import scope_sheet
from scorecards.views.months import asked_month, month_context, running_month
from scorecards.views.ways import ways
from suppliers.access import INSIDERS, demand_everything, for_roles
from suppliers.models import Supplier


@require_safe
@for_roles(*INSIDERS)
def tiers(request: HttpRequest) -> HttpResponse:
    """Show every tier with its figures, target, number of suppliers and charts."""
    demand_everything(request.user)
    span = activity_span(Supplier.objects.all(), running=running_month())
    if span is None:
        empty = {"ways": ways(request, here="tiers", month=None)}
        return render(request, "scorecards/tiers.html", empty)
    month = span.choose(asked_month(request))
    found = [
        {
            "tier": row.tier,
            "suppliers": row.suppliers,
            "sheets": [scope_sheet(m, scope=of_tier(row.tier)) for m in row.metrics],
        }
        for row in tier_overviews(month)
    ]
    context = {"tiers": found, "ways": ways(request, here="tiers", month=month)}
    return render(request, "scorecards/tiers.html", context | month_context(span, month))
