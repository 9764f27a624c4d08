"""Cases that a person begins from nothing."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from escalations.enums import OTHER_REASON
from escalations.models import ControlledShipping, EightD, Episode, Finding, Message
from escalations.notifications.render import render
from escalations.services.conflicts import CaseOpenError
from escalations.services.decisions import decide
from escalations.services.opening import NewCase, open_case
from escalations.transitions import ForbiddenTransitionError
from escalations.workflow import Action, Level, State
from suppliers.models import Supplier, User
from tests.factories import (
    DefectCodeFactory,
    PartFactory,
    PlantFactory,
    SupplierFactory,
)

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 12, 8, tzinfo=UTC)
PHONED = "Hamburg called: 12 housings with a crack at the boss."


def new_case(supplier: Supplier, **options: Any) -> NewCase:
    fields: dict[str, Any] = {
        "supplier": supplier,
        "level": Level.EIGHT_D,
        "metric": OTHER_REASON,
        "found": PHONED,
        "reason": "The customer wants an answer.",
    }
    return NewCase(**(fields | options))


def opened(supplier: Supplier, by: User, **options: Any) -> Episode:
    return open_case(new=new_case(supplier, **options), by=by, at=AT)


def test_8d_holds_at_once_like_one_of_the_engine(supplier_a: Supplier, sqe: User) -> None:
    part, plant = PartFactory(number="PN-7", name="Housing"), PlantFactory(code="W7", country="DE")
    code = DefectCodeFactory(code="CRK", name="Crack")
    case = opened(supplier_a, sqe, parts=[part], plant=plant, defect_code=code, severity="field")
    assert (case.state, case.plant, case.part, case.metric) == ("open", plant, part, "other")
    step = case.steps.get()
    assert (step.action, step.by, step.reason) == ("raise", sqe, "The customer wants an answer.")
    report = EightD.objects.get(episode=case)
    assert report.problem == f"{PHONED}\nPart PN-7 Housing, plant W7; CRK Crack."
    assert (report.severity, report.calendar_country) == ("field", "DE")
    assert report.facts[0]["defects"][0]["code"] == "CRK"
    told = Message.objects.filter(event="raised")
    assert {one.audience for one in told} == {"purchasing", "quality", "supplier"}
    text = render(told.get(audience="purchasing")).text
    assert PHONED in text
    assert "another reason" in text


def test_cs1_covers_the_parts_and_looks_for_what_was_found(
    supplier_a: Supplier, quality_manager: User
) -> None:
    parts, plant = [PartFactory(), PartFactory()], PlantFactory()
    opened(supplier_a, quality_manager, level=Level.CS1, parts=parts, plant=plant)
    shipping = ControlledShipping.objects.get()
    assert (shipping.level, shipping.state, shipping.defect) == ("cs1", "entered", PHONED)
    covered = set(shipping.scopes.values_list("part", "plant"))
    assert covered == {(part.pk, plant.pk) for part in parts}
    assert shipping.episode.part is None


@pytest.mark.parametrize("level", [Level.CS2, Level.NEW_BUSINESS_HOLD])
def test_harder_level_waits_for_the_manager_and_keeps_what_was_found(
    level: Level, supplier_a: Supplier, sqe: User, quality_manager: User, member_a: User
) -> None:
    case = opened(supplier_a, sqe, level=level, parts=[PartFactory()])
    assert (case.state, case.approver) == ("proposed", "quality_manager")
    assert not ControlledShipping.objects.exists()
    assert not Episode.objects.visible_to(member_a).exists()
    assert PHONED in render(Message.objects.filter(event="proposed")[0]).text
    decide(episode=case, action=Action.APPROVE, by=quality_manager, at=AT)
    for shipping in ControlledShipping.objects.all():
        assert (shipping.defect, shipping.scopes.count()) == (PHONED, 1)


def test_open_case_of_the_same_is_named(supplier_a: Supplier, sqe: User) -> None:
    case = opened(supplier_a, sqe)
    with pytest.raises(CaseOpenError, match=case.number) as refused:
        opened(supplier_a, sqe, found="Again.")
    assert refused.value.episode == case
    opened(supplier_a, sqe, metric="external_ppm")
    opened(SupplierFactory(), sqe)
    held = opened(supplier_a, sqe, level=Level.NEW_BUSINESS_HOLD)
    with pytest.raises(CaseOpenError, match=held.number):
        opened(supplier_a, sqe, level=Level.NEW_BUSINESS_HOLD)
    assert Finding.objects.count() == Episode.objects.count() == 4


def test_what_is_missing_is_said_by_field(supplier_a: Supplier, sqe: User) -> None:
    with pytest.raises(ValidationError) as refused:
        opened(supplier_a, sqe, level=Level.CS1, found=" ", metric="luck")
    assert set(refused.value.message_dict) == {"found", "metric", "parts"}
    assert not Episode.objects.exists()


def test_who_may_not(
    supplier_a: Supplier, buyer: User, member_a: User, sqe_client: Client, client: Client
) -> None:
    for user in (buyer, member_a):
        with pytest.raises(ForbiddenTransitionError):
            opened(supplier_a, user)
    where = f"{reverse('case_new')}?supplier={supplier_a.code}"
    for user, status in ((buyer, 403), (member_a, 404)):
        client.force_login(user)
        assert client.get(where).status_code == status
        assert client.post("/api/v1/episodes/", {}, "application/json").status_code == status
    assert sqe_client.get(where).status_code == 200


def test_page_keeps_what_was_typed_and_links_the_open_case(
    supplier_a: Supplier, sqe_client: Client
) -> None:
    part = PartFactory(number="PN-7")
    supplier_a.parts.create(part=part)
    address = reverse("case_new")
    assert "No supplier has this code" in sqe_client.get(f"{address}?supplier=x").content.decode()
    where = f"{address}?supplier={supplier_a.code.lower()}"
    typed = {"level": "cs1", "metric": "other", "found": PHONED, "reason": "It goes on."}
    refused = sqe_client.post(where, typed)
    assert refused.status_code == 422
    assert "Name at least one part" in refused.content.decode()
    assert PHONED in refused.content.decode()
    done = sqe_client.post(where, typed | {"parts": "PN-7"})
    case = Episode.objects.get()
    assert done["Location"] == case.get_absolute_url()
    page = sqe_client.get(done["Location"]).content.decode()
    assert PHONED in page
    assert sqe_client.post(where, typed | {"parts": "PN-7"})["Location"] == done["Location"]
    again = sqe_client.post(where, typed | {"parts": "PN-7", "found": "Rust."}).content.decode()
    assert f"Go to {case.number}" in again
    for board in (reverse("escalations"), reverse("supplier_escalations", args=[supplier_a.code])):
        assert address in sqe_client.get(board).content.decode()


def test_api_begins_and_names_the_open_one(supplier_a: Supplier, sqe_client: Client) -> None:
    supplier_a.parts.create(part=PartFactory(number="PN-7"))
    sent = {
        "supplier": supplier_a.code,
        "level": "8d",
        "metric": "other",
        "found": PHONED,
        "reason": "The customer wants an answer.",
        "parts": ["PN-7"],
    }
    made = sqe_client.post("/api/v1/episodes/", sent, "application/json")
    assert made.status_code == 201, made.content
    row = made.json()
    assert (row["state"], row["part"], row["found"]) == (State.OPEN.value, "PN-7", PHONED)
    assert row["eight_d"]["number"] == EightD.objects.get().number
    again = sqe_client.post("/api/v1/episodes/", sent, "application/json")
    assert (again.status_code, again.json()["number"]) == (200, row["number"])
    other = sqe_client.post("/api/v1/episodes/", sent | {"found": "Rust."}, "application/json")
    assert other.status_code == 409
    assert row["number"] in other.content.decode()
    PartFactory(number="PN-8")
    wrong = sqe_client.post(
        "/api/v1/episodes/", sent | {"parts": ["PN-8"], "level": "watch"}, "application/json"
    )
    assert (wrong.status_code, set(wrong.json()["error"]["fields"])) == (400, {"level"})
    foreign = sqe_client.post("/api/v1/episodes/", sent | {"parts": ["PN-8"]}, "application/json")
    assert (foreign.status_code, set(foreign.json()["error"]["fields"])) == (400, {"parts"})
