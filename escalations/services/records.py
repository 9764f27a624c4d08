"""Judging single rejects as soon as they are committed: line stop, safety, repeat, escape.

The database marks every written reject (`sql/reject_marks.sql`). Judging takes marks away in the
transaction of what it writes: killed at any moment, the marks are still there; judged twice, a
reject that has not changed leaves nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from escalations.enums import PolicySubject, RecordReason
from escalations.models import PolicyVersion, RecordJudgement, Rule
from escalations.queries.days import company_day
from escalations.queries.owed_late import HISTORY_AFTER
from escalations.queries.records import Surroundings
from escalations.queries.rules import active_versions, record_rules, version_for
from escalations.record_triggers import Answer, judge_record
from escalations.services.evaluation import take_turn
from escalations.services.holding import hold
from escalations.services.record_cases import RecordCases
from scorecards.periods import Month
from suppliers.models import Reject

BATCH = 1_000
# Chosen once: as a condition on each mark, the limit would count anew for each of them.
CLAIM = """
WITH taken AS MATERIALIZED (
    SELECT id FROM escalations_rejecttojudge ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
)
DELETE FROM escalations_rejecttojudge mark USING taken WHERE mark.id = taken.id
RETURNING mark.reject_id
"""


@dataclass(kw_only=True)
class RecordOutcome:
    """What judging rejects did."""

    marks: int = 0
    judged: int = 0
    cases: RecordCases = field(default_factory=RecordCases)


def judge_rejects(*, at: datetime, most: int = BATCH) -> RecordOutcome:
    """Judge the rejects that wait, `most` marks a transaction; return what came of all."""
    total = RecordOutcome()
    while True:
        done = _judge_some(at=at, most=most)
        total.marks += done.marks
        total.judged += done.judged
        total.cases += done.cases
        if done.marks < most:
            return total


@transaction.atomic
def _judge_some(*, at: datetime, most: int) -> RecordOutcome:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [most])
        marks = [row[0] for row in cursor.fetchall()]
    outcome = RecordOutcome(marks=len(marks))
    if not marks:
        return outcome
    take_turn()
    ids = sorted(set(marks))
    known = _newest(ids)
    rejects = _rejects(ids, known, today=company_day(at))
    hold({reject.supplier_id for reject in rejects} | {row.supplier_id for row in known.values()})
    versions = active_versions(PolicySubject.RECORDS)
    around = Surroundings.of({reject.supplier_id for reject in rejects})
    for reject in rejects:
        outcome.judged += 1
        _judge(reject, versions, known, around, outcome.cases, at=at)
    _taken_back(ids, known, outcome.cases, at=at)
    outcome.cases.finish(at=at)
    return outcome


def _newest(ids: Sequence[int]) -> dict[tuple[int, int], RecordJudgement]:
    rows = RecordJudgement.objects.filter(reject__in=ids).select_related("rule")
    newest = rows.order_by("reject", "rule", "-number").distinct("reject", "rule")
    return {(row.reject_id, row.rule_id): row for row in newest}


def _rejects(
    ids: Sequence[int], known: dict[tuple[int, int], RecordJudgement], *, today: date
) -> list[Reject]:
    rows = Reject.objects.filter(pk__in=ids).select_related(
        "supplier", "plant", "part", "defect_code", "delivery"
    )
    judged_before = {reject_id for reject_id, _rule in known}
    recent = Q(detected_on__gte=today - HISTORY_AFTER) | Q(pk__in=judged_before)
    return list(rows.filter(recent).order_by("detected_on", "pk"))


def _judge(
    reject: Reject,
    versions: Sequence[PolicyVersion],
    known: dict[tuple[int, int], RecordJudgement],
    around: Surroundings,
    cases: RecordCases,
    *,
    at: datetime,
) -> None:
    for rule in record_rules(version_for(Month.of(reject.detected_on), versions)):
        before = known.get((reject.pk, rule.pk))
        seen = around.known_of(reject, rule)
        answer = judge_record(condition=around.condition_of(reject, rule), known=seen)
        if before is not None and _same(before, reject, answer):
            continue
        row = _written(rule, reject, answer, before, at=at, found=_found(seen))
        if answer.fired:
            cases.hit(row, rule, reject, at=at)
        elif before is not None and before.fired:
            cases.vanish(row, at=at)


def _found(seen: Any) -> dict[str, Any]:
    found = dict(seen.repeats or seen.escaped)
    if seen.incidents:
        found["incidents"] = seen.incidents
    if seen.held is not None:
        found["held"] = seen.held.value
    return found


def _same(before: RecordJudgement, reject: Reject, answer: Answer) -> bool:
    """A reject that changed in nothing a rule looks at keeps its answer, though others moved.

    What a case is about must be unchanged; else even the same answer is another case's.
    """
    about = (
        before.part_id == reject.part_id
        and before.plant_id == reject.plant_id
        and before.supplier_id == reject.supplier_id
        and before.defect_code_id == reject.defect_code_id
    )
    facts = before.severity == reject.severity and before.detected_on == reject.detected_on
    outcome = (before.fired, before.reason) == (answer.fired, answer.reason)
    return about and (facts or outcome)


def _written(
    rule: Rule,
    reject: Reject,
    answer: Answer,
    before: RecordJudgement | None,
    *,
    at: datetime,
    found: dict[str, Any],
) -> RecordJudgement:
    row: RecordJudgement = RecordJudgement.objects.create(
        rule=rule,
        reject=reject,
        number=1 if before is None else before.number + 1,
        supplier_id=reject.supplier_id,
        plant_id=reject.plant_id,
        part_id=reject.part_id,
        complaint=str(reject),
        detected_on=reject.detected_on,
        severity=reject.severity,
        defect_code_id=reject.defect_code_id,
        quantity=reject.suspect_qty,
        found=found,
        level=answer.level,
        fired=answer.fired,
        reason=answer.reason,
        judged_at=at,
    )
    return row


def _taken_back(
    ids: Sequence[int],
    known: dict[tuple[int, int], RecordJudgement],
    cases: RecordCases,
    *,
    at: datetime,
) -> None:
    """A reject that is gone no longer calls for anything; its case is to be looked at."""
    there = set(Reject.objects.filter(pk__in=ids).values_list("pk", flat=True))
    for (reject_id, _rule_id), row in known.items():
        if reject_id in there or row.reason == RecordReason.REMOVED.value:
            continue
        fired = row.fired
        row.pk, row.number, row.judged_at = None, row.number + 1, at
        row.fired, row.reason, row.level = False, RecordReason.REMOVED.value, ""
        row._state.adding = True  # noqa: SLF001  # Django's documented way to copy a row
        row.save(force_insert=True)
        if fired:
            cases.vanish(row, at=at)
