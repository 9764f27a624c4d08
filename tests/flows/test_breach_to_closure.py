"""From a breach to its closure in browsers, and the opposite: an escape, and what follows.

The story takes five months. Its clock is passed in wherever days go by; pages and tasks are told
the same time. Everything a customer and a supplier decide by reading is clicked, the rest is done
by the services that the same buttons call.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from escalations.eight_d_score import Criterion
from escalations.eight_d_workflow import Action, Discipline
from escalations.models import ControlledShipping, EightD, Episode
from escalations.queries.criteria import criteria
from escalations.services import eight_d as report
from escalations.services.shipping_letters import send_entry_letter
from escalations.services.shipping_log import Day, log_days
from escalations.services.shipping_terms import Terms, complete, confirm
from scorecards.periods import Month
from scorecards.rollup import drain
from scorecards.services.publication import publish_month
from suppliers.models import Part, Plant, Reject, Supplier, User
from suppliers.working_days import is_working_day, public_holidays
from tests.browser.fixtures import patient
from tests.browser.watching import watch
from tests.escalations.eight_d_contents import CONTENTS
from tests.escalations.facts import OCTOBER, external
from tests.factories import PartFactory, PlantFactory, RejectFactory
from tests.flows.browsing import WIDE, Person
from tests.flows.story import Story, text_of
from tests.smtp import smtp_server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

D = Discipline
FIRST_DAY = date(2026, 11, 3)
Seat = Callable[[User, str], Person]


@pytest.fixture
def story(monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    """Begins on the day on which October is published."""
    with smtp_server() as mailbox:
        story = Story(FIRST_DAY, mailbox)
        monkeypatch.setattr(timezone, "now", story.now)
        yield story


@pytest.fixture
def seat(browser: Browser, live_server: LiveServer) -> Iterator[Seat]:
    """Return a function that opens a page as somebody; a session lasts a scene, not months."""
    contexts, complaints = [], []

    def seat(user: User, path: str) -> Person:
        client = Client()
        client.force_login(user)
        cookie = {
            "name": "sessionid",
            "value": client.cookies["sessionid"].value,
            "url": live_server.url,
        }
        context = patient(browser.new_context(viewport=WIDE, reduced_motion="reduce"))
        contexts.append(context)
        context.add_cookies([cookie])  # type: ignore[list-item]  # Playwright's TypedDict
        page = context.new_page()
        complaints.append(watch(page))
        person = Person(page, live_server.url)
        person.open(path)
        return person

    yield seat
    for context in contexts:
        context.close()
    assert [complaint for of_one in complaints for complaint in of_one] == []


@pytest.fixture
def part(db: None) -> Part:
    made: Part = PartFactory(number="P-1", name="Housing")
    return made


@pytest.fixture
def plant(db: None) -> Plant:
    made: Plant = PlantFactory(code="ESS")
    return made


@pytest.fixture
def breach(  # everybody who is told
    story: Story,
    supplier_a: Supplier,
    part: Part,
    plant: Plant,
    member_a: User,
    sqe: User,
    buyer: User,
    quality_manager: User,
) -> ControlledShipping:
    """October is published: 26 of 250,000 pieces, 104 PPM; an 8D and controlled shipping."""
    external(supplier_a, counted=26, received=250_000, part=part, plant=plant)
    publish(story, OCTOBER)
    assert list(Episode.objects.order_by("pk").values_list("level", "state")) == [
        ("8d", "open"),
        ("cs1", "open"),
    ]
    return ControlledShipping.objects.get()


def publish(story: Story, month: Month) -> None:
    drain(at=story.at)
    publish_month(month=month, by=None, at=story.at)
    story.work()


# -- (a) from breach to closure ------------------------------------------------------------


def test_from_breach_to_closure(  # both sides, and purchasing
    story: Story,
    seat: Seat,
    breach: ControlledShipping,
    member_a: User,
    sqe: User,
    buyer: User,
) -> None:
    eight_d = EightD.objects.get()
    expect_mails_of_the_breach(story, eight_d, buyer=buyer, supplier=member_a, quality=sqe)

    for case in Episode.objects.order_by("pk"):
        acknowledge(seat(sqe, case.get_absolute_url()))
    contain(story, seat(member_a, "/our-quality/"), eight_d, member_a)
    story.work()
    assert "D3" in story.subjects(sqe)[-1]
    start_controlled_shipping(seat, breach, quality=sqe, supplier=member_a)
    story.work()
    accept(story, eight_d, sqe, D.D1, D.D2, D.D3)

    story.go_to(FIRST_DAY + timedelta(days=6))
    weak_d4_comes_back(story, seat, eight_d, quality=sqe, supplier=member_a)

    days = production_days(20)
    log_first_day(seat(member_a, f"{breach.get_absolute_url()}log/"), days[0])
    log_the_rest(story, breach, days[1:], by=member_a)
    hand_in(story, eight_d, member_a, D.D5, D.D6)
    accept(story, eight_d, sqe, D.D5, D.D6)
    story.work()
    # the steps handed in together come a little later, in one mail
    assert "ready to exit" in story.subjects(sqe)[-2]
    assert "D5, D6 submitted" in story.subjects(sqe)[-1]
    leave_controlled_shipping(story, seat, breach, quality=sqe)
    expect_mails_of_the_exit(story, breach, buyer=buyer, supplier=member_a)

    hand_in(story, eight_d, member_a, D.D7, D.D8)
    accept(story, eight_d, sqe, D.D7, D.D8)
    months_go_by(story, breach)
    score_and_close(story, seat, eight_d, quality=sqe, supplier=member_a)
    close_the_cases(story, seat, sqe)
    expect_mails_of_the_end(story, eight_d, buyer=buyer, supplier=member_a)


def expect_mails_of_the_breach(
    story: Story, eight_d: EightD, *, buyer: User, supplier: User, quality: User
) -> None:
    level = "ALFA-4711: controlled shipping level 1, external PPM 104 in October 2026"
    assert story.subjects(buyer) == [level]
    assert story.subjects(quality) == [level]
    assert level in story.subjects(supplier)
    told = text_of(story.mail(buyer, level))
    assert "26 rejects in 250,000" in told
    assert "No shipment of the affected parts without 100 % redundant inspection" in told
    assert "No new business" not in told
    asked = text_of(story.mail(supplier, level))
    assert "Containment (D3) is due on" in asked
    assert eight_d.number in asked


def acknowledge(quality: Person) -> None:
    quality.press("Acknowledge")
    expect(quality.page.get_by_text("Acknowledged").first).to_be_visible()


def contain(story: Story, supplier: Person, eight_d: EightD, member: User) -> None:
    """Come from "Our quality" to the 8D and hand in D1 to D3 on the first day."""
    supplier.reads(eight_d.number)
    hand_in(story, eight_d, member, D.D1, D.D2)
    supplier.open(f"{eight_d.get_absolute_url()}d3/")
    supplier.press("Submit D3")
    supplier.reads("Saved, but not submitted")
    for field, value in {
        "containment-0-action": "Sort all stock",
        "containment-0-owner": "Tom Reed",
        "containment-0-done_on": story.at.date().isoformat(),
        "stock-0-quantity": "1200",
        "stock-0-checked": "1200",
        "stock-0-found": "3",
        "stock-1-quantity": "0",
        "stock-1-checked": "0",
        "stock-1-found": "0",
        "stock-2-quantity": "400",
        "stock-2-checked": "400",
        "stock-2-found": "1",
        "result": "Only certified parts leave from today.",
    }.items():
        supplier.page.locator(f"[name={field}]").fill(value)
    supplier.press("Submit D3")
    supplier.reads("Submitted. The customer reviews it")
    supplier.check_page()


def start_controlled_shipping(
    seat: Seat, shipping: ControlledShipping, *, quality: User, supplier: User
) -> None:
    inside = seat(quality, shipping.get_absolute_url())
    inside.press("Send the entry letter")
    inside.reads("The entry letter is sent.")
    outside = seat(supplier, shipping.get_absolute_url())
    outside.page.get_by_label("Your name").fill("Ms Weld")
    outside.press("Confirm")
    outside.reads("Confirmed. From now on each day of sorting is logged here.")


def weak_d4_comes_back(
    story: Story, seat: Seat, eight_d: EightD, *, quality: User, supplier: User
) -> None:
    address = f"{eight_d.get_absolute_url()}d4/"
    weak = CONTENTS[D.D4] | {"occurrence_cause": "Operator error."}
    save(story, eight_d, supplier, D.D4, content=weak)
    outside = seat(supplier, address)
    outside.press("Submit D4")
    outside.reads("Submitted. The customer reviews it")
    story.work()
    assert "D4" in story.subjects(quality)[-1]

    inside = seat(quality, address)
    inside.reads("Operator error.")
    inside.press("Return")
    inside.reads("Say why; both sides will read it")
    inside.page.get_by_label("Comment").fill("Why could the operator do it? Ask why again.")
    inside.press("Return")
    inside.reads("Returned with your comment.")
    story.work()
    assert "Ask why again." in text_of(story.mail(supplier, "returned"))

    outside = seat(supplier, address)
    outside.reads("Ask why again.")
    outside.check_page()
    cause = outside.page.locator("[name=occurrence_cause]")
    expect(cause).to_have_value("Operator error.")
    cause.fill("The die has no maintenance by strokes.")
    expect(cause).to_have_value("The die has no maintenance by strokes.")
    outside.press("Submit D4")
    outside.reads("Submitted. The customer reviews it")
    inside.open(address)
    inside.reads("The die has no maintenance by strokes.", "Revision 2")
    inside.press("Accept")
    inside.reads("Accepted. The supplier is told.")
    story.work()
    assert "D4" in story.subjects(supplier)[-1]
    assert "accepted" in story.subjects(supplier)[-1]


def log_first_day(supplier: Person, day: date) -> None:
    supplier.page.get_by_label("Day", exact=True).fill(day.isoformat())
    supplier.page.get_by_label("Sorted by").fill("Early shift")
    supplier.page.get_by_label("Inspected").fill("120")
    supplier.page.get_by_label("Shipments").fill("1")
    supplier.press("Log the day")
    supplier.reads("1 row logged.", "1 of 20")


def log_the_rest(story: Story, shipping: ControlledShipping, days: list[date], *, by: User) -> None:
    """Log each day in its evening; every fourth one a shipment left."""
    (scope,) = shipping.scopes.select_related("part", "plant")
    for number, day in enumerate(days):
        if day > story.at.date():
            story.go_to(day)
        row = Day(
            day=day,
            part=scope.part,
            plant=scope.plant,
            inspected_qty=Decimal(150),
            found_qty=Decimal(0),
            shipments=int(number % 4 == 0),
            sorted_by="Early shift",
        )
        log_days(shipping=shipping, days=[row], by=by, at=story.at)


def leave_controlled_shipping(
    story: Story, seat: Seat, shipping: ControlledShipping, *, quality: User
) -> None:
    inside = seat(quality, shipping.get_absolute_url())
    inside.reads("20 of 20", "5 of 5", "and 1 more")
    inside.check_page()
    inside.press("Send the exit letter")
    inside.reads("The exit letter is sent; controlled shipping has ended.")
    story.work()


def expect_mails_of_the_exit(
    story: Story, shipping: ControlledShipping, *, buyer: User, supplier: User
) -> None:
    ended = f"ALFA-4711: controlled shipping level 1 ended, {shipping.number}"
    for person in (buyer, supplier):
        (letter,) = story.mail(person, ended).iter_attachments()
        assert letter.get_content_type() == "application/pdf"
    free = "may be shipped again without the additional inspection"
    assert free in text_of(story.mail(buyer, ended))


def months_go_by(story: Story, shipping: ControlledShipping) -> None:
    """November to February, each published at the beginning of the next; one other reject each."""
    (scope,) = shipping.scopes.select_related("part", "plant")
    supplier = shipping.episode.supplier
    for month in (OCTOBER.plus(number) for number in range(1, 5)):
        day = month.last_day + timedelta(days=3)
        if day > story.at.date():
            story.go_to(day)
        external(supplier, received=250_000, month=month, part=scope.part, plant=scope.plant)
        external(supplier, counted=1, month=month, plant=scope.plant)
        publish(story, month)


def score_and_close(
    story: Story, seat: Seat, eight_d: EightD, *, quality: User, supplier: User
) -> None:
    here = eight_d.get_absolute_url()
    score(seat(supplier, f"{here}score/"), 2)
    inside = seat(quality, f"{here}score/")
    score(inside, 1)
    inside.reads("10 of 20 points.")
    expect(inside.page.get_by_role("button", name="Close the 8D")).to_have_count(0)
    inside.open(f"{here}score/")
    score(inside, 2)
    inside.reads("20 of 20 points.", "3 so far")
    inside.check_page()
    inside.page.get_by_label("Reason").fill("Three months without a burr.")
    inside.press("Close the 8D")
    expect(inside.page.get_by_role("heading", level=1)).to_contain_text("Closed")
    story.work()


def score(person: Person, points: int) -> None:
    for one in Criterion:
        person.page.locator(f"[name={one.value}][value='{points}']").check()
    person.press("Save the score")
    expect(person.page.get_by_role("heading", name="Quality of the report")).to_be_visible()


def close_the_cases(story: Story, seat: Seat, quality: User) -> None:
    for case in Episode.objects.order_by("-pk"):
        assert {one.name: one.met for one in criteria(case)} == dict.fromkeys(
            ["clean_months", "cause_verified", "no_repeat"]
            + (["shipping_exited"] if case.level == "cs1" else []),
            True,
        )
        inside = seat(quality, case.get_absolute_url())
        expect(inside.page.get_by_text("not met")).to_have_count(0)
        decision = inside.page.locator("#decide")
        decision.get_by_label("Reason").fill("Proven by two clean months.")
        decision.get_by_role("button", name=re.compile(r"^Close( \(|$)")).click()
        expect(inside.page.get_by_role("heading", level=1)).to_contain_text("Closed")
    story.work()
    assert set(Episode.objects.values_list("state", flat=True)) == {"closed"}


def expect_mails_of_the_end(story: Story, eight_d: EightD, *, buyer: User, supplier: User) -> None:
    for person in (buyer, supplier):
        for level in ("controlled shipping level 1", "8D request"):
            assert story.mail(person, f"ALFA-4711: {level} ended, external PPM")
    last = text_of(story.mail(buyer, "8D request ended"))
    assert "now: no level" in last
    assert "Nothing is forbidden." in last
    assert story.mail(supplier, f"{eight_d.number} closed")


# -- what both stories do by services --------------------------------------------------------


def save(story: Story, eight_d: EightD, by: User, step: Discipline, **options: Any) -> None:
    content = options.get("content", CONTENTS[step])
    report.save_draft(eight_d=eight_d, discipline=step, content=content, seen=0, by=by, at=story.at)


def hand_in(story: Story, eight_d: EightD, by: User, *steps: Discipline) -> None:
    for step in steps:
        save(story, eight_d, by, step)
        seen = eight_d.steps.get(discipline=step.value).version
        report.submit(eight_d=eight_d, discipline=step, seen=seen, by=by, at=story.at)


def accept(story: Story, eight_d: EightD, by: User, *steps: Discipline) -> None:
    for step in steps:
        report.review(
            eight_d=eight_d,
            discipline=step,
            revision=eight_d.revisions.filter(discipline=step.value).count(),
            action=Action.ACCEPT,
            comment="",
            by=by,
            at=story.at,
        )


def production_days(count: int) -> list[date]:
    """Return the first working days from the entry on, that day included."""
    free = public_holidays(country="DE", first=FIRST_DAY, last=date(2027, 12, 31))
    every = (FIRST_DAY + timedelta(days=number) for number in range(count * 2))
    return [day for day in every if is_working_day(day, holidays=free)][:count]


# -- (b) the opposite: an escape, and what follows ------------------------------------------


def test_escape_leads_to_level_2_and_to_a_new_business_hold(  # all who decide
    story: Story,
    seat: Seat,
    breach: ControlledShipping,
    member_a: User,
    sqe: User,
    buyer: User,
    quality_manager: User,
) -> None:
    send_entry_letter(shipping=breach, by=sqe, at=story.at)
    confirm(shipping=breach, name="Ms Weld", by=member_a, at=story.at)
    story.go_to(FIRST_DAY + timedelta(days=8))
    escape(breach, on=story.at.date())
    story.work()
    level_2 = the_one_case("cs2", state="proposed")
    told = text_of(story.mail(buyer, "a reject escaped controlled shipping level 1"))
    assert "Controlled shipping level 2 is proposed" in told
    assert "Until then, place no new business with this supplier." in told
    story.work()
    assert the_one_case("cs2", state="proposed") == level_2

    approve(story, seat, level_2, quality_manager)
    second = ControlledShipping.objects.get(level="cs2")
    assert second.follows == breach
    told = text_of(story.mail(buyer, "controlled shipping level 2, external PPM"))
    assert "inspection by an independent third party" in told
    assert "it escaped the supplier's own inspection" in told or "It escaped" in told
    assert "level 1 goes on" not in told
    assert "inspection by the supplier" not in told
    assert "No new business" not in told

    begin_level_2(story, second, quality=sqe, supplier=member_a)
    story.go_to(FIRST_DAY + timedelta(days=20))
    escape(second, on=story.at.date())
    story.work()
    hold = the_one_case("new_business_hold", state="proposed")
    told = text_of(story.mail(buyer, "a reject escaped controlled shipping level 2"))
    assert "A stop of shipments and a new-business hold are proposed" in told

    approve(story, seat, hold, quality_manager)
    told = text_of(story.mail(buyer, "new-business hold, external PPM"))
    assert "place no new business with this supplier until the hold is lifted" in told
    assert "No new business: no inquiry, nomination or new part may be placed" in told
    purchasing = seat(buyer, "/my-suppliers/")
    purchasing.reads("No new business")
    purchasing.check_page()


def escape(shipping: ControlledShipping, *, on: date) -> Reject:
    """A reject of a covered part that was delivered and found during the inspection."""
    (scope,) = shipping.scopes.all()
    reject: Reject = RejectFactory(
        supplier=shipping.episode.supplier,
        part=scope.part,
        plant=scope.plant,
        detected_on=on,
        suspect_qty=Decimal(3),
    )
    return reject


def the_one_case(level: str, *, state: str) -> Episode:
    """Two paths notice an escape, by the log and by the policy; they share one case."""
    case = Episode.objects.get(level=level)
    assert (case.state, case.metric) == (state, "external_ppm")
    assert case.record_hits.count() == 1
    return case


def approve(story: Story, seat: Seat, case: Episode, manager: User) -> None:
    inside = seat(manager, case.get_absolute_url())
    inside.reads("Only proposed")
    inside.check_page()
    inside.press("Approve")
    expect(inside.page.get_by_role("heading", level=1)).to_contain_text("Open")
    story.work()


def begin_level_2(
    story: Story, shipping: ControlledShipping, *, quality: User, supplier: User
) -> None:
    lanes = [(scope.part, scope.plant) for scope in shipping.scopes.all()]
    terms = Terms(defect=shipping.defect, provider="Sort Ltd")
    complete(shipping=shipping, lanes=lanes, terms=terms, by=quality, at=story.at)
    send_entry_letter(shipping=shipping, by=quality, at=story.at)
    confirm(shipping=shipping, name="Ms Weld", by=supplier, at=story.at)
