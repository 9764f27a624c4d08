"""One supplier's page: what its figures are this month, and what is behind them."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from scorecards.cases import stops
from scorecards.enums import ScopeKind
from scorecards.metrics import Metric
from scorecards.models import Baseline
from scorecards.periods import Month, Window
from scorecards.queries.allowance import allowance
from scorecards.queries.breakdown import Breakdown
from scorecards.queries.control import control_series
from scorecards.queries.control_picture import control_picture_of
from scorecards.queries.disputed import disputed
from scorecards.queries.judged_slices import judged_slices
from scorecards.queries.months import activity_span
from scorecards.queries.overview import SupplierOverview, supplier_overview
from scorecards.queries.peers import peer_comparison
from scorecards.queries.people import certificates_of, contacts_of
from scorecards.queries.published import last_ended_month, newest_scorecard, scorecards_of
from scorecards.queries.rare_picture import rare_pictures
from scorecards.queries.repeats import repeats
from scorecards.queries.rows import RowKind
from scorecards.queries.scopes import of_supplier
from scorecards.queries.score_block import score_block
from scorecards.queries.targets import target_ppm_of_parts
from scorecards.queries.timeline import timeline_of
from scorecards.views.cause_panel import asked_causes, cause_panel
from scorecards.views.metric_sheet import figures_of, scope_sheet
from scorecards.views.months import asked_month, month_context, running_month
from scorecards.views.rows import rows_panel
from suppliers.access import is_internal
from suppliers.models import Supplier

# How many parts are shown at first, and on one page of all of them.
MOST_PARTS, PARTS_PAGE = 10, 50


@require_safe
@login_required
def supplier(request: HttpRequest, code: str) -> HttpResponse:
    """Show one supplier; outsiders and other suppliers get 404."""
    found = get_object_or_404(Supplier.objects.visible_to(request.user), code=code)
    return render(request, "scorecards/supplier.html", supplier_context(request, found))


def supplier_context(request: HttpRequest, found: Supplier) -> dict[str, Any]:
    """Gather what the supplier's page shows, for the month that was asked for."""
    span = activity_span(_only(found), running=running_month())
    context: dict[str, Any] = {
        "supplier": found,
        "internal": is_internal(request.user),
        "contacts": contacts_of(found),
        "certificates": certificates_of(found),
        "today": timezone.localdate(),
        "timeline": timeline_of(found),
        "scorecards": scorecards_of(found),
        "stops": stops(user=request.user, supplier_ids=[found.pk]),
    }
    if span is None:
        return context
    month = span.choose(asked_month(request))
    overview = supplier_overview(supplier=found, month=month, for_document=False)
    return context | {
        **month_context(span, month),
        "overview": overview,
        "score": score_block(overview.score, month=month),
        "sheets": [scope_sheet(metric, scope=of_supplier(found)) for metric in overview.metrics],
        **_divided(request, found, overview),
        **_history(found),
        "causes": cause_panel(request, asked_causes(request, of_supplier(found), month)),
        "peers": peer_comparison(
            supplier=found, metric=Metric.EXTERNAL_PPM, month=month, at=timezone.now()
        ),
        "panel": rows_panel(request, of_supplier(found), month, figures=_row_totals(overview)),
        "disputed": disputed(overview.external.month.figure, scope=of_supplier(found), first=month),
        "repeats": repeats(supplier=found, end=month),
        "allowance": allowance(overview.external),
        "escalations_url": reverse("supplier_escalations", args=[found.code]),
        "scorecard_url": _preliminary(found, month) if context["internal"] else "",
        "expected": sorted(overview.cases, key=lambda case: (case.due_on or date.max, -case.rank)),
    }


def _divided(request: HttpRequest, found: Supplier, overview: SupplierOverview) -> dict[str, Any]:
    """Return external PPM by plant and by part, against the supplier's thresholds.

    The worst parts; a page of all of them where `?parts=` names one.
    """
    month, thresholds = overview.month, overview.external.thresholds
    shared: Any = {"suppliers": _only(found), "end": month}
    plants = Breakdown(scope=ScopeKind.PLANT, **shared)
    parts = Breakdown(scope=ScopeKind.PART, **shared, targets=_part_targets(found, month))
    page = Paginator(parts.keys, PARTS_PAGE).get_page(request.GET.get("parts"))
    shown = list(page.object_list) if "parts" in request.GET else parts.keys[:MOST_PARTS]
    return {
        "plants": judged_slices(list(plants.all_rows()), thresholds=thresholds),
        "parts": judged_slices(parts.rows(shown), thresholds=thresholds),
        "parts_page": page,
        "parts_left_out": "parts" not in request.GET and len(parts.keys) > len(shown),
    }


def _history(found: Supplier) -> dict[str, Any]:
    """Return external PPM against the limits in force (None where nothing is frozen).

    Where its months are too thin to say anything, with what lies between rejects.
    """
    baselines: Any = Baseline.objects.about(found, Metric.EXTERNAL_PPM, None).in_force()
    baseline = baselines.prefetch_related("points").first()
    if baseline is None:
        return {"control": None, "rare": ()}
    last = last_ended_month(at=timezone.now())
    series = control_series(
        supplier=found, metric=Metric.EXTERNAL_PPM, last=last, baseline=baseline
    )
    address = figures_of(of_supplier(found), Metric.EXTERNAL_PPM)

    def leads(month: Month) -> str:
        return address(month, Window.MONTH)

    return {
        "control": control_picture_of(series, url=leads),
        "rare": rare_pictures(series, last=last, url=leads)[:1],
    }


def _part_targets(found: Supplier, month: Month) -> dict[int, Decimal]:
    """Return what was agreed for single parts, by part."""
    agreed = target_ppm_of_parts(month, suppliers=[found.pk], metric=Metric.EXTERNAL_PPM)
    return {part: ppm for (_supplier, part), ppm in agreed.items()}


def _row_totals(overview: SupplierOverview) -> dict[RowKind, Decimal]:
    external, warranty = overview.external.month, overview.warranty.month
    return {
        RowKind.REJECTS: external.counted,
        RowKind.DELIVERIES: external.received,
        RowKind.RETURNS: warranty.counted,
    }


def _preliminary(found: Supplier, month: Month) -> str:
    """Return the address of the month's preliminary scorecard; empty once it is published.

    The OEM's people alone open it: a supplier reads what was published.
    """
    if newest_scorecard(supplier=found, month=month):
        return ""
    return reverse("scorecard", args=[found.code, month])


def _only(found: Supplier) -> Any:
    return Supplier.objects.filter(pk=found.pk)
