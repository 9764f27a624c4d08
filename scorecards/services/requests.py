"""Months that somebody asked to publish, worked off by Celery."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import transaction

from scorecards.bell import PUBLISH, RENDER, ring_after_commit
from scorecards.models import PublicationRequest
from scorecards.periods import Month
from scorecards.queries.month_by_itself import due_by_itself
from scorecards.queries.published import suppliers_with_activity, without_scorecard
from scorecards.rollup import drain
from scorecards.services.publication import Publication, demand_over, publish_supplier
from scorecards.services.work import Clock, work_off
from suppliers.models import Supplier, User

# Committed together: progress is seen, and an interruption costs at most these.
SUPPLIERS_AT_ONCE: Final = 10


@transaction.atomic
def request_publication(*, months: Iterable[Month], by: User | None, at: datetime) -> int:
    """Ask for months to be published; return how many this user had not asked for already.

    `by` is None where nobody asks: the months are published for all suppliers.

    Raises:
        MonthNotOverError: when one of them still runs; then none is asked for.
    """
    wanted = sorted(months)
    for month in wanted:
        demand_over(month, at=at)
    before = PublicationRequest.objects.count()
    rows = [
        PublicationRequest(
            month=month.first_day, requested_at=at, requested_by=by, next_attempt_at=at
        )
        for month in wanted
    ]
    PublicationRequest.objects.bulk_create(rows, ignore_conflicts=True)
    ring_after_commit(PUBLISH)
    return int(PublicationRequest.objects.count() - before)


def request_due_month(*, working_day: int, at: datetime) -> Month | None:
    """Ask for the month that is to be published by itself by now; return it, None without one.

    Args:
        working_day: of the following month, from which it is published; 0 for never.
        at: now.
    """
    month = due_by_itself(working_day=working_day, at=at)
    if month is not None:
        request_publication(months=[month], by=None, at=at)
    return month


def publish_requested(*, clock: Clock) -> int:
    """Publish the months that were asked for; return how many requests were fulfilled.

    Stale figures are recomputed first, also those that became stale meanwhile: a later request
    counts what was there when it was made. Some suppliers at a time are committed, so that a
    long month shows its progress and goes on where it was interrupted.
    """
    if not PublicationRequest.objects.due(at=clock()).exists():
        return 0
    return work_off(
        PublicationRequest,
        lambda request: _publish_some(request, clock),
        clock=clock,
        before=lambda: drain(at=clock()),
    )


def _publish_some(request: PublicationRequest, clock: Clock) -> bool:
    month, by = request.period, request.requested_by
    visible = Supplier.objects.all() if by is None else Supplier.objects.visible_to(by)
    waiting = without_scorecard(suppliers_with_activity(month, among=visible), month=month)
    some = list(waiting.order_by("code")[:SUPPLIERS_AT_ONCE])
    done = Publication(month=month)
    for supplier in some:
        publish_supplier(supplier, month=month, by=by, at=clock(), done=done)
    request.published += len(done.published)
    ring_after_commit(RENDER)
    return len(some) < SUPPLIERS_AT_ONCE
