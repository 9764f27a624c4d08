"""Whatever happens to the facts, in whatever order: the drained roll-up equals a rebuild."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scorecards.enums import ScopeKind
from scorecards.metrics import Metric
from scorecards.models import (
    CountedDelivery,
    CountedReject,
    CountedReturn,
    PartMonth,
    SupplierMonth,
)
from scorecards.periods import Window
from scorecards.queries.export import figure_rows
from scorecards.rollup import drain, verify
from suppliers.enums import CountingRule
from tests.database import emptying
from tests.scorecards.rollup.happenings import NOW, START, STEPS, World, deliver, reject

pytestmark = pytest.mark.django_db
step = st.tuples(
    st.sampled_from(STEPS),
    st.integers(0, 23),
    st.integers(0, 150).map(lambda days: START + timedelta(days=days)),
    st.integers(1, 2_000),
    st.booleans(),
)
Step = tuple[Callable[[World, int, date, int], None], int, date, int, bool]


@contextmanager
def thrown_away() -> Iterator[World]:
    with transaction.atomic():
        yield World()
        transaction.set_rollback(True)


def total(model: Any, column: str) -> Decimal:
    return Decimal(model.objects.aggregate(total=Sum(column))["total"] or 0)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(step, min_size=4, max_size=14))
def test_rollup_after_any_history_equals_a_rebuild(db: None, steps: list[Step]) -> None:
    with thrown_away() as world:
        for do, pick, day, pieces, drained in steps:
            do(world, pick, day, pieces)
            if drained:
                drain(at=NOW, most=1 + pick, few=pick % 2)
        drain(at=NOW, few=len(steps) % 2 * 100)
        assert verify() == []
        assert_rows_sum_to_figures()
        assert_lots_count_once()
        assert_scopes_agree()


def assert_rows_sum_to_figures() -> None:
    for rows, column in (
        (CountedDelivery, "received_qty"),
        (CountedReject, "counted_qty"),
        (CountedReject, "provisional_qty"),
    ):
        assert total(rows, column) == total(PartMonth, column) == total(SupplierMonth, column)
    assert total(CountedReturn, "returned_qty") == total(SupplierMonth, "returned_qty")


def assert_lots_count_once() -> None:
    """Of the rejects of one lot under a code that counts it, one at most counts."""
    rows = CountedReject.objects.filter(
        reject__defect_code__counts=CountingRule.WHOLE_LOT,
        reject__delivery__isnull=False,
        counted_qty__gt=0,
    )
    lots = list(rows.values_list("reject__delivery", "supplier", "part"))
    assert len(lots) == len(set(lots))


def assert_scopes_agree() -> None:
    """Sum over parts = sum over suppliers = sum over tiers = all, for both metrics."""
    for metric in Metric:
        scopes = [ScopeKind.PART, ScopeKind.SUPPLIER, ScopeKind.TIER, ScopeKind.ALL]
        sums = {scope: _sum_of(metric, scope) for scope in scopes}
        assert len(set(sums.values())) == 1, (metric, sums)


def _sum_of(metric: Metric, scope: ScopeKind) -> tuple[Decimal, Decimal]:
    figures = [row.figure for row in figure_rows(metric=metric, scope=scope, window=Window.MONTH)]
    return (
        sum((figure.counted for figure in figures), Decimal(0)),
        sum((figure.received for figure in figures), Decimal(0)),
    )


@pytest.mark.parametrize("table", ["suppliers_reject", "suppliers_delivery"])
def test_truncated_facts_leave_the_rollup(table: str) -> None:
    world = World()
    deliver(world, 1, START, 100)
    reject(world, 2, START, 5)
    drain(at=NOW)
    with emptying(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")
    drain(at=NOW)
    assert verify() == []
