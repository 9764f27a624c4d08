"""Two people at once, each with a connection of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from suppliers.dispute_workflow import ForbiddenMoveError
from suppliers.enums import DisputeAction
from suppliers.models import Dispute, Supplier, User
from suppliers.services.disputes import answer, pass_on_overdue
from suppliers.services.records import ConflictError, version_of
from suppliers.services.reject_details import complete_reject
from suppliers.services.rejects import Completed, Sorting, record_reject, record_sorting
from suppliers.services.verdicts import decide_reject
from tests.suppliers.services.records import AT, dispute_of, new_reject, reject_of, split

pytestmark = pytest.mark.django_db(transaction=True)

Task = Callable[[], Any]


def at_once(*tasks: Task) -> list[Any]:
    """Run every task in a thread and connection of its own; return results and exceptions."""
    start = Barrier(len(tasks))

    def run(task: Task) -> Any:
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            return task()
        except Exception as error:  # noqa: BLE001  # the loser's error is what is looked at
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def test_verdicts_at_once_are_numbered_one_after_the_other(supplier_a: Supplier, sqe: User) -> None:
    reject = reject_of(supplier_a)

    def decide(pieces: int) -> Task:
        return lambda: (
            decide_reject(
                reject=reject, split=split(pieces), reason="At once.", by=sqe, at=AT
            ).number
        )

    results = at_once(*(decide(pieces) for pieces in range(1, 7)))
    assert sorted(results) == [1, 2, 3, 4, 5, 6]


def test_of_two_who_saw_the_same_one_decides(
    supplier_a: Supplier, sqe: User, quality_manager: User
) -> None:
    reject = reject_of(supplier_a)

    def decide(by: User) -> Task:
        return lambda: decide_reject(
            reject=reject, split=split(9), reason="Mine.", by=by, at=AT, seen=0
        )

    results = at_once(decide(sqe), decide(quality_manager))
    assert sum(isinstance(result, ConflictError) for result in results) == 1
    assert reject.verdicts.count() == 1


def test_of_two_disputes_at_once_one_is_opened(
    supplier_a: Supplier, member_a: User, admin_a: User
) -> None:
    reject = reject_of(supplier_a)
    results = at_once(
        lambda: dispute_of(reject, member_a, claimed=1),
        lambda: dispute_of(reject, admin_a, claimed=2),
    )
    assert sum(isinstance(result, ConflictError) for result in results) == 1
    assert Dispute.objects.count() == 1


def test_dispute_and_verdict_at_once_leave_one_order(
    supplier_a: Supplier, member_a: User, sqe: User
) -> None:
    """Either the verdict came first and the dispute is about it, or it is refused."""
    reject = reject_of(supplier_a)
    disputed, decided = at_once(
        lambda: dispute_of(reject, member_a, claimed=5),
        lambda: decide_reject(reject=reject, split=split(9), reason="Mine.", by=sqe, at=AT),
    )
    assert isinstance(disputed, Dispute)
    assert isinstance(decided, ConflictError) == (not reject.verdicts.exists())
    assert disputed.counted_qty == (9 if reject.verdicts.exists() else 100)


def test_of_two_answers_at_once_one_is_given(
    supplier_a: Supplier, member_a: User, sqe: User, quality_manager: User
) -> None:
    reject = reject_of(supplier_a)
    dispute = dispute_of(reject, member_a)

    def uphold(by: User, left: int) -> Task:
        return lambda: answer(
            dispute=dispute,
            action=DisputeAction.UPHOLD_PARTLY,
            reason="Some.",
            decided=split(left),
            by=by,
            at=AT,
        )

    results = at_once(uphold(sqe, 70), uphold(quality_manager, 80))
    assert sum(isinstance(result, ForbiddenMoveError) for result in results) == 1
    dispute.refresh_from_db()
    assert dispute.settled_qty == reject.verdicts.get().supplier_qty


def test_of_two_outcomes_at_once_one_stands(
    supplier_a: Supplier, member_a: User, sqe: User, quality_manager: User
) -> None:
    reject = reject_of(supplier_a)
    given: Any = {"dispute": dispute_of(reject, member_a), "reason": "Looked at.", "at": AT}
    results = at_once(
        lambda: answer(**given, action=DisputeAction.UPHOLD, decided=split(60), by=sqe),
        lambda: answer(**given, action=DisputeAction.REJECT, decided=None, by=quality_manager),
    )
    [stands] = [result for result in results if isinstance(result, Dispute)]
    assert sum(isinstance(result, ForbiddenMoveError) for result in results) == 1
    upheld = stands.outcome == "upheld"
    assert reject.verdicts.exists() == upheld
    assert stands.settled_qty == (60 if upheld else 100)


def test_two_clocks_at_once_pass_a_dispute_on_once(supplier_a: Supplier, member_a: User) -> None:
    dispute = dispute_of(reject_of(supplier_a), member_a)
    late = AT.replace(day=25)
    results = at_once(*(lambda: pass_on_overdue(at=late) for _clock in range(3)))
    assert sum(results) == 1
    assert dispute.steps.filter(action="escalate").count() == 1


def test_the_same_reject_recorded_twice_at_once_is_one(supplier_a: Supplier, sqe: User) -> None:
    new = new_reject(supplier_a)
    results = at_once(*(lambda: record_reject(new=new, by=sqe, at=AT) for _system in range(3)))
    assert sorted(result.is_new for result in results) == [False, False, True]


def test_of_two_who_complete_at_once_the_second_is_told(
    supplier_a: Supplier, sqe: User, quality_manager: User
) -> None:
    reject = reject_of(supplier_a)

    def complete(by: User, machine: str) -> Task:
        return lambda: complete_reject(
            reject=reject, details={"machine": machine}, reason="", by=by, at=AT, seen=0
        )

    results = at_once(complete(sqe, "Press 1"), complete(quality_manager, "Press 2"))
    [told] = [result for result in results if isinstance(result, ConflictError)]
    assert "changed this record meanwhile" in told.message
    reject.refresh_from_db()
    assert reject.machine in {"Press 1", "Press 2"}
    assert version_of(reject) == 1


def test_of_two_who_sort_at_once_the_second_is_told(
    supplier_a: Supplier, sqe: User, quality_manager: User
) -> None:
    reject = reject_of(supplier_a, 100)

    def sort(by: User, checked: int) -> Task:
        found = Sorting(
            checked_qty=Decimal(checked), confirmed_qty=Decimal(1), released_qty=Decimal(0)
        )
        return lambda: record_sorting(
            reject=reject, found=found, reason="By hand.", by=by, at=AT, seen=0
        )

    results = at_once(sort(sqe, 40), sort(quality_manager, 60))
    [told] = [result for result in results if isinstance(result, ConflictError)]
    assert "changed this record meanwhile" in told.message
    [written] = [result for result in results if isinstance(result, Completed)]
    reject.refresh_from_db()
    assert reject.checked_qty == written.reject.checked_qty
    assert version_of(reject) == 1
