"""What lies between rare rejects, judged: how often chance alone is called a change."""

import math
import random
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest

from scorecards.formulas.exact_limits import TAIL
from scorecards.formulas.frozen_limits import Signal
from scorecards.formulas.gaps import Gap, GapLimits, JudgedGaps, judged_gaps
from scorecards.formulas.receipts import Receipts

BEGIN = date(2000, 1, 1)
MONTH_DAYS = 30
MONTHS = 20_000
FEW_MONTHS = 2_000
MONTHLY_PARTS = 12_000
SOONER = {Signal.PARTS_SOONER, Signal.THIRD_SOONER, Signal.DAYS_SOONER}


def months_of_rejects(
    *, monthly: float, deliveries: int, worse: float = 1, months: int = MONTHS
) -> list[JudgedGaps]:
    """Return judged gaps of rejects that come at a constant rate, `worse` than their limits'."""
    chance = random.Random(20_260_101)  # noqa: S311  # a simulation, no secrets
    days: list[date] = []
    passed = chance.expovariate(monthly * worse / MONTH_DAYS)
    while passed < months * MONTH_DAYS:
        days.append(BEGIN + timedelta(days=int(passed)))
        passed += chance.expovariate(monthly * worse / MONTH_DAYS)
    lot, step = Decimal(MONTHLY_PARTS // deliveries), MONTH_DAYS / deliveries
    received = Receipts.of(
        (BEGIN + timedelta(days=int(number * step)), lot) for number in range(months * deliveries)
    )
    return list(
        judged_gaps(
            parts=[
                Gap(on=on, size=received.between(one, on), lot=received.lot(one, until=on))
                for one, on in pairwise(days)
            ],
            days=[Gap(on=on, size=(on - one).days, lot=1) for one, on in pairwise(days)],
            rate=Fraction(monthly).limit_denominator(100) / MONTHLY_PARTS,
            mean_days=MONTH_DAYS / monthly,
            frozen_until=None,
        )
    )


def tolerated(gaps: int) -> float:
    """Return how many false alarms so many gaps may have: as expected and three sigmas more."""
    expected = TAIL * gaps
    return expected + 3 * math.sqrt(expected)


@pytest.mark.parametrize("deliveries", [1, 4, 30])
@pytest.mark.parametrize("monthly", [0.2, 0.5, 0.8])
def test_chance_alone_is_hardly_ever_called_a_change(monthly: float, deliveries: int) -> None:
    for view in months_of_rejects(monthly=monthly, deliveries=deliveries):
        alarms = Counter(signal in SOONER for _on, signal in view.signals())
        assert alarms[True] <= tolerated(len(view.gaps)), view.view
        assert alarms[False] <= tolerated(len(view.gaps)), view.view


def test_a_worsening_is_told_by_every_third() -> None:
    """Ten times as many: a quarter of the threes tells, single gaps within days do not."""
    parts, third, days = months_of_rejects(monthly=0.8, deliveries=30, worse=10, months=FEW_MONTHS)
    assert sum(signal in SOONER for _on, signal in third.signals()) > 0.25 * len(third.gaps)
    assert not list(parts.signals())
    assert not list(days.signals())


def test_a_gap_is_too_short_only_if_the_most_it_can_have_been_is() -> None:
    limits = GapLimits(center=1000, lower=100, upper=5000)

    def gap(size: int, lot: int) -> Gap:
        return Gap(on=BEGIN, size=size, lot=lot)

    assert (limits.side(gap(0, 99)), limits.is_coarse(gap(0, 99))) == (-1, False)
    assert (limits.side(gap(0, 100)), limits.is_coarse(gap(0, 100))) == (0, True)
    assert (limits.side(gap(100, 0)), limits.is_coarse(gap(100, 0))) == (0, False)
    assert (limits.side(gap(5000, 900)), limits.side(gap(5001, 0))) == (0, 1)


def test_three_together_can_be_more_by_the_first_ones_delivery_alone() -> None:
    gaps = [Gap(on=BEGIN + timedelta(days=n), size=n, lot=10 * n) for n in (1, 2, 3)]
    third = judged_gaps(parts=gaps, days=[], rate=None, mean_days=None, frozen_until=None)[1]
    assert third.gaps == (Gap(on=gaps[2].on, size=6, lot=10),)
