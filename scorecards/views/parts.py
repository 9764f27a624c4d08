"""A part: what is wrong with its number, whoever delivers it."""

from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from scorecards.cases import stops
from scorecards.enums import ScopeKind
from scorecards.metrics import Metric
from scorecards.models import PartMonth
from scorecards.periods import Month
from scorecards.queries.breakdown import Breakdown
from scorecards.queries.months import activity_span
from scorecards.queries.places import overview_of
from scorecards.queries.scopes import of_part
from scorecards.queries.targets import target_ppm_of_parts
from scorecards.views.by_supplier import by_supplier
from scorecards.views.cause_panel import asked_causes, cause_panel
from scorecards.views.metric_sheet import scope_sheet
from scorecards.views.months import asked_month, month_context, running_month
from suppliers.access import INSIDERS, AnyUser, for_roles
from suppliers.holds import business_holds
from suppliers.models import Part, Supplier


@require_safe
@for_roles(*INSIDERS)
def part(request: HttpRequest, number: str) -> HttpResponse:
    """Show one part: its figures and the suppliers they come from."""
    found = get_object_or_404(Part, number=number)
    suppliers = Supplier.objects.visible_to(request.user)
    span = activity_span(suppliers, running=running_month())
    context = {
        "part": found,
        "successors": found.superseded_by.order_by("number"),
        "stops": stops(user=request.user, part_ids=[found.pk]),
        "held_suppliers": _held(found, suppliers, user=request.user),
    }
    if span is not None:
        month = span.choose(asked_month(request))
        scope = of_part(found, suppliers=suppliers)
        overviews = [
            overview_of(ScopeKind.PART, found.pk, metric=metric, suppliers=suppliers, month=month)
            for metric in Metric
        ]
        context |= month_context(span, month) | {
            "sheets": [scope_sheet(overview, scope=scope) for overview in overviews],
            "causes": cause_panel(request, asked_causes(request, scope, month)),
            "narrowed_by": urlencode({"part": found.number}),
            **by_supplier(
                request,
                Breakdown(
                    scope=ScopeKind.SUPPLIER,
                    suppliers=suppliers,
                    end=month,
                    part=found.pk,
                    targets=_targets(found, suppliers, month),
                ),
            ),
        }
    return render(request, "scorecards/part.html", context)


def _held(found: Part, suppliers: QuerySet[Supplier], *, user: AnyUser) -> list[str]:
    """Return the codes of those who supply the part and may be given no new business.

    part_month_part serves what was delivered; deliveries have no index on their part.
    """
    held = business_holds(user)
    if not held:
        return []
    delivered = PartMonth.objects.filter(part=found).values("supplier")
    rows = suppliers.filter(Q(parts__part=found) | Q(pk__in=delivered), code__in=held)
    return list(rows.order_by("code").distinct().values_list("code", flat=True))


def _targets(found: Part, suppliers: QuerySet[Supplier], month: Month) -> dict[int, Decimal]:
    """Return what was agreed for the part, by supplier."""
    agreed = target_ppm_of_parts(
        month, suppliers=suppliers, parts=[found.pk], metric=Metric.EXTERNAL_PPM
    )
    return {supplier: ppm for (supplier, _part), ppm in agreed.items()}
