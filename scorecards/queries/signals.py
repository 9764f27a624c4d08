"""Signals of control charts as a list to work through: one line a month, with all its reasons."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from scorecards.models import Baseline, ChartSignal
from scorecards.periods import Month
from suppliers.access import AnyUser


@dataclass(frozen=True, kw_only=True)
class SignalMonth:
    """A month with everything it signals; answered together."""

    signals: tuple[ChartSignal, ...]

    @property
    def newest(self) -> ChartSignal:
        """The signal that stands for them all."""
        return self.signals[0]

    @property
    def baseline(self) -> Baseline:
        """The limits it was judged against."""
        found: Baseline = self.newest.baseline
        return found

    @property
    def period(self) -> Month:
        """The month."""
        return self.newest.period

    @property
    def seen_at(self) -> datetime | None:
        """When somebody looked; None while any of its signals waits."""
        waits = any(one.seen_at is None and one.gone_at is None for one in self.signals)
        return None if waits else self.newest.seen_at

    @property
    def gone(self) -> bool:
        """Whether a correction took all of them away."""
        return all(one.gone_at is not None for one in self.signals)


def signal_months(signals: Iterable[ChartSignal]) -> list[SignalMonth]:
    """Put signals of a baseline's month together; they come ordered by both."""
    return [
        SignalMonth(signals=tuple(group))
        for _key, group in groupby(signals, key=lambda one: (one.month, one.baseline_id))
    ]


def open_signals(user: AnyUser) -> QuerySet[ChartSignal]:
    """Return what nobody has looked at yet, newest month first; each leads to its chart."""
    rows: Any = ChartSignal.objects.visible_to(user).open()
    return _ordered(rows)


def waiting_signals(user: AnyUser) -> dict[str, int]:
    """Return how many months signal by the code of their supplier, most first."""
    rows: Any = ChartSignal.objects.visible_to(user).open()
    months = Counter(
        code
        for code, _baseline, _month in rows.order_by("baseline__supplier__code")
        .values_list("baseline__supplier__code", "baseline", "month")
        .distinct()
    )
    return dict(months.most_common())


def seen_signals(user: AnyUser, *, most: int = 100) -> list[SignalMonth]:
    """Return what was looked at last, was replaced, or vanished with a correction."""
    rows: Any = ChartSignal.objects.visible_to(user)
    return signal_months(_ordered(rows.exclude(pk__in=rows.open().values("pk")))[:most])


def signals_of(baseline: Baseline | None) -> list[SignalMonth]:
    """Return the signals against one baseline, newest month first."""
    return [] if baseline is None else signal_months(_ordered(baseline.signals.all()))


def _ordered(rows: Any) -> QuerySet[ChartSignal]:
    found: QuerySet[ChartSignal] = rows.select_related(
        "baseline__supplier", "baseline__part", "seen_by"
    ).order_by("-month", "baseline", "pk")
    return found
