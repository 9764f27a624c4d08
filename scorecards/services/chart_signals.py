"""Signals: judge the months after each baseline against its limits, and note who looked."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pghistory
from django.db import transaction

from scorecards.announcements import signals_raised
from scorecards.enums import BaselineState, ScopeKind
from scorecards.formulas.chart_choice import ChartChoice
from scorecards.formulas.frozen_limits import Signal
from scorecards.metrics import Metric
from scorecards.models import Baseline, ChartSignal
from scorecards.periods import Month
from scorecards.queries.control import (
    MOST_MONTHS,
    control_months,
    control_series,
    fingerprint,
    series_of,
)
from scorecards.queries.figures import MonthCounts, Series, monthly_counts
from scorecards.queries.published import last_ended_month
from scorecards.queries.rare_events import gap_signals
from suppliers.models import User


def judge_baselines(*, at: datetime, among: Iterable[int] | None = None) -> int:
    """Judge ended months after each baseline against its limits; return how many signals are new.

    A baseline whose counts have not changed since is passed over. A signal that a correction
    took away is marked as gone, and as back when it returns; nothing is deleted.
    """
    last = last_ended_month(at=at)
    rows: Any = Baseline.objects.in_force().select_related("supplier", "part")
    if among is not None:
        rows = rows.filter(pk__in=list(among))
    waiting = list(rows.order_by("pk"))
    return sum(_judge(baseline, counts, last, at) for baseline, counts in _counted(waiting, last))


def _counted(baselines: list[Baseline], last: Month) -> Iterable[tuple[Baseline, Series]]:
    """Each baseline with its counts: whole suppliers in one query a metric, parts one by one."""
    first = last.minus(MOST_MONTHS - 1)
    for metric in Metric:
        own = [one for one in baselines if one.metric == metric.value]
        keys = [one.supplier_id for one in own if one.part_id is None]
        whole = (
            monthly_counts(
                metric=metric, scope=ScopeKind.SUPPLIER, keys=keys, first=first, last=last
            )
            if keys
            else {}
        )
        for one in own:
            if one.part_id is None:
                yield one, whole.get(one.supplier_id, {})
            else:
                yield (
                    one,
                    series_of(supplier=one.supplier, metric=metric, part=one.part, last=last),
                )


@transaction.atomic
def _judge(baseline: Baseline, counts: Series, last: Month, at: datetime) -> int:
    mark = fingerprint(counts, last=last)
    if baseline.judged == mark:
        return 0
    kept: Baseline = Baseline.objects.select_for_update(of=["self"]).get(pk=baseline.pk)
    if kept.state != BaselineState.ACCEPTED:
        return 0
    found = {
        (month.month, signal): month.counts
        for month in control_months(counts, last=last, baseline=baseline, points={})
        if month.month > baseline.last
        for signal in month.signals
    } | _of_rare_rejects(baseline, counts, last)
    known = {(one.period, one.signal): one for one in baseline.signals.all()}
    new = [
        ChartSignal(
            baseline=baseline,
            month=month.first_day,
            kind=signal.value,
            counted=count.counted,
            volume=count.received,
            raised_at=at,
        )
        for (month, signal), count in found.items()
        if (month, signal) not in known
    ]
    ChartSignal.objects.bulk_create(new)
    signals_raised(new)
    first = last.minus(MOST_MONTHS - 1)
    for key, one in known.items():
        # what is no longer read can neither go nor come back
        if key[0] >= first:
            _keep(one, holds=key in found, at=at)
    Baseline.objects.filter(pk=baseline.pk).update(judged=mark)
    return len(new)


def _of_rare_rejects(
    baseline: Baseline, counts: Series, last: Month
) -> dict[tuple[Month, Signal], MonthCounts]:
    """Return what lies between rejects and signals, with its month's counts."""
    if ChartChoice(baseline.method) is not ChartChoice.RARE_EVENT:
        return {}
    series = control_series(
        supplier=baseline.supplier,
        metric=Metric(baseline.metric),
        last=last,
        part=baseline.part,
        baseline=baseline,
    )
    return {
        (month, signal): counts.get(month, MonthCounts())
        for month, signal in gap_signals(series, last=last)
    }


def _keep(signal: ChartSignal, *, holds: bool, at: datetime) -> None:
    """Mark a known signal as gone or back, where that has changed."""
    if holds == (signal.gone_at is None):
        return
    signal.gone_at = None if holds else at
    signal.save(update_fields=["gone_at"])


@transaction.atomic
def see_signals(*, signal: ChartSignal, note: str, by: User, at: datetime) -> int:
    """Record that somebody looked at a month's signals, and what was found; once is enough.

    Returns how many signals of the month were waiting.
    """
    waiting: Any = ChartSignal.objects.select_for_update(of=["self"]).filter(
        baseline=signal.baseline_id, month=signal.month, seen_at__isnull=True
    )
    found = list(waiting)
    with pghistory.context(user=by.pk, reason=note.strip()):
        for one in found:
            one.seen_at, one.seen_by, one.note = at, by, note.strip()
            one.save(update_fields=["seen_at", "seen_by", "note"])
    return len(found)
