"""A controlled shipping at each point of its life, as tests need it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from escalations.models import ControlledShipping
from suppliers.models import Part, Plant, Supplier
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
