from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from escalations.enums import CountSource
from escalations.models import Episode, EvaluationRun, JudgedScorecard, Judgement
from escalations.services import evaluation, runs
from escalations.services.judging import judge_month
from escalations.workflow import State
from scorecards.models import Scorecard
from scorecards.periods import Month
from scorecards.rollup import drain
from scorecards.services.publication import publish_month, restate
from suppliers.models import Supplier, User
from tests.escalations.facts import AT, OCTOBER, evaluated, external

pytestmark = pytest.mark.django_db


def publish(supplier: Supplier) -> None:
    drain(at=AT)
    publish_month(month=OCTOBER, by=None, at=AT, suppliers=Supplier.objects.filter(pk=supplier.pk))


def test_publication_is_evaluated_once(supplier_a: Supplier) -> None:
    external(supplier_a, counted=7, received=100_000)
    assert runs.evaluate_published(now=lambda: AT) is None
    publish(supplier_a)
    run = runs.evaluate_published(now=lambda: AT)
    assert run is not None
    assert run.raised_by_level == {"8d": 1}
    judgement = Judgement.objects.get(fired=True)
    assert (judgement.source, judgement.source_version) == (CountSource.PUBLISHED.value, 1)
    assert runs.evaluate_published(now=lambda: AT) is None
    assert EvaluationRun.objects.count() == 1


def test_a_month_that_fails_does_not_keep_the_others_waiting(
    supplier_a: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    for month in (OCTOBER.minus(1), OCTOBER):
        external(supplier_a, counted=7, received=100_000, month=month)
        drain(at=AT)
        publish_month(month=month, by=None, at=AT)
    with monkeypatch.context() as broken:
        judge = judge_month

        def fail(*, month: Month, **options: Any) -> Any:
            if month == OCTOBER:
                return judge(month=month, **options)
            raise ValueError("damaged")

        broken.setattr(evaluation, "judge_month", fail)
        assert runs.evaluate_published(now=lambda: AT) is not None
        assert runs.evaluate_published(now=lambda: AT) is None
    (judged,) = JudgedScorecard.objects.all()
    assert judged.scorecard.month == OCTOBER.first_day
    assert runs.evaluate_published(now=lambda: AT) is not None
    assert JudgedScorecard.objects.count() == 2


def test_facts_after_publication_wait_for_a_restatement(supplier_a: Supplier, sqe: User) -> None:
    external(supplier_a, counted=3, received=100_000)
    publish(supplier_a)
    external(supplier_a, counted=9)
    assert not evaluated().raised
    drain(at=AT)
    restate(supplier=supplier_a, month=OCTOBER, reason="Late complaints.", by=sqe, at=AT)
    run = runs.evaluate_published(now=lambda: AT)
    assert run is not None
    assert run.raised_by_level == {"8d": 1, "cs1": 1}
    newest = Judgement.objects.filter(fired=True).order_by("-number")[0]
    assert (newest.source_version, newest.counted_qty) == (2, Decimal(12))


def test_restated_without_breach_opens_a_review(supplier_a: Supplier, sqe: User) -> None:
    external(supplier_a, counted=7, received=100_000)
    publish(supplier_a)
    runs.evaluate_published(now=lambda: AT)
    external(supplier_a, received=200_000)
    drain(at=AT)
    restate(supplier=supplier_a, month=OCTOBER, reason="Receipts were late.", by=sqe, at=AT)
    runs.evaluate_published(now=lambda: AT)
    assert Episode.objects.get().state == State.UNDER_REVIEW.value


def test_scorecard_of_a_quiet_month_is_not_looked_at_for_ever(supplier_a: Supplier) -> None:
    external(supplier_a, counted=7, received=100_000, month=OCTOBER.minus(3))
    publish(supplier_a)
    assert Scorecard.objects.exists()
    runs.evaluate_published(now=timezone.now)
    assert JudgedScorecard.objects.count() == 1
    assert runs.evaluate_published(now=timezone.now) is None


def test_counts_become_the_record_without_a_second_case(supplier_a: Supplier) -> None:
    external(supplier_a, counted=7, received=100_000)
    evaluated()
    publish(supplier_a)
    run = runs.evaluate_published(now=lambda: AT)
    assert run is not None
    assert run.raised_by_level == {}
    assert Episode.objects.get().hits.get().judgement.source == CountSource.PUBLISHED.value
