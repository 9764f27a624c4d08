"""Groups: what the sites of one corporate owner are together, through mergers and sales."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from scorecards.queries.groups import group_overviews, group_rows, memberships
from scorecards.queries.months import activity_span
from scorecards.queries.scopes import of_group
from scorecards.views.metric_sheet import scope_sheet
from scorecards.views.months import asked_month, month_context, running_month
from scorecards.views.ways import ways
from suppliers.access import INSIDERS, demand_everything, for_roles
from suppliers.models import Supplier, SupplierGroup

PAGE_SIZE = 50


@require_safe
@for_roles(*INSIDERS)
def groups(request: HttpRequest) -> HttpResponse:
    """List the groups with their figures."""
    demand_everything(request.user)
    span = activity_span(Supplier.objects.all(), running=running_month())
    if span is None:
        empty = {"ways": ways(request, here="groups", month=None)}
        return render(request, "scorecards/groups.html", empty)
    month = span.choose(asked_month(request))
    page = Paginator(group_rows(month), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "ways": ways(request, here="groups", month=month)}
    return render(request, "scorecards/groups.html", context | month_context(span, month))


@require_safe
@for_roles(*INSIDERS)
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one group: its figures, and who belonged to it when."""
    demand_everything(request.user)
    found = get_object_or_404(SupplierGroup, pk=pk)
    span = activity_span(Supplier.objects.all(), running=running_month())
    context = {"group": found, "memberships": memberships(found, user=request.user)}
    if span is not None:
        month = span.choose(asked_month(request))
        context |= month_context(span, month) | {
            "sheets": [
                scope_sheet(overview, scope=of_group(found))
                for overview in group_overviews(found, month=month)
            ],
        }
    return render(request, "scorecards/group.html", context)
