"""Controlled shipping from entry to exit, and what goes wrong on the way."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from escalations.models import (
    ControlledShipping,
    EightD,
    Episode,
    Message,
    ShippingEscape,
    ShippingEvent,
    ShippingLogEntry,
)
from escalations.queries.shipping_exit import exit_progress
from escalations.services.decisions import decide
from escalations.services.sending import send_due
from escalations.services.shipping_exit import escaped, rule, watch
from escalations.services.shipping_letters import send_entry_letter, send_exit_letter
from escalations.services.shipping_log import LogProblemsError, log_days
from escalations.services.shipping_terms import Terms, complete, confirm, enter, withdraw
from escalations.shipping_workflow import ForbiddenShippingMoveError, MissingShippingReasonError
from escalations.workflow import Action, Level
from suppliers.models import Supplier, User
from tests.escalations.shippings import AT, ENTRY, after, confirmed, day, entered, raised
from tests.factories import (
    DeliveryFactory,
    PartFactory,
    PlantFactory,
    RejectFactory,
    RejectVerdictFactory,
    SupplierFactory,
)

pytestmark = pytest.mark.django_db

WITHOUT_ACTION = Terms(
    defect="Burr", exit_production_days=3, exit_shipments=1, exit_action_verified=False
)


@pytest.fixture
def running(supplier_a: Supplier, sqe: User, member_a: User, buyer: User) -> ControlledShipping:
    """Level 1 with three days and one shipment to exit, confirmed on the day of entry."""
    shipping = raised(supplier_a)
    lanes = [(scope.part, scope.plant) for scope in shipping.scopes.all()]
    complete(shipping=shipping, lanes=lanes, terms=WITHOUT_ACTION, by=sqe, at=AT)
    send_entry_letter(shipping=shipping, by=sqe, at=AT)
    return confirm(shipping=shipping, name="Ms Weld", by=member_a, at=AT)


def actions(shipping: ControlledShipping) -> list[str]:
    rows = ShippingEvent.objects.filter(shipping=shipping).order_by("number")
    return list(rows.values_list("action", flat=True))


def state(shipping: ControlledShipping) -> str:
    shipping.refresh_from_db()
    return str(shipping.state)


def log(shipping: ControlledShipping, by: User, *numbers: int, **fields: Any) -> None:
    days = [day(shipping, number, **fields) for number in numbers]
    log_days(shipping=shipping, days=days, by=by, at=after(max(numbers)))


def test_what_the_engine_enters_covers_the_breach(supplier_a: Supplier, sqe: User) -> None:
    part, plant = PartFactory(), PlantFactory()
    shipping = raised(supplier_a, part=part, plant=plant)
    assert [(one.part, one.plant) for one in shipping.scopes.all()] == [(part, plant)]
    assert shipping.defect == "Bore out of tolerance"
    assert (shipping.state, shipping.exit_production_days, shipping.exit_shipments) == (
        "entered",
        20,
        5,
    )
    assert actions(shipping) == ["enter"]


def test_from_entry_to_exit(running: ControlledShipping, sqe: User, member_a: User) -> None:
    log(running, member_a, 1, 2)
    assert state(running) == "running"
    log(running, member_a, 5, shipments=1)
    assert state(running) == "exit_ready"
    letter = send_exit_letter(shipping=running, by=sqe, at=after(5))
    running.refresh_from_db()
    assert (running.state, running.ended_on) == ("ended", ENTRY + timedelta(days=5))
    assert "300" in letter.html
    assert "Draft" not in letter.html
    assert actions(running) == [
        *("enter", "complete", "send_letter", "confirm", "start", "ready", "end")
    ]
    with pytest.raises(ForbiddenShippingMoveError):
        log(running, member_a, 6)


def test_twenty_days_five_shipments_and_a_verified_action_by_default(
    supplier_a: Supplier, sqe: User, member_a: User
) -> None:
    shipping = confirmed(supplier_a, sqe=sqe, member=member_a)
    log(shipping, member_a, *range(1, 25), shipments=1)
    progress = exit_progress(shipping, today=ENTRY + timedelta(days=25))
    assert (progress.days.have, progress.shipments.have, progress.complete) == (24, 24, False)
    with pytest.raises(ValidationError, match="D6"):
        send_exit_letter(shipping=shipping, by=sqe, at=after(25))
    assert state(shipping) == "running"
    # D6 of the supplier's 8D is accepted: nobody writes a row, the next look notices it
    EightD.objects.filter(episode__supplier=supplier_a).update(verified_at=after(24))
    assert watch(at=after(25)) == 1
    assert state(shipping) == "exit_ready"
    send_exit_letter(shipping=shipping, by=sqe, at=after(25))
    assert state(shipping) == "ended"


def test_a_find_begins_again_and_a_correction_gives_the_days_back(
    running: ControlledShipping, member_a: User
) -> None:
    log(running, member_a, 1, 2, 3, shipments=1)
    assert state(running) == "exit_ready"
    found = day(running, 4, found_qty=Decimal(2), defect="Burr")
    log_days(shipping=running, days=[found], by=member_a, at=after(4))
    assert state(running) == "running"
    assert actions(running)[-2:] == ["ready", "find"]
    again = log_days(shipping=running, days=[found], by=member_a, at=after(4))
    assert (again.entries, again.unchanged) == ([], 1)
    with pytest.raises(LogProblemsError, match="other values"):
        log_days(shipping=running, days=[day(running, 4)], by=member_a, at=after(5))
    log_days(
        shipping=running,
        days=[day(running, 4)],
        by=member_a,
        at=after(5),
        reason="Measured again: good parts.",
    )
    assert state(running) == "exit_ready"
    kept = ShippingLogEntry.objects.filter(day=found.day).order_by("number")
    assert [(one.number, one.found_qty) for one in kept] == [(1, 2), (2, 0)]


def test_bad_days_are_refused_together_and_nothing_is_written(
    running: ControlledShipping, member_a: User
) -> None:
    days = [
        day(running, 1),
        day(running, 1, row=2),
        day(running, -1, row=3),
        day(running, 9, row=4),
        day(running, 0, row=5, found_qty=Decimal(1)),
        day(running, 2, row=6, part=PartFactory(number="OTHER")),
        day(running, 3, row=7, found_qty=Decimal(200), defect="Burr", sorted_by=" "),
    ]
    with pytest.raises(LogProblemsError) as refused:
        log_days(shipping=running, days=days, by=member_a, at=after(8))
    said = [(one.row, one.column) for one in refused.value.problems]
    assert said == [
        *[(2, "day"), (3, "day"), (4, "day"), (5, "defect"), (6, "part"), (7, "found")],
        (7, "sorted_by"),
    ]
    assert not ShippingLogEntry.objects.exists()
    assert state(running) == "confirmed"


@pytest.mark.parametrize(
    ("fields", "is_escape"),
    [
        ({}, True),
        ({"detected_on": ENTRY}, False),
        ({"part": None}, False),
        ({"plant": None}, False),
        ({"delivered": 1}, True),
        ({"delivered": 0}, False),
        ({"verdict": 0}, False),
        ({"verdict": 1}, True),
        ({"checked_qty": 1, "released_qty": 1}, False),
    ],
)
def test_what_is_an_escape(
    running: ControlledShipping, fields: dict[str, Any], is_escape: bool
) -> None:
    scope = running.scopes.get()
    lane: dict[str, Any] = {
        "part": scope.part,
        "plant": scope.plant,
        "supplier": running.episode.supplier,
    }
    for name, factory in (("part", PartFactory), ("plant", PlantFactory)):
        if name in fields:
            fields = {**fields, name: factory()}
    given: dict[str, Any] = {"detected_on": ENTRY + timedelta(days=3), **lane, **fields}
    delivered, verdict = given.pop("delivered", None), given.pop("verdict", None)
    if delivered is not None:
        on = ENTRY + timedelta(days=int(str(delivered)))
        given["delivery"] = DeliveryFactory(**lane, received_on=on)
    reject = RejectFactory(**given)
    if verdict is not None:
        RejectVerdictFactory(
            reject=reject,
            confirmed_qty=1,
            supplier_qty=verdict,
            own_qty=1 - int(str(verdict)),
        )
    found = escaped(running, today=ENTRY + timedelta(days=3))
    assert list(found) == ([reject] if is_escape else [])
    assert not escaped(running, today=ENTRY + timedelta(days=2)).exists()


def test_an_escape_from_level_1_proposes_level_2_which_takes_over(
    running: ControlledShipping, sqe: User, member_a: User, quality_manager: User, buyer: User
) -> None:
    log(running, member_a, 1, 2, 3, shipments=1)
    scope = running.scopes.get()
    reject = RejectFactory(
        supplier=running.episode.supplier,
        part=scope.part,
        plant=scope.plant,
        complaint="C-9",
        detected_on=ENTRY + timedelta(days=4),
    )
    assert watch(at=after(4)) == 1
    assert watch(at=after(4)) == 0
    assert state(running) == "running"
    proposal = Episode.objects.get(level="cs2")
    assert (proposal.state, proposal.supplier) == ("proposed", running.episode.supplier)
    mail = Message.objects.get(event="shipping_escape", recipient=buyer)
    send_due(now=lambda: after(4))
    mail.refresh_from_db()
    assert "place no new business" in mail.text
    assert "C-9" in mail.text
    decide(
        episode=proposal,
        action=Action.APPROVE,
        by=quality_manager,
        at=after(5),
        reason="Sorting by the supplier does not hold.",
    )
    harder = ControlledShipping.objects.get(level="cs2")
    assert state(running) == "upgraded"
    assert harder.follows == running
    assert [(one.part, one.plant) for one in harder.scopes.all()] == [(scope.part, scope.plant)]
    with pytest.raises(ValidationError, match="third party"):
        send_entry_letter(shipping=harder, by=sqe, at=after(5))
    terms = Terms(defect="Burr", provider="Sort & Co")
    lanes = [(scope.part, scope.plant)]
    complete(shipping=harder, lanes=lanes, terms=terms, by=sqe, at=after(5))
    send_entry_letter(shipping=harder, by=sqe, at=after(5))
    later = RejectFactory(
        supplier=reject.supplier,
        part=reject.part,
        plant=reject.plant,
        detected_on=ENTRY + timedelta(days=7),
    )
    assert watch(at=after(8)) == 1
    assert ShippingEscape.objects.get(shipping=harder).reject == later
    assert Episode.objects.get(level="new_business_hold").state == "proposed"


def test_people_rule_on_escapes_and_rule_again(
    running: ControlledShipping, sqe: User, member_a: User
) -> None:
    log(running, member_a, 1, 2, 3, shipments=1)
    reject = RejectFactory(supplier=running.episode.supplier, detected_on=ENTRY + timedelta(days=4))
    ruling: dict[str, Any] = {"shipping": running, "reject": reject, "by": sqe, "at": after(4)}
    with pytest.raises(MissingShippingReasonError):
        rule(**ruling, counts=True, reason="")
    assert rule(**ruling, counts=True, reason="Mixed into the same box.")
    assert not rule(**ruling, counts=True, reason="Again.")
    assert state(running) == "running"
    assert rule(**ruling, counts=False, reason="Shipped before the entry.")
    assert state(running) == "exit_ready"
    assert watch(at=after(4)) == 0
    with pytest.raises(ForbiddenShippingMoveError):
        rule(**{**ruling, "by": member_a}, counts=True, reason="No.")


def test_reject_corrected_to_another_supplier_is_nothing_of_this_ones(
    client: Client, running: ControlledShipping, supplier_b: Supplier, member_a: User
) -> None:
    log(running, member_a, 1, 2, 3, shipments=1)
    scope = running.scopes.get()
    reject = RejectFactory(
        supplier=running.episode.supplier,
        part=scope.part,
        plant=scope.plant,
        complaint="WHOSE-1",
        detected_on=ENTRY + timedelta(days=4),
    )
    watch(at=after(4))
    assert state(running) == "running"
    client.force_login(member_a)
    assert "WHOSE-1" in client.get(running.get_absolute_url()).content.decode()
    reject.supplier = supplier_b
    reject.save()
    assert "WHOSE-1" not in client.get(running.get_absolute_url()).content.decode()
    watch(at=after(4))
    assert state(running) == "exit_ready"  # the clean days are given back


@pytest.mark.parametrize("action", [Action.WITHDRAW, Action.OVERRULE])
def test_shipping_ends_with_its_case(
    running: ControlledShipping, quality_manager: User, action: Action
) -> None:
    case = running.episode
    for step in (Action.REVIEW, action):
        decide(episode=case, action=step, by=quality_manager, at=after(3), reason="Wrong plant.")
    assert state(running) == "withdrawn"
    event = ShippingEvent.objects.filter(shipping=running).order_by("-number")[0]
    assert (event.action, event.by, event.at) == ("withdraw", quality_manager, after(3))
    assert event.comment == f"Case {case.number} has ended: Wrong plant."
    assert not ControlledShipping.objects.unfinished().exists()
    scope = running.scopes.get()
    RejectFactory(
        supplier=case.supplier,
        part=scope.part,
        plant=scope.plant,
        detected_on=ENTRY + timedelta(days=4),
    )
    assert watch(at=after(4)) == 0


def test_entry_by_an_engineer(
    supplier_a: Supplier, sqe: User, member_a: User, quality_manager: User
) -> None:
    part, plant = PartFactory(), PlantFactory()
    entry: dict[str, Any] = {
        "supplier": supplier_a,
        "level": Level.CS1,
        "lanes": [(part, plant)],
        "terms": WITHOUT_ACTION,
        "by": sqe,
        "at": AT,
    }
    with pytest.raises(ValidationError) as refused:
        enter(**{**entry, "lanes": []}, reason=" ")
    assert set(refused.value.message_dict) == {"parts", "reason"}
    shipping = entered(**entry, reason="Three complaints in a week.")
    episode = shipping.episode
    assert (episode.part, episode.plant, episode.level) == (part, plant, "cs1")
    assert episode.steps.get().reason == "Three complaints in a week."
    assert Message.objects.filter(event="raised", recipient=member_a).exists()
    with pytest.raises(ValidationError, match=episode.number):
        enter(**entry, reason="Once more.")
    entry["level"] = Level.CS2
    harder = entered(**entry, reason="The supplier's sorting fails.", manager=quality_manager)
    assert harder.follows == shipping
    assert state(shipping) == "upgraded"
    with pytest.raises(ForbiddenShippingMoveError):
        withdraw(shipping=harder, reason="Mistake.", by=sqe, at=AT)
    withdraw(shipping=harder, reason="Mistake.", by=quality_manager, at=AT)
    assert state(harder) == "withdrawn"


def test_who_confirms(supplier_a: Supplier, sqe: User, member_a: User, member_b: User) -> None:
    shipping = raised(supplier_a)
    send_entry_letter(shipping=shipping, by=sqe, at=AT)
    with pytest.raises(ForbiddenShippingMoveError):
        send_entry_letter(shipping=shipping, by=sqe, at=AT)
    with pytest.raises(ForbiddenShippingMoveError):
        confirm(shipping=shipping, name="Mr Other", by=member_b, at=AT)
    with pytest.raises(ValidationError, match="name"):
        confirm(shipping=shipping, name=" ", by=member_a, at=AT)
    with pytest.raises(MissingShippingReasonError):
        confirm(shipping=shipping, name="Ms Weld", by=sqe, at=AT)
    confirm(shipping=shipping, name="Ms Weld", reason="By mail.", by=sqe, at=AT)
    shipping.refresh_from_db()
    assert (shipping.confirmed_name, shipping.confirmed_at) == ("Ms Weld", AT)


def test_mails_tell_both_sides(
    running: ControlledShipping, sqe: User, member_a: User, buyer: User
) -> None:
    log(running, member_a, 1, found_qty=Decimal(1), defect="Burr")
    log(running, member_a, 2, 3, 4, shipments=1)
    send_exit_letter(shipping=running, by=sqe, at=after(4))
    send_due(now=lambda: after(4))
    told = {
        (one.event, one.audience): one
        for one in Message.objects.filter(kind="shipping").order_by("pk")
    }
    assert {event for event, _audience in told} == {
        "shipping_entered",
        "shipping_confirmed",
        "shipping_find",
        "shipping_ready",
        "shipping_exited",
    }
    entered = told["shipping_entered", "supplier"]
    assert "confirm it with your name" in entered.text
    assert "3 production days and 1 shipment" in entered.text
    assert entered.attachment is not None
    assert "found 1 of 100 pieces" in told["shipping_find", "quality"].text
    ended = told["shipping_exited", "purchasing"]
    assert "Nothing is forbidden." in ended.text
    assert ended.attachment.name.endswith("exit-letter.pdf")


def test_watching_asks_no_more_for_many_than_for_one(
    supplier_a: Supplier, sqe: User, member_a: User
) -> None:
    first = confirmed(supplier_a, sqe=sqe, member=member_a)
    log(first, member_a, 1, 2)
    counts = []
    for number in (1, 4):
        while ControlledShipping.objects.count() < number:
            more = raised(SupplierFactory())
            # before the entry: no escape of it
            scope = more.scopes.get()
            RejectFactory(
                supplier=more.episode.supplier,
                part=scope.part,
                plant=scope.plant,
                detected_on=ENTRY,
            )
        with CaptureQueriesContext(connection) as queries:
            assert watch(at=after(3)) == 0
        counts.append(len(queries))
    assert counts[0] == counts[1] == 6
