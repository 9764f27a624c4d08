"""The demo freezes one supplier's limits, and its newest month leaves them."""

from datetime import UTC, datetime

from scorecards.demo import freeze_limits
from scorecards.models import Baseline, ChartSignal
from scorecards.queries.signals import waiting_signals
from suppliers.models import Supplier, User
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up

AT = datetime(2025, 11, 20, 9, tzinfo=UTC)


def test_limits_are_frozen_once_and_the_newest_month_signals(
    supplier_a: Supplier, sqe: User
) -> None:
    for back in range(24):
        month = OCTOBER.minus(back)
        deliver(supplier_a, 100_000, month)
        decide(supplier_a, 2 if back else 20, month)
    roll_up()

    for _ in range(2):
        found = freeze_limits(supplier=supplier_a, newest=OCTOBER, by=sqe, at=AT)

    assert Baseline.objects.get() == found
    assert (found.state, found.first, found.last) == (
        "accepted",
        OCTOBER.minus(23),
        OCTOBER.minus(6),
    )
    assert {signal.period for signal in ChartSignal.objects.all()} == {OCTOBER}
    assert waiting_signals(sqe) == {supplier_a.code: 1}
