"""Until when supplier quality answers, and that it is reminded and passed up like a supplier."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from escalations.answering import Answer, answer_by
from escalations.eight_d_score import Criterion
from escalations.eight_d_workflow import STEPS, Discipline
from escalations.eight_d_workflow import Action as StepAction
from escalations.enums import Audience
from escalations.models import ControlledShipping, EightD, Episode, Message
from escalations.owed import Owed, Scope, owed
from escalations.services import eight_d as services
from escalations.services import eight_d_closing, eight_d_extensions
from escalations.services.decisions import decide
from escalations.services.proposals import propose
from escalations.services.reminding import remind_due
from escalations.services.sending import send_due
from escalations.services.shipping_letters import send_entry_letter
from escalations.services.shipping_log import log_days
from escalations.services.shipping_terms import Terms, complete, confirm
from escalations.workflow import Action, Level
from scorecards.models import Scorecard
from scorecards.periods import Month
from scorecards.rollup import drain
from scorecards.services.publication import publish_month
from scorecards.services.sign_off import answer as sign_off
from scorecards.sign_off_steps import SignOff
from suppliers.models import Supplier, User
from tests.escalations.eight_d_contents import CONTENTS
from tests.escalations.facts import AT, OCTOBER, evaluated, external, noon
from tests.escalations.shippings import ENTRY, after, day, raised
from tests.factories import DeliveryFactory

pytestmark = pytest.mark.django_db
D1, D2, D3, D4, D5 = STEPS[:5]
# AT is on Thursday, 12 November 2026; there is no public holiday in that month.
FRIDAY, TUESDAY, NEXT_THURSDAY = date(2026, 11, 13), date(2026, 11, 17), date(2026, 11, 19)


@pytest.fixture
def eight_d(supplier_a: Supplier, sqe: User) -> EightD:
    external(supplier_a, counted=13, received=250_000)
    evaluated()
    decide(episode=Episode.objects.get(), action=Action.ACKNOWLEDGE, by=sqe, at=AT)
    found: EightD = EightD.objects.get()
    return found


def hand_in(eight_d: EightD, by: User, *steps: Discipline, at: datetime = AT) -> None:
    for step in steps:
        told: Any = {"eight_d": eight_d, "discipline": step, "by": by, "at": at}
        services.save_draft(**told, content=CONTENTS[step], seen=0)
        services.submit(**told, seen=1)


def ours(today: date = ENTRY, *owners: Audience) -> list[Owed]:
    of = owners or (Audience.QUALITY, Audience.MANAGER)
    return [one for one in owed(Scope(at=noon(today), notices=False)) if one.owner in of]


def one_of(today: date = ENTRY) -> tuple[str, date, date | None]:
    (found,) = ours(today)
    assert found.reminded
    return (found.action, found.since, found.due_on)


def test_holidays_of_the_country_are_no_days_to_answer() -> None:
    # Thursday before Easter 2026
    assert answer_by(date(2026, 4, 2), Answer.ACKNOWLEDGEMENT, country="DE") == date(2026, 4, 9)
    assert answer_by(date(2026, 4, 2), Answer.ACKNOWLEDGEMENT, country="") == date(2026, 4, 7)


def test_a_case_is_acknowledged_and_its_review_decided_by_a_day(
    supplier_a: Supplier, sqe: User
) -> None:
    external(supplier_a, counted=13, received=250_000)
    evaluated()
    assert one_of() == ("Acknowledge", ENTRY, TUESDAY)
    case = Episode.objects.get()
    decide(episode=case, action=Action.REVIEW, by=sqe, at=after(4), reason="Is it ours?")
    assert one_of() == ("Decide the review", date(2026, 11, 16), date(2026, 11, 23))


def test_a_proposed_level_is_approved_or_declined_by_a_day(supplier_a: Supplier, sqe: User) -> None:
    proposal: Any = {"supplier": supplier_a, "metric": "external_ppm", "level": Level.CS2}
    propose(**proposal, because="It comes back.", by=sqe, at=AT)
    (found,) = ours()
    assert (found.owner, found.due_on) == (Audience.MANAGER, TUESDAY)


def test_containment_is_reviewed_first_and_by_the_next_working_day(
    eight_d: EightD, member_a: User, sqe: User
) -> None:
    hand_in(eight_d, member_a, D1, D2, D3)
    assert one_of() == ("Review D3", ENTRY, FRIDAY)
    told: Any = {"eight_d": eight_d, "revision": 1, "by": sqe, "at": AT, "comment": ""}
    services.review(**told, discipline=D3, action=StepAction.ACCEPT)
    assert one_of() == ("Review D1", ENTRY, NEXT_THURSDAY)


def test_the_day_counts_from_handing_in_and_not_from_saving(
    eight_d: EightD, member_a: User
) -> None:
    told: Any = {"eight_d": eight_d, "discipline": D1, "by": member_a}
    services.save_draft(**told, content=CONTENTS[D1], seen=0, at=AT)
    services.submit(**told, seen=1, at=after(4))
    assert one_of() == ("Review D1", date(2026, 11, 16), date(2026, 11, 23))


def test_a_later_date_is_answered_by_a_day(eight_d: EightD, member_a: User) -> None:
    wish: Any = {"eight_d": eight_d, "milestone": D5, "reason": "The laboratory is booked."}
    eight_d_extensions.ask(**wish, until=date(2026, 12, 4), by=member_a, at=AT)
    assert one_of() == ("Answer", ENTRY, TUESDAY)


def test_an_8d_is_closed_by_a_day_that_does_not_move(
    eight_d: EightD, member_a: User, sqe: User, supplier_a: Supplier
) -> None:
    hand_in(eight_d, member_a, *STEPS)
    for step in STEPS:
        told: Any = {"eight_d": eight_d, "discipline": step, "revision": 1, "by": sqe, "at": AT}
        services.review(**told, action=StepAction.ACCEPT, comment="")
    points: dict[str, int] = {one.value: 2 for one in Criterion}
    eight_d_closing.score(eight_d=eight_d, points=points, comment="", by=sqe, at=AT)
    for number in (1, 2, 3):
        month = Month(2026, 11).plus(number)
        DeliveryFactory(supplier=supplier_a, received_on=month.first_day, quantity=1000)
        later = datetime.combine(month.plus(1).first_day.replace(day=14), AT.timetz())
        drain(at=later)
        publish_month(month=month, by=sqe, at=later)
    # the third month was published on Sunday, 14 March 2027
    for day_ in (date(2027, 3, 15), date(2027, 3, 25)):
        found = [one for one in ours(day_) if one.action == "Close the 8D"]
        assert [(one.since, one.due_on) for one in found] == [
            (date(2027, 3, 14), date(2027, 3, 19))
        ]


def test_letters_of_controlled_shipping_are_written_by_a_day(
    supplier_a: Supplier, sqe: User, member_a: User
) -> None:
    shipping = raised(supplier_a)

    def letter(today: date = ENTRY) -> list[tuple[str, date, date | None]]:
        found = [one for one in ours(today) if one.key.startswith("shipping")]
        return [(one.action, one.since, one.due_on) for one in found]

    assert letter() == [("Complete and send it", ENTRY, FRIDAY)]
    lanes = [(scope.part, scope.plant) for scope in shipping.scopes.all()]
    terms = Terms(defect="Burr", exit_production_days=1, exit_shipments=1)
    terms = Terms(**{**vars(terms), "exit_action_verified": False})
    complete(shipping=shipping, lanes=lanes, terms=terms, by=sqe, at=AT)
    send_entry_letter(shipping=shipping, by=sqe, at=AT)
    confirm(shipping=shipping, name="Ms Weld", by=member_a, at=AT)
    log_days(shipping=shipping, days=[day(shipping, 4, shipments=1)], by=member_a, at=after(4))
    assert ControlledShipping.objects.get().state == "exit_ready"
    assert letter() == [("End it", date(2026, 11, 16), NEXT_THURSDAY)]


@pytest.fixture
def queried(supplier_a: Supplier, member_a: User, sqe: User) -> Scorecard:
    """Published and queried on 12 November."""
    external(supplier_a, counted=0, received=250_000)
    drain(at=AT)
    publish_month(month=OCTOBER, by=sqe, at=AT)
    found: Scorecard = Scorecard.objects.get()
    said: Any = {"action": SignOff.QUERIED, "statement": "Is the second lot counted twice?"}
    sign_off(found, by=member_a, name="Ida Vance", sha256=found.sha256, at=AT, **said)
    return found


def test_a_query_is_answered_by_a_day_however_long_ago(queried: Scorecard) -> None:
    for today in (ENTRY, date(2027, 6, 1)):
        assert one_of(today) == ("Answer the query", ENTRY, NEXT_THURSDAY)


def test_supplier_quality_is_reminded_of_it_then_the_quality_manager_is_told(
    queried: Scorecard, sqe: User, quality_manager: User
) -> None:
    told = {}
    for days in (-2, 0, 1, 4, 8, 15):
        at = datetime.combine(NEXT_THURSDAY + timedelta(days=days), AT.timetz(), UTC)
        known = set(Message.objects.values_list("pk", flat=True))
        for _again in range(2):
            remind_due(clock=lambda at=at: at)  # type: ignore[misc]  # bound at once
        new = Message.objects.exclude(pk__in=known).filter(kind="reminder")
        told[days] = {(one.event, one.audience, one.recipient) for one in new}
        send_due(now=lambda at=at: at)  # type: ignore[misc]  # bound at once
    reminded = {("due", "quality", sqe)}
    assert told == {
        -2: reminded,
        0: reminded,
        1: reminded,
        4: reminded,
        8: {("passed_up", "manager", quality_manager)},
        15: set(),
    }


def test_a_date_that_stands_still_is_asked_for_without_a_reminder(
    eight_d: EightD, member_a: User, sqe: User
) -> None:
    hand_in(eight_d, member_a, D1, D2, D3)
    for step in (D1, D2, D3):
        told: Any = {"eight_d": eight_d, "discipline": step, "revision": 1, "by": sqe, "at": AT}
        services.review(**told, action=StepAction.ACCEPT, comment="")
    hand_in(eight_d, member_a, D4)
    (standing,) = ours(FRIDAY, Audience.SUPPLIER)
    assert (standing.action, standing.due_on, standing.reminded) == ("Write D5", None, False)
    assert "stands still" in standing.why
    known = Message.objects.filter(audience="supplier", kind="reminder").count()
    for days in range(1, 40):
        remind_due(clock=lambda days=days: after(days))  # type: ignore[misc]  # bound at once
    assert Message.objects.filter(audience="supplier", kind="reminder").count() == known
