"""A month that breaches by other parts in the moment in which the entry letter is sent."""

import threading
from typing import Any

import pytest

from escalations.models import ControlledShipping, ShippingEvent
from escalations.services import shipping_letters
from escalations.services.register import Register
from escalations.services.shipping_letters import send_entry_letter
from scorecards.rollup import drain
from suppliers.enums import Role
from suppliers.models import Part, Plant, Supplier
from tests.cast import person
from tests.escalations.facts import AT, evaluated
from tests.escalations.test_months_beside_named import breach, rules
from tests.escalations.test_one_level import DECEMBER, NOVEMBER
from tests.escalations.test_races import at_once, waits_for_a_lock
from tests.factories import PartFactory, PlantFactory, SupplierFactory

pytestmark = pytest.mark.django_db(transaction=True)


def entered_before_november() -> tuple[ControlledShipping, list[Part], Plant]:
    """Let October enter controlled shipping of one part; November breaches by it and two more."""
    supplier: Supplier = SupplierFactory()
    plant: Plant = PlantFactory()
    parts: list[Part] = [PartFactory() for _ in range(3)]
    rules("supplier", level="cs1")
    breach(supplier, plant, parts[0])
    (case,) = evaluated().raised
    breach(supplier, plant, *parts, month=NOVEMBER)
    drain(at=DECEMBER["at"])
    return case.controlledshipping, parts, plant


def inspected() -> list[tuple[int, int]]:
    return sorted(
        lane
        for one in ControlledShipping.objects.unfinished()
        for lane in one.scopes.values_list("part", "plant")
    )


@pytest.mark.parametrize("letter_first", [True, False])
def test_each_part_is_inspected_once_whoever_comes_first(
    monkeypatch: pytest.MonkeyPatch, letter_first: bool
) -> None:
    shipping, parts, plant = entered_before_november()
    sqe, begun = person(Role.SQE), threading.Event()
    first: tuple[Any, str] = (Register, "locked")
    if letter_first:
        first = (shipping_letters, "letter_html")
    does = getattr(*first)

    def held_up(*arguments: Any, **options: Any) -> Any:
        found = does(*arguments, **options)
        begun.set()
        assert waits_for_a_lock()
        return found

    def sending() -> None:
        assert letter_first or begun.wait(20)
        send_entry_letter(shipping=shipping, by=sqe, at=AT)

    def evaluating() -> None:
        assert not letter_first or begun.wait(20)
        evaluated(**DECEMBER)

    monkeypatch.setattr(first[0], first[1], held_up)
    at_once(sending, evaluating)
    assert inspected() == [(part.pk, plant.pk) for part in parts]
    assert ControlledShipping.objects.count() == (3 if letter_first else 1)
    letter = shipping.letters.get().html
    assert (parts[2].number in letter) == (not letter_first)


def test_two_evaluations_add_parts_once() -> None:
    _shipping, parts, plant = entered_before_november()
    at_once(*[lambda: evaluated(**DECEMBER)] * 4)
    assert inspected() == [(part.pk, plant.pk) for part in parts]
    assert ShippingEvent.objects.filter(action="widen").count() == 1
