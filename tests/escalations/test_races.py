"""Two at once: evaluations take turns, senders share the rows, askers share a run."""

import threading
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from escalations.eight_d_workflow import Discipline, ForbiddenStepError
from escalations.models import (
    ControlledShipping,
    EightD,
    EightDMove,
    EightDRevision,
    Episode,
    EpisodeHit,
    EpisodeStep,
    EvaluationRun,
    Judgement,
    Message,
    RecordHit,
    RecordJudgement,
    Series,
    ShippingEvent,
    ShippingScope,
)
from escalations.queries.records import Surroundings
from escalations.services import runs, sending
from escalations.services.conflicts import HeldAtLevel2Error, HeldTwiceError
from escalations.services.decisions import decide
from escalations.services.eight_d import save_draft, submit
from escalations.services.measures import raise_measures
from escalations.services.numbers import take_numbers
from escalations.services.opening import NewCase, open_case
from escalations.services.proposals import propose
from escalations.services.records import judge_rejects
from escalations.services.register import Register
from escalations.services.shipping_exit import rule
from escalations.services.shipping_letters import send_entry_letter
from escalations.services.shipping_terms import Terms, confirm, enter
from escalations.shipping_workflow import ForbiddenShippingMoveError
from escalations.transitions import ForbiddenTransitionError
from escalations.workflow import Action, Level
from scorecards.rollup import drain
from suppliers.enums import Role
from suppliers.models import Part, Supplier
from tests.cast import person
from tests.escalations.eight_d_contents import CONTENTS
from tests.escalations.facts import AT, OCTOBER, evaluated, external, record_rule
from tests.escalations.shippings import after, raised
from tests.escalations.test_one_level import two_rules
from tests.factories import PartFactory, PlantFactory, RejectFactory, SupplierFactory
from tests.smtp import smtp_server

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """Run the jobs in threads that start together; return results, raise what they raise."""
    barrier, results, errors = threading.Barrier(len(jobs)), [], []

    def work(job: Callable[[], Any]) -> None:
        try:
            barrier.wait()
            results.append(job())
        except BaseException as error:  # noqa: BLE001  # handed to the test's thread
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if errors:
        raise errors[0]
    return results


def waits_for_a_lock(within: float = 20) -> bool:
    """Wait until another connection to this database waits for a lock."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return True
        time.sleep(0.02)
    return False


def test_level_2_by_hand_and_an_evaluation_lock_in_one_order() -> None:
    """An evaluation holds the cases and goes on to the counter; whoever took it before waits."""
    supplier, sqe, manager = SupplierFactory(), person(Role.SQE), person(Role.QUALITY_MANAGER)
    milder = raised(supplier)
    by_hand: dict[str, Any] = {
        "supplier": supplier,
        "level": Level.CS2,
        "lanes": [(scope.part, scope.plant) for scope in milder.scopes.all()],
        "terms": Terms(defect="Burr", provider="Sort & Co"),
        "reason": "It goes on.",
        "by": sqe,
        "at": AT,
    }

    def entering() -> None:
        begun.wait(20)
        decide(episode=enter(**by_hand), action=Action.APPROVE, by=manager, at=AT)

    def evaluating() -> None:
        with transaction.atomic():
            Register.locked(month=OCTOBER.first_day, supplier_ids=[supplier.pk])
            begun.set()
            assert waits_for_a_lock()
            take_numbers(Series.EPISODE, year=2026, count=1)

    begun = threading.Event()
    at_once(evaluating, entering)
    harder = ControlledShipping.objects.get(level="cs2")
    milder.refresh_from_db()
    assert (harder.follows, milder.state) == (milder, "upgraded")


def test_level_1_by_hand_and_level_2_approved_at_once_are_never_both_held() -> None:
    """Whoever comes first: level 1 is taken over, or refused."""
    sqe, manager = person(Role.SQE), person(Role.QUALITY_MANAGER)
    for _ in range(6):
        supplier, part = SupplierFactory(), PartFactory()
        about: dict[str, Any] = {
            "supplier": supplier,
            "metric": "external_ppm",
            "found": "Cracks.",
            "reason": "Seen.",
            "parts": [part],
        }
        case = open_case(new=NewCase(level=Level.CS2, **about), by=sqe, at=AT)

        def milder(about: dict[str, Any] = about) -> None:
            with suppress(HeldAtLevel2Error):
                open_case(new=NewCase(level=Level.CS1, **about), by=sqe, at=AT)

        def harder(case: Episode = case) -> None:
            decide(episode=case, action=Action.APPROVE, by=manager, at=AT)

        at_once(milder, harder)
        held = Episode.objects.filter(supplier=supplier).in_force()
        assert [one.level for one in held] == ["cs2"]


def test_level_1_of_a_rule_and_level_2_approved_meanwhile_are_never_both_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The evaluation has read that nothing is open: who approves level 2 waits, and takes over."""
    supplier, sqe, manager = SupplierFactory(), person(Role.SQE), person(Role.QUALITY_MANAGER)
    parts = PartFactory.create_batch(2)
    external(supplier, counted=26, received=250_000, part=parts[0])
    about: dict[str, Any] = {
        "supplier": supplier,
        "metric": "external_ppm",
        "found": "Cracks.",
        "reason": "Seen.",
        "parts": parts,
    }
    case = open_case(new=NewCase(level=Level.CS2, **about), by=sqe, at=AT)
    read, locked = threading.Event(), Register.locked

    def pausing(**options: Any) -> Register:
        found = locked(**options)
        read.set()
        assert waits_for_a_lock()
        return found

    def approving() -> None:
        assert read.wait(20)
        decide(episode=case, action=Action.APPROVE, by=manager, at=AT)

    monkeypatch.setattr(Register, "locked", pausing)
    at_once(evaluated, approving)
    held = Episode.objects.filter(supplier=supplier).in_force()
    assert {one.level for one in held} == {"8d", "cs2"}
    assert ControlledShipping.objects.unfinished().get().level == "cs2"


def level_2_of(supplier: Supplier, *parts: Part) -> NewCase:
    return NewCase(
        supplier=supplier,
        level=Level.CS2,
        metric="incident",
        found="Cracks.",
        reason="Seen.",
        parts=parts,
    )


def test_level_1_of_a_single_reject_and_level_2_approved_meanwhile_are_never_both_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Judging has begun: who approves level 2 waits, and takes over what was raised."""
    supplier, sqe, manager = SupplierFactory(), person(Role.SQE), person(Role.QUALITY_MANAGER)
    part = PartFactory()
    record_rule(level="cs1", severity="line_stop")
    case = open_case(new=level_2_of(supplier, part), by=sqe, at=AT)
    RejectFactory(supplier=supplier, part=part, severity="line_stop", detected_on=AT.date())
    begun, around = threading.Event(), Surroundings.of

    def pausing(supplier_ids: Collection[int]) -> Surroundings:
        found = around(supplier_ids)
        begun.set()
        assert waits_for_a_lock()
        return found

    def approving() -> None:
        assert begun.wait(20)
        decide(episode=case, action=Action.APPROVE, by=manager, at=AT)

    monkeypatch.setattr(Surroundings, "of", pausing)
    at_once(lambda: judge_rejects(at=AT), approving)
    assert [one.level for one in Episode.objects.in_force()] == ["cs2"]
    assert ControlledShipping.objects.unfinished().get().follows is not None


def test_reject_judged_while_level_2_is_approved_joins_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Approving has begun: judging waits, and finds the level 2."""
    supplier, sqe, manager = SupplierFactory(), person(Role.SQE), person(Role.QUALITY_MANAGER)
    part = PartFactory()
    record_rule(level="cs1", severity="line_stop")
    case = open_case(new=level_2_of(supplier, part), by=sqe, at=AT)
    RejectFactory(supplier=supplier, part=part, severity="line_stop", detected_on=AT.date())
    begun = threading.Event()

    def pausing(*arguments: Any, **options: Any) -> None:
        begun.set()
        assert waits_for_a_lock()
        raise_measures(*arguments, **options)

    def judging() -> None:
        assert begun.wait(20)
        judge_rejects(at=AT)

    monkeypatch.setattr("escalations.services.decisions.raise_measures", pausing)
    at_once(lambda: decide(episode=case, action=Action.APPROVE, by=manager, at=AT), judging)
    assert [one.level for one in Episode.objects.in_force()] == ["cs2"]
    assert RecordHit.objects.get().episode == case


def test_two_level_2_of_one_part_approved_at_once_are_never_both_held() -> None:
    """Of different scope, so that no index refuses the second: the supplier's lock does."""
    sqe, manager = person(Role.SQE), person(Role.QUALITY_MANAGER)
    for _ in range(4):
        supplier, parts = SupplierFactory(), PartFactory.create_batch(2)
        cases = [
            open_case(new=level_2_of(supplier, *named), by=sqe, at=AT)
            for named in (parts, parts[:1])
        ]

        def approving(case: Episode) -> None:
            with suppress(HeldTwiceError):
                decide(episode=case, action=Action.APPROVE, by=manager, at=AT)

        at_once(*[partial(approving, case) for case in cases])
        states = Episode.objects.filter(supplier=supplier).values_list("state", flat=True)
        assert sorted(states) == ["open", "proposed"]


def test_escape_that_proposes_level_2_locks_in_the_one_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Proposing takes the supplier's turn: had the escape its shipping first, both would wait."""
    supplier, sqe, manager = SupplierFactory(), person(Role.SQE), person(Role.QUALITY_MANAGER)
    milder = raised(supplier)
    scope = milder.scopes.get()
    reject = RejectFactory(
        supplier=supplier, part=scope.part, plant=scope.plant, detected_on=after(1).date()
    )
    begun = threading.Event()

    def pausing(**options: Any) -> Episode:
        begun.set()
        assert waits_for_a_lock()
        return propose(**options)

    def ruling() -> None:
        rule(shipping=milder, reject=reject, counts=True, reason="Seen.", by=sqe, at=after(1))

    def overruling() -> None:
        assert begun.wait(20)
        decide(
            episode=milder.episode, action=Action.OVERRULE, by=manager, at=after(1), reason="Moved."
        )

    monkeypatch.setattr("escalations.services.shipping_exit.propose", pausing)
    decide(episode=milder.episode, action=Action.ACKNOWLEDGE, by=sqe, at=AT)
    at_once(ruling, overruling)
    # whoever waited sees what was proposed meanwhile, and it goes with its controlled shipping
    assert Episode.objects.get(level="cs2").state == "declined"
    milder.refresh_from_db()
    assert milder.state == "withdrawn"


def test_two_evaluations_raise_one_episode() -> None:
    for _ in range(5):
        supplier = SupplierFactory()
        for month in (OCTOBER.minus(1), OCTOBER):
            external(supplier, counted=26, received=250_000, month=month)
    drain(at=AT)
    outcomes = at_once(*[evaluated] * 4)
    assert Episode.objects.count() == 10
    assert EpisodeHit.objects.count() == 20
    assert Judgement.objects.filter(metric="external_ppm").count() == 20
    assert sum(len(outcome.raised) for outcome in outcomes) == 10
    assert sum(len(outcome.joined) for outcome in outcomes) == 10
    numbers = Episode.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [f"ESC-2026-{n:05d}" for n in range(1, 11)]


def named_and_others(supplier: Supplier) -> tuple[Episode, list[Part]]:
    """Ask for level 2 of two parts; let the month call for it with one of these and two others."""
    two_rules()
    parts, plant = PartFactory.create_batch(4), PlantFactory()
    asked = NewCase(
        supplier=supplier,
        level=Level.CS2,
        metric="external_ppm",
        found="Cracks.",
        reason="Seen.",
        parts=parts[:2],
    )
    case = open_case(new=asked, by=person(Role.SQE), at=AT)
    for part in parts[1:]:
        external(supplier, counted=90, received=100_000, part=part, plant=plant)
    return case, parts


def test_two_evaluations_divide_a_breach_once() -> None:
    """Of three parts one is of the open level 2, two get a case of their own: no more, no less."""
    supplier = SupplierFactory()
    case, parts = named_and_others(supplier)
    decide(episode=case, action=Action.APPROVE, by=person(Role.QUALITY_MANAGER), at=AT)
    drain(at=AT)
    outcomes = at_once(*[evaluated] * 4)
    assert sum(len(outcome.raised) for outcome in outcomes) == 2
    assert sum(len(outcome.joined) for outcome in outcomes) == 1
    held = Episode.objects.filter(level="cs2").exclude(pk=case.pk)
    assert {one.part for one in held} == set(parts[2:])
    assert EpisodeHit.objects.count() == 3
    scopes = ShippingScope.objects.values_list("part", flat=True)
    assert sorted(scopes) == sorted(part.pk for part in parts)


@pytest.mark.parametrize("approving_first", [True, False])
def test_breach_divided_while_level_2_is_approved_has_each_part_inspected_once(
    monkeypatch: pytest.MonkeyPatch, approving_first: bool
) -> None:
    """Whoever comes second waits, and finds what the first has done."""
    supplier, manager = SupplierFactory(), person(Role.QUALITY_MANAGER)
    case, parts = named_and_others(supplier)
    drain(at=AT)
    begun, locked = threading.Event(), Register.locked

    def registering(**options: Any) -> Register:
        found = locked(**options)
        begun.set()
        assert waits_for_a_lock()
        return found

    def entering(*arguments: Any, **options: Any) -> None:
        begun.set()
        assert waits_for_a_lock()
        raise_measures(*arguments, **options)

    def approving() -> None:
        assert approving_first or begun.wait(20)
        with suppress(HeldTwiceError, ForbiddenTransitionError):
            decide(episode=case, action=Action.APPROVE, by=manager, at=AT)

    def evaluating() -> None:
        assert not approving_first or begun.wait(20)
        evaluated()

    if approving_first:
        monkeypatch.setattr("escalations.services.decisions.raise_measures", entering)
    else:
        monkeypatch.setattr(Register, "locked", registering)
    at_once(approving, evaluating)
    case.refresh_from_db()
    assert case.is_in_force  # approved, or made to hold by the rule
    going_on = ControlledShipping.objects.unfinished()
    scopes = ShippingScope.objects.filter(shipping__in=going_on).values_list("part", flat=True)
    assert sorted(scopes) == sorted(part.pk for part in parts)
    assert {one.level for one in going_on} == {"cs2"}
    assert EpisodeHit.objects.filter(breaching=True).count() == 3


def test_two_senders_send_each_message_once() -> None:
    person(Role.BUYER)
    for _ in range(6):
        external(SupplierFactory(), counted=7, received=100_000)
    evaluated()
    with smtp_server() as mailbox:
        tried = at_once(*[lambda: sending.send_due(now=lambda: AT)] * 3)
    assert sum(tried) == 6
    ids = [mail["Message-ID"] for mail in mailbox.mails]
    assert len(ids) == len(set(ids)) == 6
    assert set(Message.objects.exclude(recipient=None).values_list("state", flat=True)) == {"sent"}


def test_asking_twice_at_once_is_one_run() -> None:
    sqe = person(Role.SQE)
    at_once(*[lambda: runs.request_evaluation(by=sqe, at=AT)] * 3)
    assert EvaluationRun.objects.count() == 1
    assert sum(at_once(*[lambda: runs.work_off(now=lambda: AT)] * 3)) == 1
    assert EvaluationRun.objects.get().finished_at is not None


def test_fifty_proposing_and_judging_at_once_make_one_episode() -> None:
    """One CS2 proposed 50 times, one line stop judged by workers meanwhile: one episode each."""
    supplier, sqe = SupplierFactory(), person(Role.SQE)
    RejectFactory(supplier=supplier, severity="line_stop", detected_on=AT.date())

    def proposing() -> Episode:
        return propose(
            supplier=supplier,
            metric="external_ppm",
            level=Level.CS2,
            because="Escaped.",
            by=sqe,
            at=AT,
        )

    def judging() -> int:
        return judge_rejects(at=AT).judged

    found = at_once(*[proposing] * 46, *[judging] * 4)
    proposed = {one.number for one in found if isinstance(one, Episode)}
    assert len(proposed) == 1
    assert sum(one for one in found if not isinstance(one, Episode)) == 1
    assert sorted(Episode.objects.values_list("level", flat=True)) == ["8d", "cs2"]
    assert EpisodeStep.objects.count() == 2
    assert RecordJudgement.objects.filter(fired=True).count() == 1


def test_fifty_who_move_the_same_at_once_move_it_once() -> None:
    """An episode acknowledged, a step handed in, a letter confirmed: one does it, 49 may not."""
    supplier, sqe = SupplierFactory(), person(Role.SQE)
    shipping = raised(supplier)
    send_entry_letter(shipping=shipping, by=sqe, at=AT)
    episode = Episode.objects.get(level="8d")
    eight_d = EightD.objects.get(episode=episode)
    save_draft(
        eight_d=eight_d,
        discipline=Discipline.D1,
        content=CONTENTS[Discipline.D1],
        seen=0,
        by=sqe,
        at=AT,
    )

    def once(job: Callable[[], Any]) -> list[Any]:
        def tried() -> Any:
            try:
                return job()
            except (ForbiddenTransitionError, ForbiddenStepError, ForbiddenShippingMoveError):
                return None

        return [done for done in at_once(*[tried] * 50) if done is not None]

    assert len(once(lambda: decide(episode=episode, action=Action.ACKNOWLEDGE, by=sqe, at=AT))) == 1
    assert EpisodeStep.objects.filter(episode=episode).count() == 2
    handed_in = once(
        lambda: submit(eight_d=eight_d, discipline=Discipline.D1, seen=1, by=sqe, at=AT)
    )
    assert len(handed_in) == EightDRevision.objects.count() == EightDMove.objects.count() == 1
    confirmed = once(
        lambda: confirm(shipping=shipping, name="Ms Weld", by=sqe, at=AT, reason="By telephone.")
    )
    assert len(confirmed) == 1
    assert [row.action for row in ShippingEvent.objects.order_by("number")] == [
        "enter",
        "send_letter",
        "confirm",
    ]
