"""An 8D that is worked on in the moment in which its case is ended, judged or escalated."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from escalations.eight_d_score import Criterion
from escalations.eight_d_workflow import Action as StepAction
from escalations.eight_d_workflow import Discipline, ForbiddenStepError
from escalations.models import EightD, EightDMove, EightDScore, Episode
from escalations.services import eight_d as services
from escalations.services.decisions import decide
from escalations.services.eight_d_closing import score
from escalations.services.eight_d_moves import write_move
from escalations.services.holding import hold
from escalations.services.register import Register
from escalations.services.telling import tell
from escalations.workflow import Action
from suppliers.enums import Role
from suppliers.models import User
from tests.cast import person
from tests.escalations.eight_d_contents import CONTENTS
from tests.escalations.facts import AT, OCTOBER, evaluated, external
from tests.escalations.test_races import at_once, waits_for_a_lock
from tests.factories import SupplierFactory

pytestmark = pytest.mark.django_db(transaction=True)
D1, D2 = Discipline.D1, Discipline.D2


class Report:
    """An 8D with D1 handed in and D2 written, its case acknowledged."""

    def __init__(self) -> None:
        supplier = SupplierFactory()
        self.sqe, self.manager = person(Role.SQE), person(Role.QUALITY_MANAGER)
        self.writer: User = person(Role.SUPPLIER_MEMBER, supplier)
        external(supplier, counted=13, received=250_000)
        evaluated()
        self.eight_d = EightD.objects.select_related("episode").get()
        for step in (D1, D2):
            self.save(step, CONTENTS[step], seen=0)
        self.submit(D1)
        decide(episode=self.case, action=Action.ACKNOWLEDGE, by=self.sqe, at=AT)

    @property
    def case(self) -> Episode:
        return Episode.objects.get(pk=self.eight_d.episode_id)

    def end(self) -> None:
        decide(episode=self.case, action=Action.OVERRULE, by=self.manager, at=AT, reason="Run out.")

    def save(self, step: Discipline, content: Any, *, seen: int) -> None:
        services.save_draft(
            eight_d=self.eight_d, discipline=step, content=content, seen=seen, by=self.writer, at=AT
        )

    def submit(self, step: Discipline = D2) -> None:
        services.submit(eight_d=self.eight_d, discipline=step, seen=1, by=self.writer, at=AT)

    def review(self, action: StepAction) -> None:
        services.review(
            eight_d=self.eight_d,
            discipline=D1,
            revision=1,
            action=action,
            comment="Who leads the team?",
            by=self.sqe,
            at=AT,
        )

    def score(self) -> None:
        points = {one.value: 1 for one in Criterion}
        score(eight_d=self.eight_d, points=points, comment="", by=self.sqe, at=AT)


WORK: dict[str, Callable[[Report], None]] = {
    "autosave": lambda report: report.save(D2, CONTENTS[D2] | {"problem": "Later."}, seen=1),
    "submit": Report.submit,
    "accept": lambda report: report.review(StepAction.ACCEPT),
    "return": lambda report: report.review(StepAction.RETURN),
    "score": Report.score,
}


@pytest.mark.parametrize("work", WORK)
def test_nothing_is_written_into_an_8d_whose_case_is_being_ended(
    monkeypatch: pytest.MonkeyPatch, work: str
) -> None:
    """Ending has begun: whoever works on the 8D waits, and is told that it has ended."""
    report, begun = Report(), threading.Event()
    moves, scores = EightDMove.objects.count(), EightDScore.objects.count()
    version = report.eight_d.steps.get(discipline=D2.value).version

    def pausing(*arguments: Any, **options: Any) -> Any:
        begun.set()
        assert waits_for_a_lock()
        return tell(*arguments, **options)

    def working() -> None:
        assert begun.wait(20)
        with pytest.raises(ForbiddenStepError):
            WORK[work](report)

    monkeypatch.setattr("escalations.services.decisions.tell", pausing)
    at_once(report.end, working)
    assert report.case.state == "closed"
    assert (EightDMove.objects.count(), EightDScore.objects.count()) == (moves, scores)
    assert report.eight_d.steps.get(discipline=D2.value).version == version


def test_what_was_handed_in_first_stays_and_the_case_ends_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    report, begun, write = Report(), threading.Event(), write_move

    def pausing(*arguments: Any, **options: Any) -> EightDMove:
        begun.set()
        assert waits_for_a_lock()
        return write(*arguments, **options)

    def ending() -> None:
        assert begun.wait(20)
        report.end()

    monkeypatch.setattr("escalations.services.eight_d.write_move", pausing)
    at_once(report.submit, ending)
    assert report.eight_d.steps.get(discipline=D2.value).state == "submitted"
    assert report.case.state == "closed"


def holding(report: Report) -> None:
    """As whoever enters controlled shipping or notices an escape begins."""
    with transaction.atomic():
        hold([report.case.supplier_id])


def judging(report: Report) -> None:
    """As an evaluation begins."""
    with transaction.atomic():
        Register.locked(month=OCTOBER.first_day, supplier_ids=[report.case.supplier_id])


@pytest.mark.parametrize("other", [holding, judging])
def test_a_step_and_what_escalates_its_case_lock_in_one_order(
    monkeypatch: pytest.MonkeyPatch, other: Callable[[Report], None]
) -> None:
    """Handing in holds the case and goes on to write messages of the supplier: the other waits."""
    report, begun, write = Report(), threading.Event(), write_move

    def pausing(*arguments: Any, **options: Any) -> EightDMove:
        begun.set()
        assert waits_for_a_lock()
        return write(*arguments, **options)

    def escalating() -> None:
        assert begun.wait(20)
        other(report)

    monkeypatch.setattr("escalations.services.eight_d.write_move", pausing)
    at_once(report.submit, escalating)
    assert report.eight_d.steps.get(discipline=D2.value).state == "submitted"


def test_steps_evaluations_and_cases_all_at_once_come_to_an_end() -> None:
    """Three kinds of work on one supplier, again and again: no deadlock, nothing lost."""
    report, rounds = Report(), 8

    def saving() -> None:
        for number in range(rounds):
            report.save(D2, CONTENTS[D2] | {"problem": f"{number}"}, seen=number + 1)

    def evaluating() -> None:
        for _ in range(rounds):
            evaluated()

    def holding_on() -> None:
        for _ in range(rounds):
            holding(report)

    at_once(saving, evaluating, holding_on)
    assert report.eight_d.steps.get(discipline=D2.value).version == rounds + 1
