"""What an escape leads to: said as it stands, taken back with it, each decision by itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from escalations.models import ControlledShipping, Episode, Message
from escalations.notifications.render import in_language_of, render
from escalations.services.decisions import decide
from escalations.services.proposals import propose
from escalations.services.shipping_exit import rule, watch
from escalations.services.shipping_terms import withdraw
from escalations.workflow import Action, Level
from suppliers.models import Part, Plant, Reject, Supplier, User
from tests.escalations.shippings import ENTRY, after, entered
from tests.escalations.test_one_level import TERMS
from tests.escalations.translated import missing
from tests.factories import PartFactory, PlantFactory, RejectFactory

__all__ = ["missing"]  # a fixture

pytestmark = pytest.mark.django_db

Pages = Callable[[str], str]

STOP, HOLD = "stop_ship", "new_business_hold"
UNTIL = "No new business with this supplier until the proposal is decided"


class Story:
    """A level of controlled shipping of one part at one plant, and rejects that escape it."""

    def __init__(
        self,
        supplier: Supplier,
        level: Level,
        *,
        sqe: User,
        manager: User,
        plant: Plant,
        part: Part,
    ) -> None:
        self.supplier, self.sqe, self.manager = supplier, sqe, manager
        self.plant, self.part = plant, part
        self.shipping: ControlledShipping = entered(
            supplier=supplier,
            level=level,
            lanes=[(part, plant)],
            terms=TERMS,
            reason="It goes on.",
            by=sqe,
            at=after(0),
            manager=manager if level is Level.CS2 else None,
        )

    def escape(self, day: int) -> Reject:
        reject: Reject = RejectFactory(
            supplier=self.supplier,
            part=self.part,
            plant=self.plant,
            detected_on=ENTRY + timedelta(days=day),
        )
        assert watch(at=after(day)) == 1
        return reject

    def clear(self, reject: Reject, day: int) -> None:
        assert rule(
            shipping=self.shipping,
            reject=reject,
            counts=False,
            reason="Label read wrongly.",
            by=self.sqe,
            at=after(day),
        )

    def decide(self, level: str, action: Action, day: int) -> None:
        case = self.waiting(level)
        decide(episode=case, action=action, by=self.manager, at=after(day), reason="So be it.")

    def withdraw(self, day: int) -> None:
        withdraw(shipping=self.shipping, reason="Never needed.", by=self.manager, at=after(day))

    def waiting(self, level: str) -> Episode:
        found: Episode = Episode.objects.get(level=level, state="proposed")
        return found

    def states(self, level: str) -> list[str]:
        rows = Episode.objects.filter(level=level).order_by("pk")
        return list(rows.values_list("state", flat=True))


@pytest.fixture
def second(
    supplier_a: Supplier, sqe: User, quality_manager: User, buyer: User, member_a: User
) -> Story:
    """Level 2."""
    plant, part = PlantFactory(code="N1"), PartFactory(number="PN-7")
    cast: dict[str, Any] = {"sqe": sqe, "manager": quality_manager, "plant": plant, "part": part}
    return Story(supplier_a, Level.CS2, **cast)


@pytest.fixture
def first(
    supplier_a: Supplier, sqe: User, quality_manager: User, buyer: User, member_a: User
) -> Story:
    """Level 1."""
    plant, part = PlantFactory(code="N1"), PartFactory(number="PN-7")
    cast: dict[str, Any] = {"sqe": sqe, "manager": quality_manager, "plant": plant, "part": part}
    return Story(supplier_a, Level.CS1, **cast)


def told(event: str, audience: str) -> str:
    """Return the newest mail of an event to an audience, as it would be sent now."""
    rows = Message.objects.with_content().filter(event=event, audience=audience)
    message: Message = rows.latest("pk")
    with in_language_of(message):
        return " ".join(render(message).text.split())


# -- a second escape ---------------------------------------------------------------------


def test_first_escape_proposes_both(second: Story) -> None:
    second.escape(2)
    for audience in ("purchasing", "quality"):
        said = told("shipping_escape", audience)
        assert "A stop of shipments and a new-business hold are proposed" in said
    assert UNTIL in told("shipping_escape", "purchasing")


def test_second_escape_says_what_holds_already(second: Story, missing: set[str]) -> None:
    second.escape(2)
    stop, hold = second.waiting(STOP), second.waiting(HOLD)
    second.decide(STOP, Action.APPROVE, 3)
    second.decide(HOLD, Action.APPROVE, 3)
    second.escape(4)
    for audience in ("purchasing", "quality"):
        said = told("shipping_escape", audience)
        assert "proposed" not in said
        assert f"The shipments of this part are stopped already ({stop.number})" in said
        assert f"the new-business hold is in force already ({hold.number})" in said
    assert UNTIL not in told("shipping_escape", "purchasing")
    assert "Until then" not in told("shipping_escape", "purchasing")
    assert second.states(STOP) == second.states(HOLD) == ["open"]
    Message.objects.update(language="de")
    missing.clear()
    assert "bereits gestoppt" in told("shipping_escape", "quality")
    assert missing == set()


@pytest.mark.parametrize(
    ("approved", "holds", "waits", "until"),
    [
        (STOP, "The shipments of this part are stopped already", "A new-business hold is", True),
        (HOLD, "The new-business hold is in force already", "A stop of shipments is", False),
    ],
)
def test_second_escape_tells_what_holds_from_what_waits(
    second: Story, approved: str, holds: str, waits: str, until: bool
) -> None:
    second.escape(2)
    second.decide(approved, Action.APPROVE, 3)
    second.escape(4)
    said = told("shipping_escape", "purchasing")
    assert holds in said
    assert f"{waits} proposed; the quality manager decides." in said
    assert (UNTIL in said) == ("Until then, place no new business" in said) == until


def test_escape_that_was_told_before_the_decision_still_says_proposed(second: Story) -> None:
    second.escape(2)
    second.decide(HOLD, Action.APPROVE, 3)
    said = told("shipping_escape", "quality")
    assert "A stop of shipments and a new-business hold are proposed" in said


def test_manager_is_not_told_that_new_business_waits_where_it_is_held(second: Story) -> None:
    second.escape(2)
    hold = second.waiting(HOLD)
    second.decide(STOP, Action.DECLINE, 3)
    second.decide(HOLD, Action.APPROVE, 3)
    second.escape(4)
    said = told("proposed", "manager")
    assert "approve or decline the stop of shipments" in said
    assert "decided by the proposed hold" not in said
    assert f"{hold.number} (new-business hold) as it is: it is in force" in said


def test_history_says_that_it_comes_of_an_escape_and_of_no_rule(
    second: Story, client: Client
) -> None:
    second.escape(2)
    client.force_login(second.manager)
    for level in (STOP, HOLD):
        page = client.get(second.waiting(level).get_absolute_url()).content.decode()
        assert f"by an escape from {second.shipping.number}" in page
        assert "by the policy" not in page


# -- an escape that was none -------------------------------------------------------------


def test_proposals_of_an_escape_that_was_none_are_withdrawn(second: Story, client: Client) -> None:
    reject = second.escape(2)
    stop = second.waiting(STOP)
    second.clear(reject, 3)
    assert second.states(STOP) == second.states(HOLD) == ["declined"]
    step = stop.steps.get(action="decline")
    assert step.by is None
    assert "Label read wrongly." in step.reason
    client.force_login(second.manager)
    page = " ".join(client.get(stop.get_absolute_url()).content.decode().split())
    assert "was ruled not to be an escape" in page
    assert "Label read wrongly." in page
    rows = Message.objects.filter(event="declined")
    assert {one.audience for one in rows} == {"manager"}
    assert rows.count() == 2
    said = told("declined", "manager")
    assert "nothing left to decide" in said
    assert "the facts were corrected" not in said
    # purchasing and supplier quality learn it by the mail that takes the escape back
    said = told("shipping_cleared", "purchasing")
    assert "free again" in said
    assert UNTIL not in said


def test_another_escape_keeps_them_and_purchasing_is_told_so(
    second: Story, missing: set[str]
) -> None:
    one, other = second.escape(2), second.escape(3)
    second.clear(one, 4)
    assert second.states(STOP) == second.states(HOLD) == ["proposed"]
    said = told("shipping_cleared", "purchasing")
    assert UNTIL in said
    Message.objects.update(language="de")
    missing.clear()
    told("shipping_cleared", "purchasing")
    assert missing == set()
    second.clear(other, 5)
    assert second.states(STOP) == second.states(HOLD) == ["declined"]
    told("declined", "manager")
    assert missing == set()


def test_what_was_decided_stays_and_a_later_escape_asks_again(second: Story) -> None:
    reject = second.escape(2)
    second.decide(STOP, Action.APPROVE, 3)
    second.clear(reject, 4)
    assert second.states(STOP) == ["open"]
    assert second.states(HOLD) == ["declined"]
    assert rule(
        shipping=second.shipping,
        reject=reject,
        counts=True,
        reason="It was ours.",
        by=second.sqe,
        at=after(5),
    )
    assert second.states(HOLD) == ["declined", "proposed"]


def test_only_what_escaped_since_a_decision_keeps_what_was_asked_anew(second: Story) -> None:
    """The first escape was answered by declining; it does not call for the next proposal."""
    second.escape(2)
    second.decide(STOP, Action.DECLINE, 3)
    second.decide(HOLD, Action.DECLINE, 3)
    reject = second.escape(4)
    second.clear(reject, 5)
    assert second.states(STOP) == second.states(HOLD) == ["declined", "declined"]


def test_level_2_that_an_escape_proposed_is_withdrawn_with_it(first: Story) -> None:
    one, other = first.escape(2), first.escape(3)
    first.clear(one, 4)
    assert first.states("cs2") == ["proposed"]
    first.clear(other, 5)
    assert first.states("cs2") == ["declined"]


def test_what_a_person_proposed_is_that_persons(first: Story) -> None:
    case = propose(
        supplier=first.supplier,
        metric="external_ppm",
        level=Level.CS2,
        because="I trust it no more.",
        by=first.sqe,
        at=after(1),
        part=first.part,
        plant=first.plant,
    )
    first.clear(first.escape(2), 3)
    case.refresh_from_db()
    assert case.is_proposed


# -- a controlled shipping that is withdrawn ---------------------------------------------


def test_proposals_of_escapes_go_with_the_controlled_shipping(
    second: Story, client: Client, missing: set[str]
) -> None:
    second.escape(2)
    second.escape(3)
    stop, hold = second.waiting(STOP), second.waiting(HOLD)
    second.withdraw(4)
    assert second.states(STOP) == second.states(HOLD) == ["declined"]
    why = f"{second.shipping.number} was withdrawn, and with it what its escapes called for"
    client.force_login(second.manager)
    for case in (stop, hold):
        step = case.steps.get(action="decline")
        assert (step.by, step.reason) == (None, f"{why}: Never needed.")
        page = " ".join(client.get(case.get_absolute_url()).content.decode().split())
        assert f"{why}: Never needed." in page
    assert "Approve or decline" not in client.get("/today/").content.decode()
    rows = Message.objects.filter(event="declined")
    assert {one.audience for one in rows} == {"manager"}
    said = told("declined", "manager")
    assert f"{why}: Never needed." in said
    assert "the controlled shipping that was escaped has been withdrawn" in said
    assert "the facts were corrected" not in said
    for audience in ("purchasing", "quality"):
        said = told("shipping_withdrawn", audience)
        assert UNTIL not in said
        assert "A stop of shipments and a new-business hold" not in said
    Message.objects.update(language="de")
    missing.clear()
    told("declined", "manager")
    assert missing == set()


def test_proposal_goes_with_the_case_that_its_controlled_shipping_ended_with(first: Story) -> None:
    first.escape(2)
    case = first.shipping.episode
    for action in (Action.ACKNOWLEDGE, Action.OVERRULE):
        decide(episode=case, action=action, by=first.manager, at=after(3), reason="Drawing error.")
    assert first.states("cs2") == ["declined"]
    reason = Episode.objects.get(level="cs2").steps.get(action="decline").reason
    assert reason.endswith(f"Case {case.number} has ended: Drawing error.")


def test_what_was_decided_outlives_the_controlled_shipping(second: Story) -> None:
    second.escape(2)
    second.decide(STOP, Action.APPROVE, 3)
    second.withdraw(4)
    assert (second.states(STOP), second.states(HOLD)) == (["open"], ["declined"])


def test_escape_of_another_controlled_shipping_keeps_what_it_calls_for(
    second: Story,
) -> None:
    other = Story(
        second.supplier,
        Level.CS2,
        sqe=second.sqe,
        manager=second.manager,
        plant=second.plant,
        part=PartFactory(number="PN-8"),
    )
    reject = other.escape(2)
    hold = Episode.objects.filter(level=HOLD)
    second.escape(3)
    assert hold.filter(state="proposed").count() == 2
    second.withdraw(4)
    kept = Episode.objects.filter(state="proposed").order_by("level")
    assert [(one.level, one.part) for one in kept] == [
        (HOLD, reject.part),
        (STOP, reject.part),
    ]


def test_page_says_which_decisions_need_a_reason(second: Story, client: Client) -> None:
    second.escape(2)
    hold = second.waiting(HOLD)
    client.force_login(second.manager)
    proposed = client.get(hold.get_absolute_url()).content.decode()
    assert "Needed for: Decline." in proposed
    second.decide(HOLD, Action.APPROVE, 3)
    decide(episode=hold, action=Action.REVIEW, by=second.manager, at=after(4), reason="Look.")
    reviewed = client.get(hold.get_absolute_url()).content.decode()
    assert "Needed for:" not in reviewed
    assert '<textarea name="reason" cols="40" rows="3" maxlength="2000" required' in reviewed


# -- two decisions -----------------------------------------------------------------------


@pytest.fixture
def pages(client: Client, second: Story) -> Pages:
    def read(level: str) -> str:
        case = Episode.objects.filter(level=level).latest("pk")
        client.force_login(second.manager)
        return " ".join(client.get(case.get_absolute_url()).content.decode().split())

    return read


def test_each_page_says_what_becomes_of_the_other(second: Story, pages: Pages) -> None:
    second.escape(2)
    stop, hold = second.waiting(STOP), second.waiting(HOLD)
    waits = "it waits for a decision of its own"
    assert f"{hold.number} (new-business hold) as it is: {waits}" in pages(STOP)
    assert f"{stop.number} (stop of shipments of PN-7 / N1) as it is: {waits}" in pages(HOLD)
    second.decide(HOLD, Action.DECLINE, 3)
    assert "as it is:" not in pages(STOP)
    second.decide(STOP, Action.APPROVE, 4)
    assert "as it is:" not in pages(STOP)


def test_lifting_the_stop_says_that_the_hold_goes_on(second: Story, pages: Pages) -> None:
    second.escape(2)
    hold = second.waiting(HOLD)
    second.decide(STOP, Action.APPROVE, 3)
    second.decide(HOLD, Action.APPROVE, 3)
    assert f"{hold.number} (new-business hold) as it is: it is in force" in pages(STOP)


def test_mail_about_a_declined_one_says_how_the_other_stands(
    second: Story, missing: set[str]
) -> None:
    second.escape(2)
    stop, hold = second.waiting(STOP), second.waiting(HOLD)
    second.decide(HOLD, Action.DECLINE, 3)
    for audience in ("purchasing", "quality"):
        said = told("declined", audience)
        assert f"{stop.number} (stop of shipments of PN-7 / N1) as it is: it waits" in said
    assert UNTIL not in told("declined", "purchasing")
    second.escape(4)
    again = second.waiting(HOLD)
    second.decide(STOP, Action.DECLINE, 5)
    said = told("declined", "quality")
    assert f"{again.number} (new-business hold) as it is: it waits" in said
    assert hold.number not in said
    Message.objects.update(language="de")
    missing.clear()
    assert "bleibt davon unberührt" in told("declined", "quality")
    assert missing == set()


def test_declined_proposal_does_not_free_what_another_escape_holds_back(second: Story) -> None:
    """Purchasing waits for the other part's decision too."""
    other = Story(
        second.supplier,
        Level.CS1,
        sqe=second.sqe,
        manager=second.manager,
        plant=second.plant,
        part=PartFactory(number="PN-8"),
    )
    other.escape(2)
    second.escape(2)
    second.decide(HOLD, Action.DECLINE, 3)
    assert UNTIL in told("declined", "purchasing")
    other.decide("cs2", Action.DECLINE, 4)
    assert UNTIL not in told("declined", "purchasing")


# -- what the readers would ask ----------------------------------------------------------


def test_subject_and_opening_of_a_stop_name_its_part(second: Story, missing: set[str]) -> None:
    second.escape(2)
    second.decide(STOP, Action.APPROVE, 3)
    for audience in ("purchasing", "supplier", "quality"):
        rows = Message.objects.with_content().filter(event="raised", audience=audience)
        mail = render(rows.filter(step__episode__level=STOP).latest("pk"))
        assert "stop of shipments of PN-7 / N1" in mail.subject
        assert "PN-7 / N1" in mail.text.split("Why")[0]
    Message.objects.update(language="de")
    missing.clear()
    assert "Lieferstopp für PN-7 / N1" in told("raised", "purchasing")
    assert missing == set()


def test_my_suppliers_asks_for_what_the_mail_asks(
    second: Story, client: Client, buyer: User
) -> None:
    def page() -> str:
        client.force_login(buyer)
        return " ".join(client.get("/my-suppliers/").content.decode().split())

    assert UNTIL not in page()
    second.escape(2)
    assert UNTIL in page()
    second.decide(HOLD, Action.APPROVE, 3)
    assert UNTIL not in page()
    assert "No new business: no inquiry" in page()
