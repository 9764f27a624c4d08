"""Somebody who is narrowed to one plant sees of cases, 8Ds and shippings nothing of another."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from escalations.eight_d_workflow import Discipline, ForbiddenStepError
from escalations.models import (
    ControlledShipping,
    EightD,
    Episode,
    Message,
    ShippingEvent,
    ShippingLogEntry,
)
from escalations.notifications.render import render
from escalations.queries.shown import may_write_all
from escalations.services.eight_d import save_draft, submit
from escalations.services.opening import NewCase, open_case
from escalations.services.shipping_exit import watch
from escalations.services.shipping_letters import send_entry_letter
from escalations.services.shipping_log import Day, log_days
from escalations.services.shipping_terms import confirm
from escalations.workflow import Level
from suppliers.enums import Role
from suppliers.models import Part, Plant, Supplier, User
from tests.escalations.eight_d_contents import CONTENTS
from tests.escalations.facts import AT, evaluated, external
from tests.factories import (
    MembershipFactory,
    MembershipLimitFactory,
    PartFactory,
    PlantFactory,
    RejectFactory,
    SupplierContactFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

# What only the other plant knows; none of it may be read.
SECRETS = ("PLANT-THERE", "PN-THERE", "987", "REJ-THERE", "burr there")


@dataclass(kw_only=True)
class Place:
    here: Plant
    there: Plant
    part_here: Part
    part_there: Part
    narrowed: User
    report: EightD
    shipping: ControlledShipping


@pytest.fixture
def place(supplier_a: Supplier, sqe: User, member_a: User) -> Place:
    here, there = PlantFactory(code="PLANT-HERE"), PlantFactory(code="PLANT-THERE")
    part_here, part_there = PartFactory(number="PN-HERE"), PartFactory(number="PN-THERE")
    external(supplier_a, counted=20, received=100_000, part=part_here, plant=here)
    external(supplier_a, counted=987, received=100_000, part=part_there, plant=there)
    narrowed = UserFactory(email="here@oem.example")
    membership = MembershipFactory(user=narrowed, role=Role.SQE)
    MembershipLimitFactory(membership=membership, plant=here)
    SupplierContactFactory(supplier=supplier_a, user=sqe)
    SupplierContactFactory(supplier=supplier_a, user=narrowed, is_deputy=True)
    evaluated()
    report = EightD.objects.get()
    shipping = ControlledShipping.objects.get()
    send_entry_letter(shipping=shipping, by=sqe, at=AT)
    confirm(shipping=shipping, name="Ms Weld", by=member_a, at=AT)
    days = [
        Day(
            day=AT.date(),
            part=part,
            plant=plant,
            inspected_qty=Decimal(inspected),
            found_qty=Decimal(1),
            shipments=1,
            defect=defect,
            sorted_by="Shift A",
            row=row,
        )
        for row, (part, plant, inspected, defect) in enumerate(
            [(part_here, here, 100, "burr here"), (part_there, there, 987, "burr there")]
        )
    ]
    log_days(shipping=shipping, days=days, reason="", by=member_a, at=AT)
    shipping.refresh_from_db()
    return Place(
        here=here,
        there=there,
        part_here=part_here,
        part_there=part_there,
        narrowed=narrowed,
        report=report,
        shipping=shipping,
    )


def read(client: Client, address: str) -> str:
    answer: Any = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(body.decode(errors="replace"))


def told(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def test_pages_exports_and_api_are_silent_about_the_other_plant(
    client: Client, place: Place, sqe: User
) -> None:
    shipping, report = place.shipping.number, place.report.number
    addresses = [
        report_case := place.report.episode.get_absolute_url(),
        place.shipping.episode.get_absolute_url(),
        reverse("escalations"),
        reverse("eight_ds"),
        reverse("eight_ds_export"),
        place.report.get_absolute_url(),
        reverse("eight_d_json", args=[report]),
        reverse("eight_d_step", args=[report, "d2"]),
        reverse("shippings"),
        reverse("shippings_export", args=["csv"]),
        place.shipping.get_absolute_url(),
        reverse("shipping_log_export", args=[shipping, "csv"]),
        reverse("shipping_log", args=[shipping]),
        reverse("today"),
        reverse("messages"),
        f"/api/v1/episodes/{place.report.episode.number}/",
        f"/api/v1/eight-ds/{report}/",
        "/api/v1/eight-ds/",
        f"/api/v1/controlled-shippings/{shipping}/",
        f"/api/v1/controlled-shippings/{shipping}/log/",
    ]
    client.force_login(sqe)
    assert told(read(client, report_case)), "nothing is there to be hidden"
    client.force_login(place.narrowed)
    for address in addresses:
        assert told(read(client, address)) == [], address
    for address in (
        reverse("shipping_letter", args=[shipping, "entry"]),
        f"/api/v1/controlled-shippings/{shipping}/letters/entry/",
    ):
        assert client.get(address).status_code == 404
    assert client.post(reverse("shipping_send", args=[shipping])).status_code == 403


def test_own_plants_rows_are_there(client: Client, place: Place) -> None:
    client.force_login(place.narrowed)
    assert "PN-HERE" in read(client, place.report.get_absolute_url())
    log = read(client, place.shipping.get_absolute_url())
    assert "burr here" in log
    seen = ShippingLogEntry.objects.visible_to(place.narrowed)
    assert [entry.plant for entry in seen] == [place.here]


def test_submitted_problem_is_narrowed_and_written_by_who_sees_all_of_it(
    client: Client, place: Place, member_a: User
) -> None:
    rows = [
        {"part": "PN-HERE", "plant": "PLANT-HERE", "defect": "burr here", "quantity": "20"},
        {"part": "PN-THERE", "plant": "PLANT-THERE", "defect": "burr there", "quantity": "987"},
    ]
    content = {
        Discipline.D1: CONTENTS[Discipline.D1],
        Discipline.D2: CONTENTS[Discipline.D2] | {"affected": rows},
    }
    for one, said in content.items():
        step: Any = {"eight_d": place.report, "discipline": one, "by": member_a, "at": AT}
        submit(**step, seen=save_draft(**step, content=said, seen=0).version)
    client.force_login(place.narrowed)
    for address in (
        reverse("eight_d_step", args=[place.report.number, "d2"]),
        reverse("eight_d_revision", args=[place.report.number, "d2", 1]),
        reverse("eight_d_json", args=[place.report.number]),
        f"/api/v1/eight-ds/{place.report.number}/",
    ):
        page = read(client, address)
        assert told(page) == [], address
        assert "burr here" in page
    assert not may_write_all(place.report, Discipline.D2, user=place.narrowed)
    with pytest.raises(ForbiddenStepError):
        save_draft(
            eight_d=place.report,
            discipline=Discipline.D2,
            content=content[Discipline.D2],
            seen=1,
            by=place.narrowed,
            at=AT,
        )


def test_case_of_the_other_plant_is_not_there(
    client: Client, place: Place, supplier_a: Supplier, sqe: User
) -> None:
    new: Any = {
        "supplier": supplier_a,
        "level": Level.EIGHT_D,
        "metric": "external_ppm",
        "found": "Cracks.",
        "reason": "Seen at the line.",
    }
    theirs = open_case(new=NewCase(**new, plant=place.there), by=sqe, at=AT)
    ours = open_case(new=NewCase(**new, plant=place.here), by=sqe, at=AT)
    client.force_login(place.narrowed)
    board = read(client, reverse("escalations"))
    assert ours.number in board
    assert theirs.number not in board
    assert client.get(theirs.get_absolute_url()).status_code == 404
    assert client.get(theirs.eightd.get_absolute_url()).status_code == 404
    assert client.get(f"/api/v1/episodes/{theirs.number}/").status_code == 404
    assert not EightD.objects.visible_to(place.narrowed).filter(episode=theirs)
    sent = Message.objects.filter(recipient=place.narrowed)
    assert not sent.filter(step__episode=theirs)
    assert sent.filter(step__episode=ours)


def test_mails_to_the_narrowed_name_their_plants_alone(place: Place) -> None:
    def parts(user: User) -> str:
        mail = Message.objects.filter(recipient=user, event="raised").earliest("pk")
        return render(mail).text

    assert told(parts(place.narrowed)) == []
    assert "PN-HERE" in parts(place.narrowed)


def test_also_open_in_mails_names_only_cases_their_reader_may_open(
    place: Place, supplier_a: Supplier, sqe: User, buyer: User
) -> None:
    new: Any = {"supplier": supplier_a, "level": Level.EIGHT_D, "metric": "other"}
    new |= {"found": "Cracks.", "reason": "Seen at the line."}
    theirs = open_case(new=NewCase(**new, plant=place.there), by=sqe, at=AT)
    ours = open_case(new=NewCase(**new, plant=place.here), by=sqe, at=AT)
    mails = Message.objects.with_content().filter(event="raised").exclude(step__episode=theirs)
    seen = {user: mails.filter(recipient=user).earliest("pk") for user in (place.narrowed, sqe)}
    assert ours.number in render(seen[place.narrowed]).text
    assert theirs.number not in render(seen[place.narrowed]).text
    assert theirs.number in render(seen[sqe]).text, "nothing is there to be hidden"


def test_escape_at_the_other_plant_is_not_told(
    client: Client, place: Place, supplier_a: Supplier
) -> None:
    later = AT + timedelta(days=3)
    for part, plant in ((place.part_there, place.there), (place.part_here, place.here)):
        RejectFactory(supplier=supplier_a, part=part, plant=plant, detected_on=later.date())
    watch(at=later)
    told_of = Message.objects.filter(event="shipping_escape", recipient=place.narrowed)
    escapes = {one.reject.plant for one in ShippingEvent.objects.filter(reject__isnull=False)}
    assert escapes == {place.here, place.there}
    events = ShippingEvent.objects.filter(pk__in=told_of.values("about_id"))
    assert {event.reject.plant for event in events} == {place.here}
    case = Episode.objects.get(level="cs2")
    client.force_login(place.narrowed)
    for address in (case.get_absolute_url(), f"/api/v1/episodes/{case.number}/"):
        assert told(read(client, address)) == [], address


def test_narrowed_engineer_begins_cases_of_own_plants(
    client: Client, place: Place, supplier_a: Supplier
) -> None:
    client.force_login(place.narrowed)
    where = f"{reverse('case_new')}?supplier={supplier_a.code}"
    assert told(read(client, where)) == []
    typed = {"level": "8d", "metric": "other", "found": "Cracks.", "reason": "Seen."}
    for plant, status in (("", 422), ("PLANT-THERE", 422), ("PLANT-HERE", 302)):
        assert client.post(where, typed | {"plant": plant}).status_code == status
    assert Episode.objects.get(metric="other").plant == place.here
    lanes = read(client, f"{reverse('shipping_new')}?supplier={supplier_a.code}")
    assert "PLANT-THERE" not in lanes


def test_who_answers_for_one_plant_decides_what_lies_within_it(
    client: Client, place: Place, supplier_a: Supplier, sqe: User
) -> None:
    """Of controlled shipping at two plants nothing; of an own case and of the 8D, everything."""
    manager = UserFactory()
    membership = MembershipFactory(user=manager, role=Role.QUALITY_MANAGER)
    MembershipLimitFactory(membership=membership, plant=place.here)
    client.force_login(manager)

    def answers(case: Episode, action: str = "review") -> int:
        where = reverse("decide_episode", args=[case.number])
        return client.post(where, {"action": action, "reason": "Because."}).status_code

    def proposes(case: Episode) -> int:
        where = reverse("propose_level", args=[case.number])
        harder = {"level": "new_business_hold", "because": "Because."}
        return client.post(where, harder).status_code

    def buttons(case: Episode) -> tuple[bool, bool]:
        page = read(client, case.get_absolute_url())
        decide, propose_ = (
            reverse(name, args=[case.number]) for name in ("decide_episode", "propose_level")
        )
        return decide in page, propose_ in page

    both, report = place.shipping.episode, place.report.episode
    new: Any = {
        "supplier": supplier_a,
        "metric": "other",
        "found": "Cracks.",
        "reason": "Seen at the line.",
    }
    hold = open_case(new=NewCase(**new, level=Level.NEW_BUSINESS_HOLD), by=sqe, at=AT)
    two = [(place.part_here, place.here), (place.part_there, place.there)]
    of_both = open_case(new=NewCase(**new, level=Level.CS2, lanes=two), by=sqe, at=AT)
    own = open_case(new=NewCase(**new, level=Level.CS1, lanes=two[:1]), by=sqe, at=AT)
    asked_here = [(place.part_here, place.here)]
    about = new | {"metric": "warranty_ppm"}
    of_own = open_case(new=NewCase(**about, level=Level.CS2, lanes=asked_here), by=sqe, at=AT)
    today = read(client, f"{reverse('today')}?of=all")
    for case in (both, hold, of_both):
        assert buttons(case) == (False, False), case
        assert (answers(case, "approve"), answers(case), proposes(case)) == (403, 403, 403)
        assert case.get_absolute_url() not in today
    assert buttons(report) == (True, False)
    assert proposes(report) == 403
    assert (buttons(own), buttons(of_own)) == ((True, True), (True, False))
    for case in (report, own, of_own):
        assert case.get_absolute_url() in today
    assert answers(of_own, "approve") == answers(own) == answers(report) == proposes(own) == 302
    assert {one.state for one in Episode.objects.filter(pk__in=[own.pk, report.pk])} == {
        "under_review"
    }
    client.force_login(sqe)
    assert buttons(both) == (True, True)
