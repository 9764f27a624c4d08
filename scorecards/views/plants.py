"""A plant: what it receives and rejects, and from whom."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from scorecards.enums import ScopeKind
from scorecards.metrics import Metric
from scorecards.queries.breakdown import Breakdown
from scorecards.queries.months import activity_span
from scorecards.queries.places import overview_of, plants_visible_to
from scorecards.queries.scopes import of_plant
from scorecards.views.by_supplier import by_supplier
from scorecards.views.cause_panel import asked_causes, cause_panel
from scorecards.views.metric_sheet import scope_sheet
from scorecards.views.months import asked_month, month_context, running_month
from suppliers.access import INSIDERS, for_roles
from suppliers.models import Supplier


@require_safe
@for_roles(*INSIDERS)
def plant(request: HttpRequest, code: str) -> HttpResponse:
    """Show one plant: its figures and the suppliers they come from."""
    found = get_object_or_404(plants_visible_to(request.user), code=code)
    suppliers = Supplier.objects.visible_to(request.user)
    span = activity_span(suppliers, running=running_month())
    context = {"plant": found}
    if span is not None:
        month = span.choose(asked_month(request))
        scope = of_plant(found, suppliers=suppliers)
        overview = overview_of(
            ScopeKind.PLANT,
            found.pk,
            metric=Metric.EXTERNAL_PPM,
            suppliers=suppliers,
            month=month,
        )
        context |= month_context(span, month) | {
            "sheets": [scope_sheet(overview, scope=scope)],
            "causes": cause_panel(request, asked_causes(request, scope, month)),
            "narrowed_by": urlencode({"plant": found.code}),
            **by_supplier(
                request,
                Breakdown(scope=ScopeKind.SUPPLIER, suppliers=suppliers, end=month, plant=found.pk),
            ),
        }
    return render(request, "scorecards/plant.html", context)
