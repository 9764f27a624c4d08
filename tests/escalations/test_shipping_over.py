"""A case whose controlled shipping is over holds nothing; what calls for it again begins anew."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils.translation import override

from escalations import reasons
from escalations.models import (
    ControlledShipping,
    Episode,
    EpisodeStep,
    Message,
    ShippingLetter,
)
from escalations.notifications.letters import letter_pdf
from escalations.queries.forbidding import is_released, levels_forbidding, released
from escalations.services.conflicts import CaseOpenError
from escalations.services.decisions import decide
from escalations.services.records import judge_rejects
from escalations.services.shipping_letters import send_entry_letter, send_exit_letter
from escalations.services.shipping_log import log_days
from escalations.services.shipping_terms import Terms, complete, confirm, withdraw
from escalations.workflow import Action, Level
from suppliers.models import Part, Plant, Supplier, User
from tests.escalations.facts import AT, TODAY, evaluated, external, record_rule
from tests.escalations.shippings import day, raised
from tests.escalations.test_one_level import DECEMBER, NOVEMBER, approved, asked, proposed
from tests.factories import PartFactory, PlantFactory, RejectFactory
from tests.scorecards.pdf.checker import Heard
from tests.scorecards.pdf.reading import Read

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(days=2)
SHORT = Terms(
    defect="Burr",
    provider="Sort & Co",
    exit_production_days=1,
    exit_shipments=1,
    exit_action_verified=False,
)


@pytest.fixture
def lane() -> tuple[Part, Plant]:
    return PartFactory(), PlantFactory()


@pytest.fixture(params=["cs1", "cs2"])
def ended(
    request: pytest.FixtureRequest,
    supplier_a: Supplier,
    lane: tuple[Part, Plant],
    sqe: User,
    member_a: User,
    quality_manager: User,
) -> ControlledShipping:
    """Return one whose exit letter was sent, its case being monitored."""
    shipping = raised(supplier_a, part=lane[0], plant=lane[1])
    if request.param == "cs2":
        shipping = approved(proposed(supplier_a, Level.CS2), quality_manager)
    complete(shipping=shipping, lanes=[lane], terms=SHORT, by=sqe, at=AT)
    send_entry_letter(shipping=shipping, by=sqe, at=AT)
    confirm(shipping=shipping, name="Ms Weld", by=member_a, at=AT)
    log_days(shipping=shipping, days=[day(shipping, 1, shipments=1)], by=member_a, at=LATER)
    send_exit_letter(shipping=shipping, by=sqe, at=LATER)
    for action in (Action.ACKNOWLEDGE, Action.MONITOR):
        decide(episode=shipping.episode, action=action, by=sqe, at=LATER)
    shipping.refresh_from_db()
    return shipping


def test_letters_of_either_level_are_heard_and_lead_to_their_page(
    ended: ControlledShipping, heard: Heard
) -> None:
    letters = ShippingLetter.objects.filter(shipping=ended)
    drawn = {
        one.kind: Read(heard.add(f"{ended.level}-{one.kind}", letter_pdf(one).content))
        for one in letters
    }

    assert set(drawn) == {"entry", "exit"}
    for read in drawn.values():
        assert f"{settings.SITE_URL}{ended.get_absolute_url()}" in read.links


def withdrawn(shipping: ControlledShipping, by: User) -> ControlledShipping:
    withdraw(shipping=shipping, reason="It was entered by mistake.", by=by, at=AT)
    shipping.refresh_from_db()
    return shipping


def test_breach_after_the_exit_brings_a_new_controlled_shipping_and_is_told(
    ended: ControlledShipping, supplier_a: Supplier, lane: tuple[Part, Plant]
) -> None:
    told = set(Message.objects.values_list("pk", flat=True))
    external(supplier_a, counted=90, received=100_000, month=NOVEMBER, part=lane[0], plant=lane[1])
    outcome = evaluated(**DECEMBER)
    (case,) = outcome.raised
    assert case.level == "cs1"
    assert [hit.episode.level for hit in outcome.joined] == ["8d"]
    new = ControlledShipping.objects.get(episode=case)
    assert (new.state, new.scopes.get().part) == ("entered", lane[0])
    mails = Message.objects.exclude(pk__in=told).filter(event="raised")
    assert set(mails.values_list("audience", flat=True)) == {"purchasing", "quality", "supplier"}
    # what was over is not said to be the level before
    assert set(mails.values_list("level_before", "level_after")) == {("8d", "cs1")}
    assert levels_forbidding(supplier_a.pk, user=None) & {"cs1", "cs2"} == {"cs1"}
    assert not evaluated(**DECEMBER).changed


def test_case_that_a_breach_begins_anew_ends_and_names_the_new_one(
    supplier_a: Supplier, quality_manager: User
) -> None:
    old = withdrawn(raised(supplier_a), quality_manager)
    # the month that has hit it is no new breach
    assert not evaluated().changed
    external(supplier_a, counted=90, received=100_000, month=NOVEMBER)
    (case,) = evaluated(**DECEMBER).raised
    step = EpisodeStep.objects.get(action="supersede")
    assert (step.episode, step.from_state, step.to_state) == (old.episode, "open", "closed")
    assert step.by is None
    assert old.number in step.reason
    assert case.number in reasons.of_step(step)
    with override("de"):
        assert reasons.of_step(step) != step.reason
    assert not Message.objects.filter(event="ended").exists()
    assert set(Episode.objects.in_force().values_list("level", flat=True)) == {"8d", "cs1"}
    # what has been raised anew is joined as ever
    external(supplier_a, counted=90, received=100_000, month=NOVEMBER.plus(1))
    assert not evaluated(at=DECEMBER["at"] + timedelta(days=31), today=DECEMBER["today"]).raised


def test_query_and_row_agree_on_what_is_over(supplier_a: Supplier, quality_manager: User) -> None:
    shipping = raised(supplier_a)
    for over in (set[int](), {shipping.episode_id}):
        assert set(released([supplier_a.pk]).values_list("pk", flat=True)) == over
        found = Episode.objects.filter(supplier=supplier_a)
        assert {case.pk for case in found if is_released(case)} == over
        if not over:
            withdrawn(shipping, quality_manager)


def test_level_2_that_is_over_refuses_no_level_1_and_takes_no_breach(
    supplier_a: Supplier, lane: tuple[Part, Plant], sqe: User, quality_manager: User
) -> None:
    part, plant = lane
    for case in (proposed(supplier_a, Level.CS2), asked(supplier_a, sqe, Level.CS2, part)):
        withdrawn(approved(case, quality_manager), quality_manager)
    assert asked(supplier_a, sqe, Level.CS1, part).is_in_force
    waiting = proposed(supplier_a, Level.CS1, plant=plant)
    approved(waiting, quality_manager)
    external(supplier_a, counted=26, received=250_000, part=part, plant=plant)
    assert {case.level for case in evaluated().raised} == {"8d", "cs1"}
    # three level 1 of three scopes now, and both level 2 still open
    assert Episode.objects.in_force().filter(level="cs2").count() == 2


def test_person_begins_it_anew_by_hand(
    supplier_a: Supplier, lane: tuple[Part, Plant], sqe: User, quality_manager: User
) -> None:
    part, _plant = lane
    milder = asked(supplier_a, sqe, Level.CS1, part)
    with pytest.raises(CaseOpenError, match=milder.number):
        asked(supplier_a, sqe, Level.CS1, part)
    withdrawn(ControlledShipping.objects.get(), quality_manager)
    again = asked(supplier_a, sqe, Level.CS1, part)
    milder.refresh_from_db()
    assert (milder.state, again.state) == ("closed", "open")
    assert again.number in milder.steps.get(action="supersede").reason
    harder = approved(asked(supplier_a, sqe, Level.CS2, part), quality_manager)
    withdrawn(harder, quality_manager)
    proposal = proposed(supplier_a, Level.CS2, part=part)
    harder.episode.refresh_from_db()
    assert (proposal.is_proposed, harder.episode.state) == (True, "closed")
    # the supplier reads this case, and not the proposal
    assert proposal.number not in harder.episode.steps.get(action="supersede").reason
    assert proposed(supplier_a, Level.CS2, part=part) == proposal


def test_reject_begins_it_anew_too(supplier_a: Supplier, quality_manager: User) -> None:
    record_rule(severity="line_stop", level="cs1")
    for _ in range(2):
        RejectFactory(supplier=supplier_a, severity="line_stop", detected_on=TODAY)
        judge_rejects(at=AT)
    old = ControlledShipping.objects.get(level="cs1")
    withdrawn(old, quality_manager)
    RejectFactory(supplier=supplier_a, severity="line_stop", detected_on=TODAY)
    judge_rejects(at=AT)
    old.episode.refresh_from_db()
    new = ControlledShipping.objects.unfinished().get()
    assert old.episode.state == "closed"
    assert new.episode.number in old.episode.steps.get(action="supersede").reason
    assert Message.objects.filter(event="raised", step__episode=new.episode).exists()
