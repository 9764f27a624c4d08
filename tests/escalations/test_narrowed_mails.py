"""Mails to somebody who is narrowed to one plant: of what they may open, and nothing of another."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from escalations.eight_d_workflow import Action, Discipline
from escalations.models import Episode, Message, ShippingLetter
from escalations.notifications.render import render
from escalations.services.eight_d import save_draft, submit
from escalations.services.ledger import StillNobodyError, retry
from escalations.services.opening import NewCase, open_case
from escalations.services.reminding import remind_due
from escalations.services.sending import prepare
from escalations.services.shipping_log import Day, log_days
from escalations.services.shipping_steps import Mover, move
from escalations.services.telling_shipping import tell_of_shipping
from escalations.shipping_workflow import ShippingAction
from escalations.workflow import Level
from suppliers.enums import Responsibility, Role
from suppliers.models import Plant, Supplier, User
from tests.cast import person
from tests.escalations.eight_d_contents import CONTENTS
from tests.escalations.every_message import hand_in, reviewed
from tests.escalations.facts import AT, evaluated, external
from tests.escalations.test_narrowed import Place, place, told
from tests.escalations.test_proposals import new_version
from tests.factories import (
    MembershipFactory,
    MembershipLimitFactory,
    PlantFactory,
    SupplierContactFactory,
    UserFactory,
)
from tests.suppliers.services.records import dispute_of, reject_of

__all__ = ["place"]  # a fixture

pytestmark = pytest.mark.django_db


def case_at(plant: Plant, by: User, supplier: Supplier) -> Episode:
    """Begin an 8D by hand for what was seen at one plant."""
    new = NewCase(
        supplier=supplier,
        plant=plant,
        level=Level.EIGHT_D,
        metric="other",
        found="Cracks.",
        reason="Seen at the line.",
    )
    return open_case(new=new, by=by, at=AT)


def test_8d_of_the_other_plant_is_told_to_who_may_open_it(
    place: Place, supplier_a: Supplier, sqe: User, member_a: User
) -> None:
    theirs = case_at(place.there, sqe, supplier_a).eightd
    ours = case_at(place.here, sqe, supplier_a).eightd
    for report in (theirs, ours):
        hand_in(report, member_a, Discipline.D1)
    submitted = Message.objects.filter(event="step_submitted")
    told_of = {user: submitted.filter(recipient=user) for user in (place.narrowed, sqe)}
    names = {user: set(rows.values_list("about_name", flat=True)) for user, rows in told_of.items()}
    assert names == {place.narrowed: {ours.number}, sqe: {ours.number, theirs.number}}


def test_8d_in_a_mail_shows_its_reader_the_own_plants_alone(
    place: Place, sqe: User, member_a: User
) -> None:
    rows = [
        {"part": "PN-THERE", "plant": "PLANT-THERE", "defect": "burr there", "quantity": "987"},
        {"part": "PN-HERE", "plant": "PLANT-HERE", "defect": "burr here", "quantity": "20"},
    ]
    content = {
        Discipline.D1: CONTENTS[Discipline.D1],
        Discipline.D2: CONTENTS[Discipline.D2] | {"affected": rows},
    }
    for one, said in content.items():
        step: Any = {"eight_d": place.report, "discipline": one, "by": member_a, "at": AT}
        submit(**step, seen=save_draft(**step, content=said, seen=0).version)
    for first, second in ((sqe, place.narrowed), (place.narrowed, sqe)):
        mails = {user: drawn_for(user) for user in (first, second)}
        narrowed, whole = mails[place.narrowed], mails[sqe]
        assert told(narrowed.text) == []
        assert "PN-HERE" in narrowed.text
        assert "plants you answer for" in " ".join(narrowed.text.split())
        assert told(pdf_text(narrowed)) == []
        assert "burr here" in pdf_text(narrowed)
        assert {"PLANT-THERE", "burr there"} <= set(told(pdf_text(whole)))
        Message.objects.filter(state="waiting").update(state="discarded")
        place.report.refresh_from_db()
        reviewed(place.report, sqe, Action.RETURN, Discipline.D2)
        submit(**step, seen=save_draft(**step, content=said, seen=1).version)


def drawn_for(user: User) -> Message:
    """Return the newest mail to somebody about steps handed in, as it is kept for sending."""
    mails = Message.objects.with_content().filter(event="step_submitted", state="waiting")
    mail: Message = mails.filter(recipient=user).latest("pk")
    prepare(mail, at=AT)
    mail.save()
    return mail


def pdf_text(mail: Message) -> str:
    assert mail.attachment is not None
    return "".join(page.extract_text() for page in PdfReader(BytesIO(mail.attachment.data)).pages)


def test_mails_about_shippings_name_their_readers_plants_alone(
    place: Place, sqe: User, buyer: User, supplier_a: Supplier
) -> None:
    mails = Message.objects.with_content().filter(kind="shipping", recipient=place.narrowed)
    found = mails.get(event="shipping_find")
    assert "burr here" in render(found).text
    assert "PN-HERE / PLANT-HERE" in render(found).text
    whole = Message.objects.with_content().get(event="shipping_find", recipient=sqe)
    assert told(render(whole).text), "nothing is there to be hidden"
    for mail in mails:
        assert told(render(mail).text) == [], mail.event


def test_find_at_the_other_plant_and_its_correction_are_told_to_who_may_see_them(
    place: Place, member_a: User, sqe: User
) -> None:
    there, here = (place.part_there, place.there), (place.part_here, place.here)
    for hours, (part, plant), found in (
        (26, there, 3),
        (27, here, 3),
        (28, there, 0),
        (29, here, 0),
    ):
        day = Day(
            day=AT.date() + timedelta(days=1),
            part=part,
            plant=plant,
            inspected_qty=Decimal(50),
            found_qty=Decimal(found),
            shipments=1,
            defect="burr" if found else "",
            sorted_by="Shift A",
            row=1,
        )
        written: Any = {"days": [day], "reason": "" if found else "Counted twice."}
        at = AT + timedelta(hours=hours)
        log_days(shipping=place.shipping, by=member_a, at=at, **written)
    since = Message.objects.with_content().filter(created_at__gt=AT + timedelta(hours=25))
    events = sorted(since.filter(recipient=sqe).values_list("event", flat=True))
    assert events == ["shipping_find"] * 2 + ["shipping_find_corrected"] * 2
    mine = since.filter(recipient=place.narrowed).order_by("pk")
    assert [mail.event for mail in mine] == ["shipping_find", "shipping_find_corrected"]
    for mail in mine:
        assert told(render(mail).text) == []
        assert "PN-HERE" in render(mail).text


def test_exit_letter_goes_to_who_sees_every_plant_it_names(
    place: Place, sqe: User, buyer: User
) -> None:
    event = move(place.shipping, ShippingAction.READY, mover=Mover(at=AT, today=AT.date()))
    person = Mover.person(sqe, place.shipping, at=AT, today=AT.date())
    event = move(place.shipping, ShippingAction.END, mover=person)
    ShippingLetter.objects.create(
        shipping=place.shipping,
        kind="exit",
        html='<html lang="en"><title>Exit</title><p>PN-THERE / PLANT-THERE</p></html>',
        sent_at=AT,
        sent_by=sqe,
    )
    tell_of_shipping(event)
    mails = Message.objects.with_content().filter(event="shipping_exited")
    narrowed, whole = (mails.get(recipient=user) for user in (place.narrowed, sqe))
    for mail in (narrowed, whole):
        prepare(mail, at=AT)
    assert whole.attachment is not None
    assert "the exit letter is attached" in whole.text
    assert narrowed.attachment is None
    assert "exit letter" not in narrowed.text
    assert "No letter is attached" in narrowed.text
    assert told(narrowed.text) == []


def test_disputes_and_reminders_of_the_other_plant_are_not_told(
    place: Place, supplier_a: Supplier, sqe: User, member_a: User
) -> None:
    for name, part, plant in (
        ("REJ-THERE", place.part_there, place.there),
        ("REJ-HERE", place.part_here, place.here),
    ):
        reject = reject_of(supplier_a, complaint=name, part=part, plant=plant)
        dispute_of(reject, member_a, at=AT)
    mine = Message.objects.filter(recipient=place.narrowed, event="disputed")
    assert list(mine.values_list("about_name", flat=True)) == ["REJ-HERE"]
    cases = {plant: case_at(plant, sqe, supplier_a) for plant in (place.there, place.here)}
    for case in cases.values():
        hand_in(case.eightd, member_a, Discipline.D1)
    reminded = Message.objects.filter(kind="reminder")
    for days in range(1, 40):
        at = AT + timedelta(days=days)
        remind_due(clock=lambda at=at: at)  # type: ignore[misc]  # the moment is bound
        reminded.filter(state="waiting").update(state="sent", sent_at=at)
    numbers = {plant: case.eightd.number for plant, case in cases.items()}
    told_of = " ".join(
        reminded.filter(recipient=place.narrowed).values_list("about_name", flat=True)
    )
    assert numbers[place.there] in " ".join(reminded.values_list("about_name", flat=True))
    assert numbers[place.there] not in told_of


def test_who_is_found_later_gets_only_what_they_may_open(
    place: Place, supplier_a: Supplier, sqe: User
) -> None:
    SupplierContactFactory(
        supplier=supplier_a, user=place.narrowed, responsibility=Responsibility.BUYER
    )
    theirs = case_at(place.there, sqe, supplier_a)
    nobody = Message.objects.get(step__episode=theirs, audience="purchasing")
    assert nobody.state == "no_recipient"
    with pytest.raises(StillNobodyError):
        retry(message=nobody, by=sqe, at=AT)


def test_breaches_at_two_plants_are_told_to_who_answers_for_each(supplier_a: Supplier) -> None:
    """One month, a rule for each plant: the whole to who sees all, to the others their own."""
    new_version(scope="supplier_plant", threshold_ppm=50)
    here, there, nobodys = (PlantFactory(code=f"PLANT-{name}") for name in ("H", "T", "N"))
    all_three = {here, there, nobodys}
    for plant, counted in ((here, 20), (there, 30), (nobodys, 40)):
        external(supplier_a, counted=counted, received=100_000, plant=plant)
    at_here, at_there, at_both = narrowed_to(here), narrowed_to(there), narrowed_to(here, there)
    buyer = person(Role.BUYER)
    evaluated()

    def told_of(user: User) -> set[Plant]:
        mail = Message.objects.get(recipient=user, event="raised")
        assert mail.step in mail.steps.all()
        about = {step.episode.plant for step in mail.steps.all()}
        text = render(mail).text
        assert not [plant.code for plant in all_three - about if plant.code in text]
        return about

    assert told_of(at_here) == {here}
    assert told_of(at_there) == {there}
    assert told_of(at_both) == {here, there}
    assert told_of(buyer) == all_three
    # nobody of supplier quality answers for the third plant
    (nobody,) = Message.objects.filter(event="raised", audience="quality", recipient=None)
    assert {step.episode.plant for step in nobody.steps.all()} == {nobodys}
    assert Message.objects.filter(event="raised", audience="purchasing").count() == 1


@pytest.mark.parametrize("later", [0, 1])
def test_breaches_nobody_was_told_of_go_to_who_is_named_for_any_of_their_plants(
    supplier_a: Supplier, quality_manager: User, later: int
) -> None:
    new_version(scope="supplier_plant", threshold_ppm=50)
    plants = [PlantFactory(code=f"PLANT-{name}") for name in ("H", "T")]
    elsewhere = narrowed_to(PlantFactory())
    for plant in plants:
        external(supplier_a, counted=20, received=100_000, plant=plant)
    evaluated()
    (nobody,) = Message.objects.filter(event="raised", audience="quality")
    with pytest.raises(StillNobodyError):
        retry(message=nobody, by=quality_manager, at=AT)
    first, second = plants[later], plants[1 - later]
    told_first = narrowed_to(first)
    retry(message=nobody, by=quality_manager, at=AT)
    mail = Message.objects.get(recipient=told_first, event="raised")
    assert mail.step in mail.steps.all()
    assert {step.episode.plant for step in mail.steps.all()} == {first}
    text = render(mail).text
    assert first.code in text
    assert second.code not in text
    # the other plant's is still told to nobody, and found
    nobody.refresh_from_db()
    assert (nobody.state, nobody.recipient) == ("no_recipient", None)
    assert nobody.step in nobody.steps.all()
    assert {step.episode.plant for step in nobody.steps.all()} == {second}
    with pytest.raises(StillNobodyError):
        retry(message=nobody, by=quality_manager, at=AT)
    told_second, told_both = narrowed_to(second), narrowed_to(*plants)
    retry(message=nobody, by=quality_manager, at=AT)
    nobody.refresh_from_db()
    assert nobody.state == "discarded"
    for user in (told_second, told_both):
        mail = Message.objects.get(recipient=user, event="raised")
        assert {step.episode.plant for step in mail.steps.all()} == {second}
    assert not Message.objects.filter(recipient=elsewhere).exists()


def narrowed_to(*plants: Plant) -> User:
    """Make a supplier-quality engineer who answers for these plants alone."""
    user: User = UserFactory()
    membership = MembershipFactory(user=user, role=Role.SQE)
    for plant in plants:
        MembershipLimitFactory(membership=membership, plant=plant)
    return user
