"""Pages of single records: the fact, what it counts and why, decisions, versions, source."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from scorecards.periods import Month
from scorecards.queries.records import Record, delivery_record, reject_record, return_record
from scorecards.views.explanations import why_delivery_counts, why_reject_counts, why_return_counts
from scorecards.views.record_actions import record_actions
from suppliers.access import is_internal


@require_safe
@login_required
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a reject."""
    record = reject_record(pk, user=request.user)
    return _page(request, "reject", record, why_reject_counts, record.fact.detected_on)


@require_safe
@login_required
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a delivery."""
    record = delivery_record(pk, user=request.user)
    return _page(request, "delivery", record, why_delivery_counts, record.fact.received_on)


@require_safe
@login_required
def warranty_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a warranty return."""
    record = return_record(pk, user=request.user)
    return _page(request, "warranty_return", record, why_return_counts, record.fact.received_on)


def _page(
    request: HttpRequest,
    name: str,
    record: Record,
    why: Callable[[Record], list[str]],
    day: Any,
) -> HttpResponse:
    context = {
        "record": record,
        "fact": record.fact,
        "counts": record.counts,
        "supplier": record.fact.supplier,
        "why": why(record),
        "month": Month.of(day),
        "internal": is_internal(request.user),
        "actions": record_actions(record.fact, user=request.user),
    }
    return render(request, f"scorecards/records/{name}.html", context)
