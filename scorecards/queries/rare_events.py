"""What lies between a supplier's rejects, for those that hardly have any."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from scorecards.enums import BaselineState
from scorecards.formulas.chart_choice import ChartChoice, choose_chart
from scorecards.formulas.frozen_limits import Signal
from scorecards.formulas.gaps import Gap, JudgedGaps, judged_gaps
from scorecards.formulas.receipts import Receipts
from scorecards.metrics import Metric
from scorecards.models import Baseline, CountedDelivery, CountedReject
from scorecards.periods import Month
from scorecards.queries.control import MOST_MONTHS, ControlSeries, sample

# Fewer gaps than this are read in the list of rejects.
LEAST_REJECTS = 3


@dataclass(frozen=True, kw_only=True)
class RareReject:
    """An incident, and what came since the one before it: parts received and days.

    `lot` is how many parts more may lie between the two: of the delivery that the one before is of.
    """

    on: date
    parts: Decimal
    lot: Decimal
    days: int


@dataclass(frozen=True, kw_only=True)
class RareEvents:
    """Incidents of a supplier (or one part of it), oldest first, without the first of all.

    `since_parts` and `since_days` run on from the newest to the last day that is looked at.
    `rate` is the baseline's incidents per part and `mean_days` its days between two; None without
    limits in force or without an incident in their months. `frozen_until` ends these months.
    """

    rejects: tuple[RareReject, ...]
    newest: date
    last_day: date
    since_parts: Decimal
    since_days: int
    rate: Fraction | None
    mean_days: float | None
    frozen_until: date | None = None

    @property
    def judged(self) -> tuple[JudgedGaps, ...]:
        """The gaps in three views, each beside its limits."""
        return judged_gaps(
            parts=[Gap(on=one.on, size=one.parts, lot=one.lot) for one in self.rejects],
            days=[Gap(on=one.on, size=one.days, lot=1) for one in self.rejects],
            rate=self.rate,
            mean_days=self.mean_days,
            frozen_until=self.frozen_until,
        )


def rare_events(series: ControlSeries, *, last: Month) -> RareEvents | None:
    """Return what lies between the incidents where months are too thin to say anything.

    None where the months bear a chart of counts, or there are hardly any incidents. An issue that
    several plants report is one incident; what is counted, and when, is as in every figure.
    """
    if not _is_thin(series):
        return None
    incidents = _incidents(series, last)
    if len(incidents) < LEAST_REJECTS:
        return None
    days = [on for on, _delivered_on in incidents]
    received = _received(series, last)
    rate, mean_days = _usual(series.baseline, days, received)
    return RareEvents(
        rejects=tuple(
            RareReject(
                on=on,
                parts=received.between(before, on),
                lot=received.lot(before, until=on, delivered_on=delivered_on),
                days=(on - before).days,
            )
            for (before, delivered_on), (on, _own) in pairwise(incidents)
        ),
        newest=days[-1],
        last_day=last.last_day,
        since_parts=received.between(days[-1], last.last_day),
        since_days=(last.last_day - days[-1]).days,
        rate=rate,
        mean_days=mean_days,
        frozen_until=None if series.baseline is None else series.baseline.last.last_day,
    )


def gap_signals(series: ControlSeries, *, last: Month) -> frozenset[tuple[Month, Signal]]:
    """Return what the gaps after the months of limits in force signal, by the month they ended.

    Nothing where the months bear a chart of counts. Warranty returns have no gaps: what counts of
    them is a share of a claim, and in which month it failed, not a reject on a day.
    """
    if series.metric is not Metric.EXTERNAL_PPM:
        return frozenset()
    found = rare_events(series, last=last)
    if found is None or found.frozen_until is None:
        return frozenset()
    return frozenset(
        (Month.of(on), signal)
        for view in found.judged
        for on, signal in view.signals()
        if on > found.frozen_until
    )


def _is_thin(series: ControlSeries) -> bool:
    """Say whether the limits in force are of rare rejects; without any, whether the months are."""
    baseline = series.baseline
    if baseline is not None and baseline.limits is not None:
        return ChartChoice(baseline.method) is ChartChoice.RARE_EVENT
    chosen = choose_chart(periods=[sample(month.counts) for month in series.months])
    return chosen.choice in {ChartChoice.RARE_EVENT, ChartChoice.NO_LIMITS}


def _incidents(series: ControlSeries, last: Month) -> Sequence[tuple[date, date | None]]:
    """Return the day of each incident, and when its part was last delivered until then.

    To its own plant, or to any where that one received none.
    """
    rows: Any = CountedReject.objects.filter(incidents__gt=0)
    found = _of(rows, series, last, day="detected_on").order_by("detected_on", "pk")
    part = CountedDelivery.objects.filter(
        supplier=OuterRef("supplier"),
        part=OuterRef("part"),
        received_on__lte=OuterRef("detected_on"),
        received_qty__gt=0,
    )
    own, any_plant = (
        Subquery(rows.order_by("-received_on").values("received_on")[:1])
        for rows in (part.filter(plant=OuterRef("plant")), part)
    )
    return list(found.values_list("detected_on", Coalesce(own, any_plant)))


def _of(rows: Any, series: ControlSeries, last: Month, *, day: str) -> Any:
    first = last.minus(MOST_MONTHS - 1)
    narrowed = {} if series.part is None else {"part": series.part}
    span = {f"{day}__range": (first.first_day, last.last_day)}
    return rows.filter(supplier=series.supplier, **narrowed, **span)


def _received(series: ControlSeries, last: Month) -> Receipts:
    """Read the deliveries of the months that are looked at, added up by day."""
    rows = _of(CountedDelivery.objects, series, last, day="received_on")
    daily = rows.values_list("received_on").annotate(qty=Sum("received_qty"))
    return Receipts.of(daily.order_by("received_on"))


def _usual(
    baseline: Baseline | None, days: Sequence[date], received: Receipts
) -> tuple[Fraction | None, float | None]:
    """Return incidents per part, and days between two, in the months of the limits in force."""
    if baseline is None or baseline.state != BaselineState.ACCEPTED:
        return None, None
    kept = [point.period for point in baseline.points.all() if not point.excluded]
    incidents = sum(Month.of(day) in kept for day in days)
    parts = sum(
        (received.between(month.minus(1).last_day, month.last_day) for month in kept), Decimal(0)
    )
    if not incidents or parts <= incidents:
        return None, None
    length = sum((month.last_day - month.first_day).days + 1 for month in kept)
    return Fraction(incidents) / Fraction(parts), length / incidents
