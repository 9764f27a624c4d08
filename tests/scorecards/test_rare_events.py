"""Rare rejects: drawn by what lies between them, where months are too thin for a chart."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client

from escalations.enums import MessageKind
from escalations.models import Message
from scorecards.formulas.frozen_limits import Signal
from scorecards.formulas.gaps import Gap, GapView, judged_gaps
from scorecards.metrics import Metric
from scorecards.models import Baseline, ChartSignal
from scorecards.periods import Month, months
from scorecards.queries.control import control_series
from scorecards.queries.rare_events import rare_events
from scorecards.rollup import drain
from scorecards.services.baselines import accept_baseline, propose_baseline
from scorecards.services.chart_signals import judge_baselines
from suppliers.models import Supplier, User
from tests.factories import DeliveryFactory, PartFactory, RejectFactory, RejectVerdictFactory

pytestmark = pytest.mark.django_db
FIRST, LAST = Month(2024, 1), Month(2025, 6)
AT = datetime(2025, 7, 10, 9, tzinfo=UTC)
WEEKLY = (3, 10, 17, 24)
PAGE = "/suppliers/ALFA-4711/limits/external_ppm/"
DAYS = [
    *(date(2024, 1, 15) + timedelta(days=80 * number) for number in range(6)),
    date(2025, 3, 20),
    date(2025, 3, 21),
    date(2025, 3, 22),
    date(2025, 3, 22),
    date(2025, 3, 23),
    date(2025, 3, 23),
]


@pytest.fixture
def rare(supplier_a: Supplier) -> Supplier:
    """A reject every eighty days, then six within four, all from one weekly delivery."""
    part = PartFactory()
    for month in months(FIRST, LAST):
        for later in WEEKLY:
            received_on = month.first_day + timedelta(days=later)
            DeliveryFactory(
                supplier=supplier_a, part=part, received_on=received_on, quantity=10_000
            )
    for day in DAYS:
        reject = RejectFactory(supplier=supplier_a, part=part, detected_on=day, suspect_qty=1)
        RejectVerdictFactory(reject=reject)
    drain(at=AT)
    return supplier_a


@pytest.fixture
def limited(rare: Supplier, sqe: User) -> Baseline:
    baseline = propose_baseline(
        supplier=rare,
        metric=Metric.EXTERNAL_PPM,
        first=FIRST,
        last=Month(2025, 2),
        by=sqe,
        at=AT,
    )
    return accept_baseline(baseline=baseline, reason="Ordinary months.", by=sqe, at=AT)


def found(supplier: Supplier, baseline: Baseline | None = None) -> Any:
    series = control_series(
        supplier=supplier, metric=Metric.EXTERNAL_PPM, last=LAST, baseline=baseline
    )
    return rare_events(series, last=LAST)


def test_gaps_are_what_was_received_and_what_time_passed(rare: Supplier) -> None:
    events = found(rare)
    assert [one.on for one in events.rejects] == DAYS[1:]
    assert [one.days for one in events.rejects] == [80] * 5 + [
        (DAYS[6] - DAYS[5]).days,
        1,
        1,
        0,
        1,
        0,
    ]
    assert [one.parts for one in events.rejects[-5:]] == [0] * 5
    assert {one.lot for one in events.rejects} == {10_000}
    received = sum(one.parts for one in events.rejects) + events.since_parts
    first = sum(10_000 for month in months(FIRST, LAST) for day in WEEKLY) - 20_000
    assert received == first
    assert events.rate is None


def test_limits_are_of_the_baselines_months(limited: Baseline) -> None:
    events = found(limited.supplier, limited)
    assert events.rate is not None
    assert 1 / events.rate == Fraction(14 * 40_000, 6)
    assert events.mean_days == (date(2025, 2, 28) - date(2023, 12, 31)).days / 6


def test_page_draws_the_three_views_with_limits_and_table(
    limited: Baseline, sqe_client: Client
) -> None:
    page = sqe_client.get(PAGE).content.decode()
    for name in ("gaps-parts", "gaps-third", "gaps-days"):
        assert f'id="{name}"' in page
    assert "sooner than chance explains: worse" in page
    assert "up to 10,000 may lie between: chance explains it" in page
    assert "Since the newest reject of" in page
    supplier = sqe_client.get("/suppliers/ALFA-4711/?month=2025-06").content.decode()
    assert 'id="gaps-parts"' in supplier


def test_months_with_enough_rejects_need_none_of_it(
    supplier_a: Supplier, sqe_client: Client
) -> None:
    part = PartFactory()
    for month in months(FIRST, LAST):
        DeliveryFactory(
            supplier=supplier_a, part=part, received_on=month.first_day, quantity=400_000
        )
        for number in range(12):
            reject = RejectFactory(
                supplier=supplier_a,
                part=part,
                detected_on=month.first_day + timedelta(days=number),
                suspect_qty=1,
            )
            RejectVerdictFactory(reject=reject)
    drain(at=AT)
    assert found(supplier_a) is None
    assert "Between rejects" not in sqe_client.get(PAGE).content.decode()


def test_hardly_any_reject_says_nothing(supplier_a: Supplier) -> None:
    DeliveryFactory(supplier=supplier_a, received_on=FIRST.first_day, quantity=5)
    drain(at=AT)
    assert found(supplier_a) is None


def test_gaps_after_the_baseline_that_chance_does_not_explain_are_signals(
    limited: Baseline,
) -> None:
    """Five came after no part at all, which says nothing within one delivery; three of them do."""
    signals = ChartSignal.objects.filter(baseline=limited)
    assert {(one.period, one.kind) for one in signals} == {
        (Month(2025, 3), Signal.THIRD_SOONER.value),
        (Month(2025, 3), Signal.ABOVE.value),
    }
    assert all(one.period > limited.last for one in signals)
    before = set(signals.values_list("pk", flat=True))
    assert judge_baselines(at=AT) == 0

    reject = RejectFactory(
        supplier=limited.supplier,
        part=PartFactory(),
        detected_on=date(2025, 6, 20),
        suspect_qty=1,
    )
    RejectVerdictFactory(reject=reject)
    drain(at=AT)
    judge_baselines(at=AT)
    assert before <= set(signals.filter(gone_at=None).values_list("pk", flat=True))


def test_lot_is_of_the_rejects_own_part(rare: Supplier) -> None:
    """Other parts came since: what was rejected is of the whole delivery before."""
    DeliveryFactory(supplier=rare, part=PartFactory(), received_on=date(2025, 3, 19), quantity=500)
    lots = [(one.lot, one.parts) for one in found(rare).rejects[-5:]]
    assert lots == [(10_500, 0)] * 5


def test_what_three_rejects_said_still_holds_when_more_come() -> None:
    gaps = [Gap(on=date(2025, 1, 1) + timedelta(days=number), size=1) for number in range(11)]

    def thirds(until: int) -> tuple[Gap, ...]:
        views = judged_gaps(
            parts=gaps[until % 3 : until],
            days=[],
            rate=None,
            mean_days=None,
            frozen_until=gaps[4].on,
        )
        return next(view.gaps for view in views if view.view is GapView.THIRD)

    ends = [{gap.on for gap in thirds(until) if gap.on > gaps[4].on} for until in range(6, 12)]
    assert all(fewer <= more for fewer, more in pairwise(ends))
    assert ends[-1] == {gaps[7].on, gaps[10].on}


def test_a_rare_signal_is_told_once_and_stands_on_today(
    limited: Baseline, sqe: User, sqe_client: Client
) -> None:
    judge_baselines(at=AT)

    (message,) = Message.objects.filter(kind=MessageKind.SIGNAL)

    assert message.recipient == sqe
    assert "2025-03" in message.title
    page = sqe_client.get("/today/").content.decode()
    assert "three rejects in fewer parts than chance explains" in page
