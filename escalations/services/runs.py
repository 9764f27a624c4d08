"""Evaluations that somebody asked for: written down, worked off by Celery, never lost."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial

from django.db import connection, transaction

from escalations.bell import ring
from escalations.models import EvaluationRun, JudgedScorecard
from escalations.models.run import RUN_ATTEMPTS
from escalations.queries.days import day_everywhere
from escalations.services.evaluation import Outcome, evaluate
from scorecards.models import Scorecard
from scorecards.periods import Month
from suppliers.models import User

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
EVALUATE = "escalations.tasks.evaluate_published"
# Our own number; held by the session that works on a run, gone when it dies.
RUN_LOCK = 7_405_004


@transaction.atomic
def request_evaluation(*, by: User, at: datetime) -> EvaluationRun:
    """Ask for an evaluation of all ended months; one that is waiting already serves as well."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [RUN_LOCK])
    run = EvaluationRun.objects.unfinished().filter(attempts=0).first()
    if run is None:
        run = EvaluationRun.objects.create(requested_by=by, requested_at=at)
    transaction.on_commit(partial(ring, EVALUATE))
    return run


def work_off(*, now: Clock) -> int:
    """Do the evaluations that were asked for; return how many were finished."""
    done = 0
    for run in EvaluationRun.objects.unfinished().order_by("requested_at", "pk"):
        with _alone(run) as mine:
            if mine:
                _work(run, now=now)
                done += 1
    return done


def evaluate_published(*, now: Clock) -> EvaluationRun | None:
    """Evaluate the published scorecards that have not been judged; None when there are none.

    They are marked after their months are done: killed in between, they are judged again,
    which changes nothing.
    """
    waiting = Scorecard.objects.filter(judged__isnull=True).order_by("month", "pk")
    by_month: dict[date, list[Scorecard]] = {}
    for card in waiting.only("month", "supplier_id"):
        by_month.setdefault(card.month, []).append(card)
    if not by_month:
        return None
    at, outcome = now(), Outcome()
    judged = [_judge(day, cards, outcome, at=at) for day, cards in by_month.items()]
    if not any(judged):
        return None
    return record(outcome, run=EvaluationRun(requested_at=at, attempts=1), at=now())


def _judge(day: date, cards: Sequence[Scorecard], outcome: Outcome, *, at: datetime) -> bool:
    """Judge one month's scorecards and mark them; False when it failed and is tried again.

    A month that fails does not keep the others waiting.
    """
    month = Month.of(day)
    try:
        outcome += evaluate(
            at=at,
            today=day_everywhere(at),
            first=month,
            last=month,
            supplier_ids={card.supplier_id for card in cards},
        )
    except Exception:
        log.exception("The published scorecards of %s were not judged", month)
        return False
    JudgedScorecard.objects.bulk_create(
        [JudgedScorecard(scorecard=card, judged_at=at) for card in cards],
        ignore_conflicts=True,
    )
    return True


def record(outcome: Outcome, *, run: EvaluationRun, at: datetime) -> EvaluationRun:
    """Write down what an evaluation did."""
    run.months, run.archived = len(outcome.months), outcome.archived
    run.judged_by_metric = dict(outcome.judged_by_metric)
    run.raised_by_level = dict(outcome.raised_by_level)
    run.proposed_count = outcome.proposed_count
    run.joined_count, run.reviewed_count = outcome.joined_count, outcome.reviewed_count
    run.finish(at=at)
    return run


def _work(run: EvaluationRun, *, now: Clock) -> None:
    if run.attempts >= RUN_ATTEMPTS:
        run.finish(at=now(), error=run.error or "Interrupted in every attempt.")
        return
    run.attempts += 1
    run.save(update_fields=["attempts"])
    at = now()
    try:
        outcome = evaluate(at=at, today=day_everywhere(at))
    except Exception as error:
        log.exception("Evaluation %s failed", run.pk)
        run.error = f"{type(error).__name__}: {error}"
        run.save(update_fields=["error"])
        if run.attempts >= RUN_ATTEMPTS:
            run.finish(at=now(), error=run.error)
    else:
        record(outcome, run=run, at=now())


@contextmanager
def _alone(run: EvaluationRun) -> Iterator[bool]:
    """Hold the run's lock on this session; False when another worker holds it or finished it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [RUN_LOCK, run.pk])
        (mine,) = cursor.fetchone()
        try:
            if mine:
                run.refresh_from_db()
            yield bool(mine) and run.finished_at is None
        finally:
            if mine:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [RUN_LOCK, run.pk])
