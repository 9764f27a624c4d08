"""Whatever happens to the facts, in whatever order: the drained roll-up equals a rebuild."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
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
    CountingPolicy,
    PartMonth,
    SupplierMonth,
)
from scorecards.periods import Window
from scorecards.queries.export import figure_rows
from scorecards.rollup import drain, verify
from suppliers.enums import CountingRule, DeliveryKind, PartPhase
from suppliers.models import Delivery, FieldPopulation, Reject, SupplierPart, WarrantyReturn
from tests.factories import (
    DefectCodeFactory,
    DeliveryFactory,
    FieldPopulationFactory,
    PartFactory,
    PlantFactory,
    RejectFactory,
    RejectVerdictFactory,
    SupplierFactory,
    UserFactory,
    WarrantyReturnFactory,
    WarrantyVerdictFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, tzinfo=UTC)
START = date(2026, 1, 1)


class World:
    """A small customer with two suppliers, two plants and three parts."""

    def __init__(self) -> None:
        self.suppliers = [SupplierFactory(in_tier=1), SupplierFactory(in_tier=2)]
        self.plants = PlantFactory.create_batch(2)
        self.parts = [*PartFactory.create_batch(2), PartFactory(component_opportunities=7)]
        self.codes = [DefectCodeFactory(counts=rule) for rule in CountingRule.values]
        self.user = UserFactory()

    def place(self, pick: int) -> dict[str, Any]:
        return {
            "supplier": self.suppliers[pick % 2],
            "plant": self.plants[pick // 2 % 2],
            "part": self.parts[pick // 4 % 3],
        }


def deliver(world: World, pick: int, day: date, pieces: int) -> None:
    kind = DeliveryKind.values[0 if pick % 3 else pick % 4]
    DeliveryFactory(
        **world.place(pick),
        received_on=day,
        quantity=pieces,
        kind=kind,
        promised_on=day + timedelta(days=pick % 4 - 1),
    )


def reverse(world: World, pick: int, day: date, pieces: int) -> None:
    original = Delivery.objects.filter(reverses=None).order_by("pk").first()
    if original is not None:
        DeliveryFactory(
            supplier_id=original.supplier_id,
            plant_id=original.plant_id,
            part_id=original.part_id,
            received_on=day,
            quantity=min(Decimal(pieces), original.quantity),
            kind=original.kind,
            reverses=original,
        )


def reject(world: World, pick: int, day: date, pieces: int) -> None:
    checked = pieces // (1 + pick % 3)
    RejectFactory(
        **world.place(pick),
        detected_on=day,
        suspect_qty=pieces,
        checked_qty=checked,
        confirmed_qty=checked // 2,
        defect_code=world.codes[pick % 3],
        complaint=f"C-{pick % 5}",
        line=str(Reject.objects.count()),
        delivery=Delivery.objects.order_by("-pk").first() if pick % 2 else None,
    )


def decide(world: World, pick: int, day: date, pieces: int) -> None:
    found = Reject.objects.order_by("pk").first()
    if found is not None:
        RejectVerdictFactory(
            reject=found,
            number=found.verdicts.count() + 1,
            supplier_qty=min(found.suspect_qty, Decimal(pieces)),
            decided_by=world.user,
        )


def correct(world: World, pick: int, day: date, pieces: int) -> None:
    found = Delivery.objects.order_by("-pk").first()
    if found is not None:
        Delivery.objects.filter(pk=found.pk).update(quantity=pieces, received_on=day)


def remove(world: World, pick: int, day: date, pieces: int) -> None:
    used = Reject.objects.exclude(delivery=None).values("delivery")
    reversed_ = Delivery.objects.exclude(reverses=None).values("reverses")
    found = Delivery.objects.exclude(pk__in=used).exclude(pk__in=reversed_).order_by("pk").first()
    if found is not None:
        found.delete()


def send_back(world: World, pick: int, day: date, pieces: int) -> None:
    place = world.place(pick)
    WarrantyReturnFactory(
        supplier=place["supplier"], part=place["part"], received_on=day, quantity=pieces
    )


def analyse(world: World, pick: int, day: date, pieces: int) -> None:
    found = WarrantyReturn.objects.order_by("pk").first()
    if found is not None:
        WarrantyVerdictFactory(
            warranty_return=found,
            number=found.verdicts.count() + 1,
            accepted_pct=Decimal(pieces % 101),
            decided_by=world.user,
        )


def report_population(world: World, pick: int, day: date, pieces: int) -> None:
    place = world.place(pick)
    key = {"supplier": place["supplier"], "part": place["part"], "month": day.replace(day=1)}
    if not FieldPopulation.objects.filter(**key).update(parts_in_field=pieces):
        FieldPopulationFactory(**key, parts_in_field=pieces)


def change_phase(world: World, pick: int, day: date, pieces: int) -> None:
    place = world.place(pick)
    SupplierPart.objects.update_or_create(
        supplier=place["supplier"],
        part=place["part"],
        defaults={
            "phase": PartPhase.values[pick % 2],
            "counts_in_ppm": (None, True, False)[pick % 3],
        },
    )


def change_counting(world: World, pick: int, day: date, pieces: int) -> None:
    code = world.codes[pick % 3]
    code.counts = CountingRule.values[pieces % 3]
    code.save()


def change_policy(world: World, pick: int, day: date, pieces: int) -> None:
    newest = CountingPolicy.objects.in_force()
    CountingPolicy.objects.create(
        version=newest.version + 1,
        provisional=("found_only", "extrapolated", "whole_lot")[pick % 3],
        warranty_months=3 + pick % 4,
        field_lag_months=pick % 3,
        reason="Tried in a test.",
    )


STEPS: list[Callable[[World, int, date, int], None]] = [
    deliver,
    deliver,
    deliver,
    reject,
    reject,
    reverse,
    decide,
    correct,
    remove,
    send_back,
    analyse,
    report_population,
    change_phase,
    change_counting,
    change_policy,
]
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
        assert_scopes_agree()


def assert_rows_sum_to_figures() -> None:
    for rows, column in (
        (CountedDelivery, "received_qty"),
        (CountedReject, "counted_qty"),
        (CountedReject, "provisional_qty"),
    ):
        assert total(rows, column) == total(PartMonth, column) == total(SupplierMonth, column)
    assert total(CountedReturn, "returned_qty") == total(SupplierMonth, "returned_qty")


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
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")
    drain(at=NOW)
    assert verify() == []
