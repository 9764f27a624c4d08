"""Baselines: proposed, pruned for a cause, accepted, frozen, and judged against."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from escalations.models import Episode
from scorecards.enums import BaselineState
from scorecards.metrics import Metric
from scorecards.models import Baseline, ChartSignal
from scorecards.periods import Month, months
from scorecards.rollup import drain
from scorecards.services.baselines import (
    BaselineError,
    accept_baseline,
    exclude_point,
    include_point,
    propose_baseline,
    withdraw_baseline,
)
from scorecards.services.chart_signals import judge_baselines, see_signals
from suppliers.models import Part, Supplier, User
from tests.factories import PartFactory
from tests.scorecards.facts import decide, deliver

pytestmark = pytest.mark.django_db

FIRST, LAST = Month(2024, 1), Month(2024, 12)
AT = datetime(2025, 4, 10, 9, tzinfo=UTC)
REASON = "Agreed after the tool change."


@pytest.fixture
def part(db: None) -> Part:
    found: Part = PartFactory(number="BR-7")
    return found


@pytest.fixture
def history(supplier_a: Supplier, part: Part) -> Supplier:
    """Twenty rejects of 400,000 a month in 2024, and 90 in February 2025."""
    for index, month in enumerate(months(FIRST, Month(2025, 3))):
        deliver(supplier_a, 400_000, month, part=part)
        decide(supplier_a, 90 if month == Month(2025, 2) else 18 + index % 5, month, part=part)
    drain(at=AT)
    return supplier_a


def propose(supplier: Supplier, by: User, **fields: Any) -> Baseline:
    keys: dict[str, Any] = {"metric": Metric.EXTERNAL_PPM, "first": FIRST, "last": LAST}
    return propose_baseline(supplier=supplier, by=by, at=AT, **keys | fields)


def accept(supplier: Supplier, by: User, **fields: Any) -> Baseline:
    baseline = propose(supplier, by, **fields)
    return accept_baseline(baseline=baseline, reason=REASON, by=by, at=AT)


def test_proposal_freezes_the_counts_of_its_months(history: Supplier, sqe: User) -> None:
    baseline = propose(history, sqe)
    assert baseline.points.count() == 12
    assert baseline.counted == sum(18 + index % 5 for index in range(12))
    assert baseline.volume == 4_800_000
    assert (baseline.version, baseline.kind) == (1, "p")
    deliver(history, 1_000_000, FIRST)
    drain(at=AT)
    baseline.refresh_from_db()
    assert baseline.volume == 4_800_000


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (Month(2024, 6), Month(2024, 1), "after the last"),
        (Month(2024, 6), Month(2024, 12), "12 at least"),
        (Month(2024, 5), Month(2025, 4), "not ended"),
        (Month(2015, 1), Month(2024, 12), "at most"),
        (Month(2022, 1), Month(2022, 12), "Nothing was received"),
    ],
)
def test_unfit_months_are_refused_with_a_reason(
    history: Supplier, sqe: User, first: Month, last: Month, said: str
) -> None:
    with pytest.raises(BaselineError, match=said):
        propose(history, sqe, first=first, last=last)
    assert not Baseline.objects.exists()


def test_one_proposal_at_a_time(history: Supplier, sqe: User) -> None:
    baseline = propose(history, sqe)
    with pytest.raises(BaselineError, match="proposed already"):
        propose(history, sqe)
    withdraw_baseline(baseline=baseline, by=sqe, at=AT)
    assert propose(history, sqe).version == 2


def test_point_is_left_out_for_a_cause_alone(history: Supplier, sqe: User) -> None:
    baseline = propose(history, sqe)
    point = baseline.points.get(month=FIRST.first_day)
    with pytest.raises(BaselineError, match="cause"):
        exclude_point(point=point, cause=" ", by=sqe)
    pruned = exclude_point(point=point, cause="Trial tool", by=sqe)
    assert pruned.volume == 4_400_000
    assert include_point(point=point, by=sqe).volume == 4_800_000


def test_later_months_are_judged_against_the_frozen_limits(history: Supplier, sqe: User) -> None:
    baseline = accept(history, sqe)
    signals = ChartSignal.objects.filter(baseline=baseline, kind="above")
    assert [(one.period, one.counted) for one in signals] == [(Month(2025, 2), Decimal(90))]
    assert judge_baselines(at=AT) == 0


def test_signal_raises_no_episode(history: Supplier, sqe: User) -> None:
    accept(history, sqe)
    assert not Episode.objects.exists()


def test_correction_takes_a_signal_away_and_brings_it_back(history: Supplier, sqe: User) -> None:
    baseline = accept(history, sqe)
    receipt = deliver(history, 20_000_000, Month(2025, 2))
    drain(at=AT)
    judge_baselines(at=AT)
    signal = ChartSignal.objects.get(baseline=baseline, kind="above")
    assert signal.gone_at == AT
    receipt.delete()
    drain(at=AT)
    judge_baselines(at=AT)
    signal.refresh_from_db()
    assert signal.gone_at is None


def test_new_version_replaces_the_one_in_force(history: Supplier, sqe: User) -> None:
    first = accept(history, sqe)
    second = accept(history, sqe, last=Month(2025, 1))
    first.refresh_from_db()
    assert (first.state, second.version) == (BaselineState.REPLACED, 2)
    assert first.ended_at == AT


def test_one_part_has_limits_of_its_own(history: Supplier, part: Part, sqe: User) -> None:
    whole, own = accept(history, sqe), accept(history, sqe, part=part)
    assert {whole.state, own.state} == {BaselineState.ACCEPTED}
    assert own.signals.filter(kind="above").count() == 1


def test_warranty_without_parts_in_field_bears_nothing(supplier_b: Supplier, sqe: User) -> None:
    with pytest.raises(BaselineError, match="Nothing was received"):
        propose(supplier_b, sqe, metric=Metric.WARRANTY_PPM)


def test_accepting_needs_a_reason_and_limits(supplier_a: Supplier, sqe: User) -> None:
    for month in months(FIRST, LAST):
        deliver(supplier_a, 1_000, month)
    drain(at=AT)
    baseline = propose(supplier_a, sqe)
    with pytest.raises(BaselineError, match="ten characters"):
        accept_baseline(baseline=baseline, reason="ok", by=sqe, at=AT)
    with pytest.raises(BaselineError, match="bear no limits"):
        accept_baseline(baseline=baseline, reason=REASON, by=sqe, at=AT)


def test_accepted_baseline_cannot_be_changed_by_any_path(history: Supplier, sqe: User) -> None:
    baseline = accept(history, sqe)
    point = baseline.points.get(month=FIRST.first_day)
    for statement in (
        "UPDATE scorecards_baseline SET counted = 1",
        "UPDATE scorecards_baselinepoint SET excluded = true, cause = 'none of it'",
        "DELETE FROM scorecards_baselinepoint",
    ):
        with (
            pytest.raises(IntegrityError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    with pytest.raises(BaselineError, match="no longer a proposal"):
        exclude_point(point=point, cause="Too late", by=sqe)


def test_every_step_is_audited(history: Supplier, sqe: User) -> None:
    accept(history, sqe)
    events: Any = apps.get_model("scorecards", "BaselineEvent")
    states = [event.state for event in events.objects.order_by("pgh_id")]
    assert states[0] == "proposed"
    assert "accepted" in states or Baseline.objects.get().state == "accepted"
    assert {event.pgh_context.metadata["user"] for event in events.objects.all()} == {sqe.pk}


def test_month_is_looked_at_once_for_all_its_signals(history: Supplier, sqe: User) -> None:
    baseline = accept(history, sqe)
    signal = ChartSignal.objects.get(baseline=baseline, kind="above")
    assert see_signals(signal=signal, note="Wrong gauge", by=sqe, at=AT) >= 1
    assert see_signals(signal=signal, note="Again", by=sqe, at=AT) == 0
    signal.refresh_from_db()
    assert signal.note == "Wrong gauge"
