"""Baselines: propose months, leave out what has a cause, accept, withdraw."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pghistory
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from scorecards.enums import BaselineState
from scorecards.formulas.attribute_charts import ChartKind
from scorecards.formulas.chart_choice import ChosenChart
from scorecards.formulas.frozen_limits import FrozenLimits, estimate_limits
from scorecards.metrics import Metric
from scorecards.models import Baseline, BaselinePoint
from scorecards.models.baseline import SHORTEST_CAUSE, SHORTEST_REASON
from scorecards.periods import Month, months
from scorecards.queries.control import (
    MOST_MONTHS,
    kind_of,
    sample,
    series_of,
)
from scorecards.queries.figures import MonthCounts
from scorecards.queries.published import last_ended_month
from scorecards.services.chart_signals import judge_baselines
from suppliers.models import Part, Supplier, User

LEAST_MONTHS = 12


class BaselineError(ValueError):
    """What was asked cannot be done; the message says why and what to do."""


class OvertakenError(BaselineError):
    """What was asked contradicts what has been proposed or decided meanwhile."""


@transaction.atomic
def propose_baseline(
    *,
    supplier: Supplier,
    metric: Metric,
    first: Month,
    last: Month,
    by: User,
    at: datetime,
    part: Part | None = None,
    note: str = "",
) -> Baseline:
    """Propose limits from the months `first` to `last` as they are counted now.

    Raises:
        BaselineError: fewer than twelve months, one that has not ended, nothing in any of them,
            or another proposal still open.
    """
    _check_months(first, last, at=at)
    Supplier.objects.select_for_update().get(pk=supplier.pk)
    versions: Any = Baseline.objects.about(supplier, metric, part)
    if versions.filter(state=BaselineState.PROPOSED).exists():
        raise OvertakenError(_("A baseline is proposed already; accept or withdraw it first."))
    counts = series_of(supplier=supplier, metric=metric, part=part, last=last)
    span = list(months(first, last))
    periods = [sample(counts.get(month, MonthCounts())) for month in span]
    if not any(period.size for period in periods):
        raise BaselineError(_("Nothing was received in these months; choose others."))
    kind = kind_of(periods)
    with pghistory.context(user=by.pk):
        baseline: Baseline = Baseline.objects.create(
            supplier=supplier,
            part=part,
            metric=metric.value,
            version=1 + (versions.aggregate(newest=Max("version"))["newest"] or 0),
            first_month=first.first_day,
            last_month=last.first_day,
            kind=kind.value,
            note=note.strip(),
            proposed_at=at,
            proposed_by=by,
            **_estimated(*estimate_limits(kind=kind, periods=periods)),
        )
        BaselinePoint.objects.bulk_create(
            _point(baseline, month, counts.get(month, MonthCounts())) for month in span
        )
    return baseline


def _check_months(first: Month, last: Month, *, at: datetime) -> None:
    if first > last:
        raise BaselineError(_("The first month lies after the last; exchange them."))
    number = len(list(months(first, last)))
    if number < LEAST_MONTHS:
        raise BaselineError(
            _("Months chosen: %(number)d; a baseline needs 12 at least, 20 to 25 are better.")
            % {"number": number}
        )
    if number > MOST_MONTHS:
        raise BaselineError(
            _("A baseline has at most %(most)d months; begin later.") % {"most": MOST_MONTHS}
        )
    if last > last_ended_month(at=at):
        raise BaselineError(_("The last month has not ended yet; choose an earlier one."))


def _point(baseline: Baseline, month: Month, counts: MonthCounts) -> BaselinePoint:
    return BaselinePoint(
        baseline=baseline, month=month.first_day, counted=counts.counted, volume=counts.received
    )


def _estimated(chosen: ChosenChart, limits: FrozenLimits | None) -> dict[str, Any]:
    """The few numbers that are frozen; zeros where the months bear no limits."""
    return {
        "method": chosen.choice.value,
        "counted": 0 if limits is None else _decimal(limits.counts),
        "volume": 0 if limits is None else _decimal(limits.sizes),
        "sigma_z": 1.0 if limits is None else limits.sigma_z,
    }


def _decimal(value: Fraction) -> Decimal:
    """Counts are decimals of the database, so their sums are too."""
    return Decimal(value.numerator) / Decimal(value.denominator)


@transaction.atomic
def exclude_point(*, point: BaselinePoint, cause: str, by: User) -> Baseline:
    """Leave a month out of a proposed baseline for a recorded cause; it stays plotted.

    Raises:
        BaselineError: without a cause, or when the baseline is no longer proposed.
    """
    if len(cause.strip()) < SHORTEST_CAUSE:
        raise BaselineError(_("Say what the cause was: without one a point is not excluded."))
    return _mark(point, excluded=True, cause=cause.strip(), by=by)


@transaction.atomic
def include_point(*, point: BaselinePoint, by: User) -> Baseline:
    """Take an excluded month back into a proposed baseline.

    Raises:
        BaselineError: when the baseline is no longer proposed.
    """
    return _mark(point, excluded=False, cause="", by=by)


def _mark(point: BaselinePoint, *, excluded: bool, cause: str, by: User) -> Baseline:
    baseline = _locked(point.baseline_id)
    _demand_proposed(baseline)
    with pghistory.context(user=by.pk, reason=cause):
        point.excluded, point.cause = excluded, cause
        point.save(update_fields=["excluded", "cause"])
        points = list(baseline.points.order_by("month"))
        periods = [sample(MonthCounts(counted=p.counted, received=p.volume)) for p in points]
        left_out = [number for number, p in enumerate(points, start=1) if p.excluded]
        found = estimate_limits(kind=ChartKind(baseline.kind), periods=periods, excluded=left_out)
        for name, value in _estimated(*found).items():
            setattr(baseline, name, value)
        baseline.save()
    return baseline


@transaction.atomic
def accept_baseline(*, baseline: Baseline, reason: str, by: User, at: datetime) -> Baseline:
    """Put a proposed baseline in force; its limits are frozen, the version before is replaced.

    Raises:
        BaselineError: a reason of fewer than ten characters, a baseline that is not proposed, or
            one whose months bear no limits.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise BaselineError(_("Say in ten characters or more why these limits hold from now on."))
    found = _locked(baseline.pk)
    _demand_proposed(found)
    if found.limits is None:
        raise BaselineError(
            _("These months bear no limits: at least 8 with receipts and 5 rejects are needed.")
        )
    with pghistory.context(user=by.pk, reason=reason.strip()):
        before: Any = Baseline.objects.about(found.supplier, Metric(found.metric), found.part)
        before.in_force().update(state=BaselineState.REPLACED, ended_at=at)
        found.state, found.reason = BaselineState.ACCEPTED, reason.strip()
        found.accepted_at, found.accepted_by = at, by
        found.save()
    judge_baselines(at=at, among=[found.pk])
    found.refresh_from_db()
    return found


@transaction.atomic
def withdraw_baseline(*, baseline: Baseline, by: User, at: datetime) -> Baseline:
    """Take a proposal back; its version number stays used.

    Raises:
        BaselineError: when it is no longer proposed.
    """
    found = _locked(baseline.pk)
    _demand_proposed(found)
    with pghistory.context(user=by.pk):
        found.state, found.ended_at = BaselineState.WITHDRAWN, at
        found.save(update_fields=["state", "ended_at"])
    return found


def _locked(pk: int) -> Baseline:
    found: Baseline = Baseline.objects.select_for_update(of=["self"]).get(pk=pk)
    return found


def _demand_proposed(baseline: Baseline) -> None:
    if baseline.state != BaselineState.PROPOSED:
        raise OvertakenError(
            _("Version %(version)d is no longer a proposal; propose a new one.")
            % {"version": baseline.version}
        )
