"""What an 8D owes: one thing per date, however many steps lead to it, on the plant's days."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from escalations.eight_d_workflow import STEPS, Action, Discipline
from escalations.enums import Audience
from escalations.models import EightD
from escalations.owed import Owed, Scope, owed
from escalations.queries.eight_d_turns import turn_of
from escalations.services import eight_d as services
from suppliers.models import Supplier, User
from tests.escalations.eight_d_contents import CONTENTS
from tests.escalations.facts import AT, TODAY, evaluated, external, noon
from tests.factories import PlantFactory

pytestmark = pytest.mark.django_db
D1, D2, D3, D4, D5 = STEPS[:5]


def hand_in(eight_d: EightD, by: User, *steps: Discipline) -> None:
    for step in steps:
        told: Any = {"eight_d": eight_d, "discipline": step, "by": by, "at": AT}
        kept = eight_d.steps.filter(discipline=step.value).first()
        seen = 0 if kept is None else kept.version
        saved = services.save_draft(**told, content=CONTENTS[step], seen=seen)
        services.submit(**told, seen=saved.version)


def owed_by_supplier() -> list[Owed]:
    return [one for one in owed(Scope(at=noon(TODAY))) if one.owner is Audience.SUPPLIER]


def test_small_steps_of_one_date_are_one_thing_owed(supplier_a: Supplier, member_a: User) -> None:
    external(supplier_a, counted=13, received=250_000)
    evaluated()
    eight_d = EightD.objects.get()
    seen = []
    for step in (D1, D2):
        seen += [(one.key, one.due_on) for one in owed_by_supplier()]
        hand_in(eight_d, member_a, step)
    seen += [(one.key, one.due_on) for one in owed_by_supplier()]
    assert seen == [(f"8d-{eight_d.pk}-d3", date(2026, 11, 13))] * 3


def test_returned_step_is_owed_while_a_later_one_is_in_review(
    supplier_a: Supplier, member_a: User, sqe: User
) -> None:
    external(supplier_a, counted=13, received=250_000)
    evaluated()
    eight_d = EightD.objects.get()
    hand_in(eight_d, member_a, D1, D2, D3, D4, D5)
    told: Any = {"eight_d": eight_d, "revision": 1, "by": sqe, "at": AT}
    services.review(**told, discipline=D3, action=Action.ACCEPT, comment="")
    assert owed_by_supplier() == []
    services.review(**told, discipline=D4, action=Action.RETURN, comment="Why twice?")
    assert [(one.key, "D4" in one.action) for one in owed_by_supplier()] == [
        (f"8d-{eight_d.pk}-d5", True)
    ]
    assert turn_of(EightD.objects.get(), for_customer=True).customer


def test_what_was_done_where_it_is_tomorrow_already_is_known(
    supplier_a: Supplier, member_a: User, sqe: User
) -> None:
    """In Chicago it is still the day before that of the plant, where D4 came back."""
    PlantFactory(time_zone="America/Chicago")
    tokyo = PlantFactory(time_zone="Asia/Tokyo", country="JP")
    external(supplier_a, counted=13, received=250_000, plant=tokyo)
    evaluated()
    eight_d = EightD.objects.get()
    late = datetime(2026, 11, 12, 16, tzinfo=UTC)
    hand_in(eight_d, member_a, D1, D2, D3, D4, D5)
    for step, action in ((D3, Action.ACCEPT), (D4, Action.RETURN)):
        told: Any = {"eight_d": eight_d, "discipline": step, "revision": 1, "by": sqe, "at": late}
        services.review(**told, action=action, comment="Why twice?")
    same_moment = owed(Scope(at=late))
    assert [one.key for one in same_moment if one.owner is Audience.SUPPLIER] == [
        f"8d-{eight_d.pk}-d5"
    ]


def test_it_begins_on_the_day_of_the_plant_that_was_hit(supplier_a: Supplier) -> None:
    PlantFactory(time_zone="America/Chicago")
    tokyo = PlantFactory(time_zone="Asia/Tokyo", country="JP")
    external(supplier_a, counted=13, received=250_000, plant=tokyo)
    # Thursday evening in Chicago, Friday morning in Tokyo
    evaluated(at=datetime(2026, 11, 13, 1, tzinfo=UTC), today=TODAY)
    found = EightD.objects.get()
    assert found.time_zone == "Asia/Tokyo"
    assert (found.requested_on, found.d3_due_on) == (date(2026, 11, 13), date(2026, 11, 16))
