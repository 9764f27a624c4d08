"""Imports, verdicts, disputes, corrections and moves in any order, drained at any moment.

Hypothesis chooses the order and shortens it when the roll-up differs from a rebuild.
"""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from scorecards.enums import ScopeKind
from scorecards.metrics import Metric
from scorecards.periods import Window
from scorecards.queries.export import figure_rows
from scorecards.rollup import drain, verify
from suppliers.enums import DisputeOutcome, DisputeState
from suppliers.models import (
    Dispute,
    ImportBatch,
    Reject,
    SupplierGroupMembership,
    SupplierTier,
    Tier,
)
from suppliers.services import imports
from suppliers.services.undo import UndoRefusedError, undo
from tests.factories import DisputeFactory, SupplierGroupFactory, SupplierGroupMembershipFactory
from tests.scorecards.rollup.happenings import NOW, START, STEPS, World
from tests.scorecards.rollup.test_properties import (
    assert_lots_count_once,
    assert_rows_sum_to_figures,
    assert_scopes_agree,
)

pytestmark = pytest.mark.django_db
picks = st.integers(0, 23)
days = st.integers(0, 150).map(lambda number: START + timedelta(days=number))
pieces = st.integers(1, 2_000)


class AnyOrder(RuleBasedStateMachine):
    """A customer to whom anything may happen; all of it is thrown away in the end."""

    def __init__(self) -> None:
        super().__init__()
        self.thrown_away = transaction.atomic()
        self.thrown_away.__enter__()
        self.world = World()
        for supplier in self.world.suppliers:
            SupplierGroupMembershipFactory(supplier=supplier)
        self.imported = 0

    def teardown(self) -> None:
        try:
            drain(at=NOW)
            assert verify() == []
            assert_rows_sum_to_figures()
            assert_lots_count_once()
            assert_scopes_agree()
            assert_groups_and_tiers_agree()
        finally:
            transaction.set_rollback(True)
            self.thrown_away.__exit__(None, None, None)

    @rule(step=st.sampled_from(STEPS), pick=picks, day=days, quantity=pieces)
    def happen(self, step: Any, pick: int, day: date, quantity: int) -> None:
        step(self.world, pick, day, quantity)

    @rule(most=st.integers(1, 24), few=st.sampled_from([0, 100]))
    def drain_some(self, most: int, few: int) -> None:
        drain(at=NOW, most=most, few=few)

    @rule(pick=picks, day=days, quantity=pieces, again=st.booleans())
    def import_deliveries(self, pick: int, day: date, quantity: int, again: bool) -> None:
        self.imported += not again
        place = self.world.place(pick)
        batch = imports.upload(
            kind="deliveries",
            file=ContentFile(
                "document;line;supplier;plant;part;received on;quantity\n"
                f"I-{self.imported};1;{place['supplier'].code};{place['plant'].code};"
                f"{place['part'].number};{day};{quantity}\n".encode(),
                name="deliveries.csv",
            ),
            filename="deliveries.csv",
            by=None,
            confirmed=True,
        )
        imports.work(batch_id=batch.pk, at=NOW)
        assert ImportBatch.objects.get(pk=batch.pk).state != "failed"

    @rule()
    def undo_an_import(self) -> None:
        batch = ImportBatch.objects.filter(state="done").order_by("pk").first()
        if batch is not None:
            with suppress(UndoRefusedError):  # a reject or a correction hangs on its rows
                undo(batch_id=batch.pk, by=self.world.user, at=NOW, reason="Sent by mistake.")

    @rule(quantity=pieces)
    def dispute(self, quantity: int) -> None:
        """A disputed quantity still counts: nothing changes."""
        found = Reject.objects.exclude(disputes__isnull=False).order_by("pk").first()
        if found is not None:
            DisputeFactory(reject=found, claimed_qty=min(Decimal(quantity), found.suspect_qty))

    @rule()
    def settle(self) -> None:
        """Decide every open dispute, by the moves a dispute may make."""
        opened = Dispute.objects.filter(state=DisputeState.OPEN)
        opened.update(state=DisputeState.UNDER_REVIEW)
        reviewed = Dispute.objects.filter(state=DisputeState.UNDER_REVIEW)
        reviewed.update(state=DisputeState.REJECTED, outcome=DisputeOutcome.REJECTED)

    @rule(pick=picks, day=days)
    def move_to_another_tier(self, pick: int, day: date) -> None:
        supplier = self.world.suppliers[pick % 2]
        SupplierTier.objects.filter(supplier=supplier).delete()
        tiers = Tier.objects.order_by("level")
        for during, tier in zip(before_and_after(day), tiers, strict=False):
            SupplierTier.objects.create(supplier=supplier, tier=tier, during=during)

    @rule(pick=picks, day=days)
    def move_to_another_group(self, pick: int, day: date) -> None:
        supplier = self.world.suppliers[pick % 2]
        SupplierGroupMembership.objects.filter(supplier=supplier).delete()
        for during in before_and_after(day):
            SupplierGroupMembership.objects.create(
                supplier=supplier, group=SupplierGroupFactory(), during=during
            )

    @invariant()
    def never_more_provisional_than_counted(self) -> None:
        for row in figure_rows(
            metric=Metric.EXTERNAL_PPM, scope=ScopeKind.ALL, window=Window.MONTH
        ):
            assert 0 <= row.figure.provisional <= row.figure.counted


def before_and_after(day: date) -> tuple[DateRange, DateRange]:
    return DateRange(None, day), DateRange(day, None)


def assert_groups_and_tiers_agree() -> None:
    """Every supplier is in one tier and one group each month, so both add up to the same."""
    for metric in Metric:
        sums = {
            scope: [
                sum(getattr(row.figure, count) for row in rows)
                for count in ("counted", "received", "provisional")
            ]
            for scope in (ScopeKind.TIER, ScopeKind.GROUP, ScopeKind.ALL)
            for rows in [list(figure_rows(metric=metric, scope=scope, window=Window.MONTH))]
        }
        assert sums[ScopeKind.TIER] == sums[ScopeKind.GROUP] == sums[ScopeKind.ALL], metric


def test_rollup_equals_a_rebuild_whatever_the_order(db: None) -> None:
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=5,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
