"""A controlled shipping at each point of its life, as tests need it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from escalations.models import ControlledShipping
from escalations.services.decisions import decide
from escalations.services.shipping_letters import send_entry_letter
from escalations.services.shipping_log import Day
from escalations.services.shipping_terms import confirm, enter
from escalations.workflow import Action
from suppliers.models import Part, Plant, Supplier, User
from tests.escalations.facts import evaluated, external
from tests.factories import PartFactory, PlantFactory

AT = datetime(2026, 11, 12, 8, tzinfo=UTC)
ENTRY = date(2026, 11, 12)  # a Thursday


def after(days: int) -> datetime:
    """Return the hour so many days after the entry."""
    return AT + timedelta(days=days)


def raised(
    supplier: Supplier, *, part: Part | None = None, plant: Plant | None = None, **options: Any
) -> ControlledShipping:
    """Let the supplier exceed 100 PPM with one part at one plant, and return what was entered."""
    part, plant = part or PartFactory(), plant or PlantFactory()
    external(supplier, counted=26, received=250_000, part=part, plant=plant)
    evaluated(**options)
    shipping: ControlledShipping = ControlledShipping.objects.get(episode__supplier=supplier)
    return shipping


def entered(*, manager: User | None = None, **entry: Any) -> ControlledShipping:
    """Enter by hand; level 2 is approved by the manager at the same hour."""
    case = enter(**entry)
    if manager is not None:
        decide(episode=case, action=Action.APPROVE, by=manager, at=entry["at"])
    found: ControlledShipping = ControlledShipping.objects.get(episode=case)
    return found


def confirmed(supplier: Supplier, *, sqe: User, member: User, **options: Any) -> ControlledShipping:
    """Return one whose entry letter was sent and confirmed on the day of entry."""
    shipping = raised(supplier, **options)
    send_entry_letter(shipping=shipping, by=sqe, at=AT)
    return confirm(shipping=shipping, name="Ms Weld", by=member, at=AT)


def day(shipping: ControlledShipping, number: int = 0, **fields: Any) -> Day:
    """Return what sorting gave so many days after entry, 100 good pieces unless it is said."""
    scope = shipping.scopes.select_related("part", "plant").get()
    plain: dict[str, Any] = {
        "day": ENTRY + timedelta(days=number),
        "part": scope.part,
        "plant": scope.plant,
        "inspected_qty": Decimal(100),
        "found_qty": Decimal(0),
        "shipments": 0,
        "sorted_by": "Shift A",
        "row": number,
    }
    return Day(**(plain | fields))
