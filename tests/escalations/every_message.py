"""Every message there is, written by the services themselves: for tests that read mails."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from escalations.audiences import TOLD
from escalations.eight_d_score import Criterion
from escalations.eight_d_workflow import STEPS, Discipline
from escalations.eight_d_workflow import Action as StepAction
from escalations.enums import Audience, MessageEvent, MessageState
from escalations.models import EightD, Episode, Message
from escalations.services import eight_d, eight_d_closing, eight_d_extensions
from escalations.services.decisions import decide
from escalations.services.digests import sum_up
from escalations.services.proposals import propose
from escalations.services.records import judge_rejects
from escalations.services.reminding import remind_due
from escalations.services.shipping_exit import rule
from escalations.services.shipping_letters import send_entry_letter, send_exit_letter
from escalations.services.shipping_log import log_days
from escalations.services.shipping_terms import Terms, confirm, withdraw
from escalations.services.watching import watch_running_month
from escalations.workflow import Action, Level
from scorecards.enums import SignalKind
from scorecards.metrics import Metric
from scorecards.models import ChartSignal, Scorecard
from scorecards.periods import Month, months
from scorecards.rollup import drain
from scorecards.services.baselines import accept_baseline, propose_baseline
from scorecards.services.publication import publish_month, restate
from scorecards.services.sign_off import answer as answer_scorecard
from scorecards.services.sign_off import reply
from scorecards.services.sign_off_reminders import remind_due as remind_of_sign_offs
from scorecards.sign_off_steps import SignOff
from suppliers.enums import DisputeAction, Role
from suppliers.models import Part, Plant, Reject, Supplier, User
from suppliers.services.disputes import answer, appeal, pass_on_overdue
from tests.cast import person
from tests.escalations.eight_d_contents import CONTENTS
from tests.escalations.facts import AT, OCTOBER, evaluated, external, record_rule, warranty
from tests.escalations.shippings import day, entered
from tests.factories import (
    DefectCodeFactory,
    DeliveryFactory,
    PartFactory,
    PlantFactory,
    RejectFactory,
    RejectVerdictFactory,
    SupplierFactory,
)
from tests.suppliers.services.records import dispute_of, reject_of, split

# Nobody of these ever owes anything by a date, or gets what may wait for a summary.
NEVER = {
    (MessageEvent.DUE, Audience.PURCHASING),
    (MessageEvent.DUE, Audience.NEXT),
    *(
        (MessageEvent.DIGEST, one)
        for one in Audience
        if one not in {Audience.PURCHASING, Audience.QUALITY}
    ),
}
# Every event with every audience that can be told of it.
ALL = {(event, one) for event, audiences in TOLD.items() for one in audiences} - NEVER

# What the cast types; all else in a mail is the product's own words.
TYPED = (
    "Two escapes within a week.",
    "Looked at together.",
    "Prove the cause with a trial.",
    "Effective in three months.",
    "The defect came back.",
    "The laboratory is booked.",
    "No further delay.",
    "Burrs again.",
    "Burr at the flange",
    "Measured again: good.",
    "Pores found.",
    "The wrong part was named.",
    "Mixed into the box.",
    "The label was read wrongly.",
    "Half of it.",
    "Look again at the carrier's report.",
    "Crushed in the carrier's hands.",
    "Two were ours.",
    "Only one piece here.",
    "Cracks.",
    "BS-1 and BS-2 on the bench",
)

TERMS = Terms(
    defect="Burr at the flange",
    boundary_samples="BS-1 and BS-2 on the bench",
    exit_production_days=3,
    exit_shipments=1,
    exit_action_verified=False,
)


@dataclass(frozen=True, kw_only=True)
class People:
    """Whom the messages are about, and who acts."""

    supplier: Supplier
    member: User
    sqe: User
    manager: User


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any) -> Iterator[People]:
    """Everything has been told once; gone again after the file, for it takes long."""
    with django_db_blocker.unblock(), transaction.atomic():
        supplier = SupplierFactory(code="ALFA-4711", name="Alfa Castings", in_tier=1)
        person(Role.BUYER)
        person(Role.SUPPLIER_ADMIN, supplier)
        people = People(
            supplier=supplier,
            member=person(Role.SUPPLIER_MEMBER, supplier),
            sqe=person(Role.SQE),
            manager=person(Role.QUALITY_MANAGER),
        )
        tell_everything(people)
        yield people
        transaction.set_rollback(True)


def tell_everything(people: People) -> None:
    """Let one supplier go through everything that a mail tells of; nothing is sent."""
    cases(people)
    eight_ds(people)
    shippings(people)
    disputes(people)
    sign_offs(people)
    signals(people)
    reminders(people)
    hit_proposal(people)
    sum_up(clock=lambda: datetime(2027, 4, 30, 9, tzinfo=UTC))


def cases(people: People) -> None:
    """Raised by figures, rejects and people; proposed, approved, declined, reviewed, ended."""
    part, plant = PartFactory(number="P-1"), PlantFactory(code="NGB")
    external(people.supplier, counted=26, received=250_000, part=part, plant=plant)
    warranty(people.supplier, returned=6, in_field=100_000)
    evaluated()
    asked: dict[str, Any] = {"supplier": people.supplier, "metric": "external_ppm", "at": AT}
    because = "Two escapes within a week."
    hold = propose(**asked, level=Level.NEW_BUSINESS_HOLD, because=because, by=people.sqe)
    decided(people, hold, Action.APPROVE)
    of_part: dict[str, Any] = {"part": part, "plant": plant}
    stop = propose(**asked, **of_part, level=Level.STOP_SHIP, because=because, by=people.sqe)
    decided(people, stop, Action.APPROVE)
    decided(people, stop, Action.LIFT)
    again = propose(**asked, level=Level.CS2, because=because, by=None)
    decided(people, again, Action.DECLINE)
    watched(people)
    lifted(people)
    hit_again(people)
    external(people.supplier, received=600_000, part=part, plant=plant)
    evaluated(at=AT + timedelta(hours=1))
    decided(people, Episode.objects.get(level=Level.CS1.value), Action.CONFIRM)
    decided(people, hold, Action.REVIEW)
    decided(people, hold, Action.WITHDRAW)


def decided(people: People, episode: Episode, action: Action) -> None:
    """Let the quality manager decide."""
    decide(episode=episode, action=action, by=people.manager, at=AT, reason="Looked at together.")


def watched(people: People) -> None:
    """Let the running month be on course to breach."""
    external(people.supplier, counted=12, received=100_000, month=Month(2026, 11))
    drain(at=AT)
    watch_running_month(at=AT)


def lifted(people: People) -> None:
    """Raise a level by a line stop that was none after all."""
    reject = RejectFactory(
        supplier=people.supplier,
        complaint="C-77",
        detected_on=AT.date(),
        severity="line_stop",
        suspect_qty=Decimal(12),
    )
    judge_rejects(at=AT)
    Reject.objects.filter(pk=reject.pk).update(severity="sorting")
    judge_rejects(at=AT)


def hit_again(people: People) -> None:
    """Let one line stop after the other hit the same case."""
    part, about = PartFactory(), {"detected_on": AT.date(), "severity": "line_stop"}
    for complaint in ("C-78", "C-79"):
        RejectFactory(supplier=people.supplier, complaint=complaint, part=part, **about)
        judge_rejects(at=AT)


def hit_proposal(people: People) -> None:
    """Let the same hit a level that is only proposed."""
    record_rule(
        severity="line_stop",
        level="cs1",
        scope="supplier_part",
        activation="needs_approval",
        approval_role="quality_manager",
    )
    hit_again(people)
    Reject.objects.filter(complaint__in=["C-78", "C-79"]).update(severity="sorting")
    judge_rejects(at=AT)


def eight_ds(people: People) -> None:
    """Hand an 8D in, return, accept, move its dates, close it and take it up again."""
    found = EightD.objects.get(episode__metric="external_ppm")
    hand_in(found, people.member, *STEPS[:4])
    extended(people, found)
    reviewed(found, people.sqe, StepAction.RETURN, Discipline.D4)
    hand_in(found, people.member, *STEPS[3:])
    reviewed(found, people.sqe, StepAction.ACCEPT, *STEPS)
    reviewed(found, people.sqe, StepAction.REOPEN, Discipline.D7)
    hand_in(found, people.member, Discipline.D7)
    reviewed(found, people.sqe, StepAction.ACCEPT, Discipline.D7)
    good: dict[str, int] = {one.value: 2 for one in Criterion}
    eight_d_closing.score(eight_d=found, points=good, comment="", by=people.sqe, at=AT)
    later = three_clean_months(people)
    given: dict[str, Any] = {"eight_d": found, "by": people.sqe, "at": later}
    eight_d_closing.close(**given, reason="Effective in three months.")
    found.refresh_from_db()
    eight_d_closing.resume(**given, reason="The defect came back.")


def hand_in(found: EightD, by: User, *steps: Discipline, at: datetime = AT) -> None:
    """Write and submit steps."""
    for step in steps:
        kept = found.steps.filter(discipline=step.value).first()
        seen = 0 if kept is None else kept.version
        about: dict[str, Any] = {"eight_d": found, "discipline": step, "by": by, "at": at}
        seen = eight_d.save_draft(**about, content=CONTENTS[step], seen=seen).version
        eight_d.submit(**about, seen=seen)


def reviewed(found: EightD, by: User, action: StepAction, *steps: Discipline) -> None:
    """Accept, return or reopen the newest revision of steps."""
    for step in steps:
        eight_d.review(
            eight_d=found,
            discipline=step,
            revision=found.revisions.filter(discipline=step.value).count(),
            action=action,
            comment="Prove the cause with a trial." if action is not StepAction.ACCEPT else "",
            by=by,
            at=AT,
        )


def extended(people: People, found: EightD) -> None:
    """Ask twice for a later date: granted once, refused once."""
    for until, action in ((15, StepAction.GRANT), (20, StepAction.REFUSE)):
        wish = eight_d_extensions.ask(
            eight_d=found,
            milestone=Discipline.D8,
            until=date(2027, 3, until),
            reason="The laboratory is booked.",
            by=people.member,
            at=AT,
        )
        eight_d_extensions.answer(
            eight_d=found,
            milestone=Discipline.D8,
            wish=wish.number,
            action=action,
            comment="No further delay." if action is StepAction.REFUSE else "",
            by=people.sqe,
            at=AT,
        )


def three_clean_months(people: People) -> datetime:
    """Publish three months without a repeat; return when the last was."""
    part, plant = Part.objects.get(number="P-1"), Plant.objects.get(code="NGB")
    later = AT
    for number in (1, 2, 3):
        month = Month(2026, 11).plus(number)
        first = month.first_day
        delivered: dict[str, Any] = {"part": part, "plant": plant, "quantity": 40_000}
        DeliveryFactory(supplier=people.supplier, received_on=first, **delivered)
        later = datetime.combine(month.plus(1).first_day.replace(day=14), AT.timetz())
        drain(at=later)
        publish_month(month=month, by=people.sqe, at=later)
    return later


def shippings(people: People) -> None:
    """From entry to exit with a find, a correction and an escape; and one that is withdrawn."""
    by_hand: dict[str, Any] = {"supplier": people.supplier, "by": people.sqe}
    lane = (PartFactory(number="P-2"), PlantFactory(code="BER"))
    first = entered(
        **by_hand, terms=TERMS, level=Level.CS1, lanes=[lane], reason="Burrs again.", at=AT
    )
    log: dict[str, Any] = {"shipping": first, "by": people.member}
    send_entry_letter(shipping=first, by=people.sqe, at=AT)
    confirm(shipping=first, name="Ms Weld", by=people.member, at=AT)
    found = {"found_qty": Decimal(2), "defect": "Burr"}
    log_days(**log, days=[day(first, 1, **found)], at=hours(24))
    log_days(**log, days=[day(first, 2, **found), day(first, 3, **found)], at=hours(72))
    log_days(**log, days=[day(first, 3)], reason="Measured again: good.", at=hours(73))
    escape(people, first, complaint="C-81")
    log_days(**log, days=[day(first, n, shipments=1) for n in (5, 6, 7, 8)], at=hours(200))
    send_exit_letter(shipping=first, by=people.sqe, at=hours(201))
    terms = Terms(defect="Porosity", provider="Sort-It Ltd")
    lanes = [(PartFactory(number="P-3"), None)]
    second = entered(
        **by_hand,
        terms=terms,
        level=Level.CS2,
        lanes=lanes,
        reason="Pores found.",
        at=AT,
        manager=people.manager,
    )
    escape(people, second, complaint="C-82", part=lanes[0][0])
    withdraw(shipping=second, reason="The wrong part was named.", by=people.manager, at=hours(210))


def escape(people: People, shipping: Any, **fields: Any) -> None:
    """Rule a reject an escape, have what it proposes declined, and rule that it was none."""
    reject = RejectFactory(supplier=people.supplier, detected_on=date(2026, 11, 16), **fields)
    given: dict[str, Any] = {"shipping": shipping, "reject": reject, "by": people.sqe}
    rule(**given, counts=True, reason="Mixed into the box.", at=hours(96))
    for proposal in Episode.objects.filter(state="proposed").order_by("pk"):
        decided(people, proposal, Action.DECLINE)
    rule(**given, counts=False, reason="The label was read wrongly.", at=hours(97))


def disputes(people: People) -> None:
    """Answered in part, appealed and rejected for good; overdue; and one that still waits."""
    at = datetime(2026, 3, 10, 9, tzinfo=UTC)
    first = dispute_of(reject_of(people.supplier, complaint="C-1"), people.member)
    given: dict[str, Any] = {"dispute": first, "reason": "Half of it.", "at": at}
    answer(**given, action=DisputeAction.UPHOLD_PARTLY, decided=split(80), by=people.sqe)
    appeal(dispute=first, reason="Look again at the carrier's report.", by=people.member, at=at)
    answer(**given, action=DisputeAction.REJECT, decided=None, by=people.manager)
    dispute_of(reject_of(people.supplier, complaint="C-2"), people.member)
    pass_on_overdue(at=at + timedelta(days=9))
    asked = reject_of(people.supplier, complaint="C-3", detected_on=AT.date())
    dispute_of(asked, people.member, at=AT)


def sign_offs(people: People) -> None:
    """Published, corrected, reminded of, not answered in time, and queried."""
    published = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    complaint = RejectFactory(
        supplier=people.supplier,
        complaint="C-9",
        detected_on=OCTOBER.first_day,
        suspect_qty=Decimal(3),
        defect_code=DefectCodeFactory(code="PORE"),
    )
    drain(at=published)
    publish_month(month=OCTOBER, by=None, at=published)
    RejectVerdictFactory(reject=complaint, supplier_qty=1)
    drain(at=published)
    restate(supplier=people.supplier, month=OCTOBER, reason="Two were ours.", by=None, at=published)
    for days in (8, 15, 22):
        at = published + timedelta(days=days)
        remind_of_sign_offs(clock=lambda at=at: at)  # type: ignore[misc]  # the moment is bound
    card = Scorecard.objects.newest().get(supplier=people.supplier, month=OCTOBER.first_day)
    answer_scorecard(
        card,
        action=SignOff.QUERIED,
        name="Ida",
        sha256=card.sha256,
        statement="Only one piece here.",
        by=people.member,
        at=published + timedelta(days=23),
    )
    reply(
        card,
        text="Drei Teile aus Lieferung 4711.",
        by=people.sqe,
        at=published + timedelta(days=24),
    )


def signals(people: People) -> None:
    """Let a supplier and a part of it leave their own limits, in every way there is."""
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    supplier = SupplierFactory(code="CHART-1", name="Regelwerk GmbH")
    lane: dict[str, Any] = {
        "supplier": supplier,
        "part": PartFactory(number="BR-7"),
        "plant": PlantFactory(),
    }
    part, code = lane["part"], DefectCodeFactory(code="CHART")
    for index, month in enumerate(months(Month(2025, 1), OCTOBER)):
        counted = 90 if month == OCTOBER else 18 + index % 5
        day_of = month.first_day
        DeliveryFactory(received_on=day_of, quantity=400_000, **lane)
        reject = RejectFactory(detected_on=day_of, suspect_qty=counted, defect_code=code, **lane)
        RejectVerdictFactory(reject=reject)
    drain(at=at)
    for of_part in (None, part):
        proposed = propose_baseline(
            supplier=supplier,
            metric=Metric.EXTERNAL_PPM,
            part=of_part,
            first=Month(2025, 1),
            last=Month(2025, 12),
            by=people.sqe,
            at=at,
        )
        accepted = accept_baseline(baseline=proposed, reason="Agreed before.", by=people.sqe, at=at)
        known = accepted.signals.values_list("kind", flat=True)
        ChartSignal.objects.bulk_create(
            ChartSignal(
                baseline=accepted,
                month=OCTOBER.first_day,
                kind=kind,
                counted=1,
                volume=400_000,
                raised_at=at,
            )
            for kind in set(SignalKind.values) - set(known)
        )


def reminders(people: People) -> None:
    """Let days pass in which nobody does what is owed."""
    lanes = [(PartFactory(number="P-4"), None)]
    by_hand: dict[str, Any] = {"by": people.sqe, "at": hours(0)}
    waiting = entered(
        supplier=people.supplier,
        terms=TERMS,
        level=Level.CS1,
        lanes=lanes,
        reason="Cracks.",
        **by_hand,
    )
    send_entry_letter(shipping=waiting, **by_hand)
    for days in (0, 1, 2, 3, 5, 7, 8, 10, 13, 17, 21, 25, 30, 40, 50):
        at = AT + timedelta(days=days)
        remind_due(clock=lambda at=at: at)  # type: ignore[misc]  # the moment is bound
        sum_up(clock=lambda at=at: at)  # type: ignore[misc]  # as above
        Message.objects.filter(state=MessageState.WAITING).update(
            state=MessageState.SENT, sent_at=at
        )


def hours(number: int) -> datetime:
    """Return the moment so many hours after 12 November 2026, 8:00."""
    return AT + timedelta(hours=number)
