from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.models import ControlledShipping, EightD, Episode, EpisodeHit, Judgement, Message
from escalations.services.evaluation import dry_run
from escalations.workflow import Action, Level, State
from scorecards.metrics import Metric
from scorecards.periods import Month
from suppliers.models import Supplier
from tests.escalations.facts import AT, OCTOBER, TODAY, evaluated, external, warranty
from tests.factories import RejectFactory, SupplierFactory

pytestmark = pytest.mark.django_db


def levels(supplier: Supplier) -> list[str]:
    return sorted(Episode.objects.filter(supplier=supplier).values_list("level", flat=True))


@pytest.mark.parametrize(
    ("counted", "received", "expected"),
    [
        (5, 100_000, []),  # 50.000 exactly
        (5, 99_999, ["8d"]),  # 50.0005
        ("5.001", "100000", ["8d"]),  # a thousandth of a piece above
        ("5.001", "100020", []),  # 5.001 of 100,020 is 50.000 again
        (10, 100_000, ["8d"]),  # 100.000 exactly
        (10, 99_999, ["8d", "cs1"]),
        (0, 1_000, []),
        (3, 0, []),  # rejects without receipts: there is no PPM
    ],
)
def test_levels_are_raised_strictly_above(
    supplier_a: Supplier, counted: int, received: int, expected: list[str]
) -> None:
    external(supplier_a, counted=counted, received=received)
    evaluated()
    assert levels(supplier_a) == expected


def test_warranty_is_judged_by_the_same_thresholds(supplier_a: Supplier) -> None:
    warranty(supplier_a, returned=5, in_field=100_000)
    evaluated()
    assert levels(supplier_a) == []
    warranty(supplier_a, returned=6, in_field=9_000)
    evaluated()
    assert levels(supplier_a) == ["8d", "cs1"]
    assert {row.metric for row in Episode.objects.all()} == {Metric.WARRANTY_PPM.value}


def test_twice_changes_nothing(supplier_a: Supplier, sqe: object, member_a: object) -> None:
    external(supplier_a, counted=30, received=100_000)
    first = evaluated()
    assert (first.judged_by_metric, len(first.raised)) == ({"external_ppm": 1}, 2)
    counts = [model.objects.count() for model in (Episode, EpisodeHit, Judgement, Message)]
    again = evaluated()
    assert not again.changed
    assert again.fresh == 0
    assert counts == [model.objects.count() for model in (Episode, EpisodeHit, Judgement, Message)]


def test_running_month_is_not_judged(supplier_a: Supplier) -> None:
    external(supplier_a, counted=30, received=1_000, month=Month.of(TODAY))
    assert not evaluated().judged_by_metric
    assert evaluated(today=date(2026, 12, 1)).judged_by_metric == {"external_ppm": 1}


def test_later_months_join_the_open_episode(supplier_a: Supplier) -> None:
    for month in (OCTOBER.minus(2), OCTOBER.minus(1), OCTOBER):
        external(supplier_a, counted=7, received=100_000, month=month)
    outcome = evaluated()
    assert (len(outcome.raised), len(outcome.joined)) == (1, 2)
    episode = Episode.objects.get()
    assert episode.first_month == OCTOBER.minus(2).first_day
    assert episode.last_month == OCTOBER.first_day
    assert episode.hits.count() == 3


def test_controlled_shipping_is_added_while_the_8d_goes_on(supplier_a: Supplier) -> None:
    external(supplier_a, counted=7, received=100_000, month=OCTOBER.minus(1))
    evaluated()
    external(supplier_a, counted=20, received=100_000)
    outcome = evaluated()
    assert [episode.level for episode in outcome.raised] == [Level.CS1.value]
    eight_d = Episode.objects.get(level=Level.EIGHT_D.value)
    assert eight_d.is_open
    assert eight_d.hits.count() == 2


def test_evidence_is_kept_for_what_did_not_fire(supplier_a: Supplier) -> None:
    external(supplier_a, counted=7, received=100_000)
    evaluated()
    fired, held = Judgement.objects.filter(metric=Metric.EXTERNAL_PPM).order_by("threshold_ppm")
    assert (fired.fired, fired.reason, fired.ppm) == (True, "fired", Decimal(70))
    assert (held.fired, held.reason) == (False, "threshold_not_passed")
    assert held.comparator == "above"
    assert fired.lower_ppm is not None
    assert fired.lower_ppm < 70 < (fired.upper_ppm or 0)


def test_changed_counts_are_judged_again_and_older_evidence_stays(supplier_a: Supplier) -> None:
    external(supplier_a, counted=7, received=100_000)
    evaluated()
    external(supplier_a, counted=1)
    outcome = evaluated()
    assert not outcome.raised
    hit = EpisodeHit.objects.get()
    assert (hit.judgement.number, hit.judgement.counted_qty) == (2, Decimal(8))
    assert Judgement.objects.filter(rule=hit.judgement.rule).count() == 2


def test_vanished_breach_opens_a_review(supplier_a: Supplier, sqe: object) -> None:
    external(supplier_a, counted=7, received=100_000)
    evaluated()
    external(supplier_a, received=100_000)
    outcome = evaluated()
    episode = Episode.objects.get()
    assert outcome.reviewed == [episode]
    assert episode.state == State.UNDER_REVIEW.value
    step = episode.steps.order_by("-number")[0]
    assert step.action == Action.REVIEW.value
    assert "October 2026 no longer calls for this level" in step.reason
    assert not episode.hits.get().breaching
    assert list(Message.objects.filter(event="review").values_list("audience", flat=True)) == [
        "quality"
    ]
    assert not evaluated().changed


def test_breach_after_a_vanished_and_closed_one_is_raised_anew(supplier_a: Supplier) -> None:
    external(supplier_a, counted=7, received=100_000)
    evaluated()
    external(supplier_a, received=100_000)
    evaluated()
    close(Episode.objects.get())
    external(supplier_a, counted=9)
    assert len(evaluated().raised) == 1
    assert Episode.objects.count() == 2


def test_changed_counts_of_a_closed_breach_do_not_raise_it_again(supplier_a: Supplier) -> None:
    external(supplier_a, counted=7, received=100_000)
    evaluated()
    close(Episode.objects.get())
    external(supplier_a, counted=1)
    assert not evaluated().raised
    assert EpisodeHit.objects.get().judgement.counted_qty == Decimal(8)


def close(episode: Episode) -> None:
    """End an episode along the table, as its pages would."""
    Episode.objects.filter(pk=episode.pk, state=State.OPEN.value).update(
        state=State.ACKNOWLEDGED.value
    )
    Episode.objects.filter(pk=episode.pk).update(state=State.CLOSED.value, ended_at=AT)


def test_8d_has_its_clocks_and_the_facts(supplier_a: Supplier) -> None:
    external(supplier_a, counted=7, received=100_000)
    evaluated()
    eight_d = EightD.objects.get()
    assert eight_d.number == "8D-2026-00001"
    assert eight_d.episode.number == "ESC-2026-00001"
    # 12 November 2026 is a Thursday; Germany is off on 25 December and 1 January
    assert eight_d.d3_due_on == date(2026, 11, 13)
    assert eight_d.d5_due_on == date(2026, 11, 26)
    assert eight_d.d6_due_on == date(2026, 12, 24)
    assert eight_d.d8_due_on == date(2027, 2, 8)
    assert eight_d.calendar_country == "DE"
    (fact,) = eight_d.facts
    assert (fact["counted"], fact["received"]) == ("7", "100000")
    assert fact["part"] in eight_d.problem
    assert "7 rejects in 100,000 (70 PPM)" in eight_d.problem


def test_controlled_shipping_fixes_its_exit(supplier_a: Supplier) -> None:
    external(supplier_a, counted=30, received=100_000)
    evaluated()
    shipping = ControlledShipping.objects.get()
    assert shipping.number == "CS-2026-00001"
    assert (shipping.exit_production_days, shipping.exit_shipments) == (20, 5)


def test_archived_supplier_is_judged_and_said(supplier_a: Supplier) -> None:
    external(supplier_a, counted=7, received=100_000)
    supplier_a.archived_at = AT
    supplier_a.save()
    assert evaluated().archived == 1
    assert Judgement.objects.filter(supplier_archived=True, fired=True).exists()


def test_provisional_quantity_is_evidence(supplier_a: Supplier) -> None:
    external(supplier_a, received=100_000)
    RejectFactory(supplier=supplier_a, detected_on=OCTOBER.first_day, suspect_qty=Decimal(9))
    evaluated()
    assert Judgement.objects.get(fired=True).provisional_qty == Decimal(9)


def test_reversals_beyond_receipts_do_not_stop_the_others(
    supplier_a: Supplier, supplier_b: Supplier
) -> None:
    external(supplier_b, counted=7, received=100_000)
    external(supplier_a, counted=1, received=10)
    from suppliers.models import Delivery
    from tests.factories import DeliveryFactory

    delivered = Delivery.objects.get(supplier=supplier_a)
    DeliveryFactory(
        supplier=supplier_a,
        plant=delivered.plant,
        part=delivered.part,
        received_on=delivered.received_on,
        quantity=Decimal(12),
        reverses=delivered,
    )
    evaluated()
    assert levels(supplier_a) == []
    assert levels(supplier_b) == ["8d"]


def test_dry_run_writes_nothing(supplier_a: Supplier) -> None:
    external(supplier_a, counted=30, received=100_000)
    outcome = dry_run(at=AT, today=TODAY)
    assert len(outcome.raised) == 2
    assert not Episode.objects.exists()
    assert not Judgement.objects.exists()
    assert not Message.objects.exists()
    evaluated()
    assert set(Episode.objects.values_list("number", flat=True)) == {
        "ESC-2026-00001",
        "ESC-2026-00002",
    }


@pytest.mark.parametrize("suppliers", [1, 4])
def test_queries_do_not_grow_with_suppliers(suppliers: int) -> None:
    for _ in range(suppliers):
        external(SupplierFactory(), counted=30, received=100_000)
    evaluated(last=OCTOBER.minus(1))  # drains
    with CaptureQueriesContext(connection) as queries:
        evaluated()
    assert len(queries) <= 49  # three of them lock what controlled shipping changes
