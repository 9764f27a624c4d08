"""A supplier with facts, rolled up, and one beside it that must not show."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from escalations.services.evaluation import evaluate
from scorecards.periods import Month
from scorecards.rollup import drain
from scorecards.services.publication import publish_month
from suppliers.models import Part, Plant, Supplier
from tests.factories import (
    DeliveryFactory,
    DisputeFactory,
    FieldPopulationFactory,
    PartFactory,
    PlantFactory,
    RejectFactory,
    RejectVerdictFactory,
    SupplierGroupMembershipFactory,
    WarrantyReturnFactory,
    WarrantyVerdictFactory,
)

AT = datetime(2026, 4, 2, 8, tzinfo=UTC)
LATER = datetime(2026, 4, 14, 8, tzinfo=UTC)
Get = Callable[..., Any]


@pytest.fixture
def plant(db: None) -> Plant:
    return PlantFactory(code="BER")


@pytest.fixture
def part_a(db: None) -> Part:
    return PartFactory(number="A-0001")


@pytest.fixture
def part_b(db: None) -> Part:
    return PartFactory(number="B-0002")


def month_of(supplier: Supplier, plant: Plant, part: Part, *, rejected: int) -> None:
    """March 2026: 20,000 received, some rejected and decided, one return of 100,000 in field."""
    whose = {"supplier": supplier, "part": part}
    DeliveryFactory(**whose, plant=plant, quantity=20_000, received_on=date(2026, 3, 2))
    reject = RejectFactory(**whose, plant=plant, suspect_qty=rejected, detected_on=date(2026, 3, 9))
    RejectVerdictFactory(reject=reject)
    WarrantyVerdictFactory(warranty_return=WarrantyReturnFactory(**whose))
    FieldPopulationFactory(**whose, parts_in_field=Decimal(100_000))


@pytest.fixture
def facts(
    supplier_a: Supplier, supplier_b: Supplier, plant: Plant, part_a: Part, part_b: Part
) -> None:
    SupplierGroupMembershipFactory(supplier=supplier_a, group__name="Alfa Holding")
    month_of(supplier_a, plant, part_a, rejected=3)
    month_of(supplier_b, plant, part_b, rejected=777)
    returned = supplier_a.warranty_returns.get()
    DisputeFactory(reject=None, warranty_return=returned, supplier=supplier_a)
    drain(at=AT)
    publish_month(month=Month(2026, 3), by=None, at=LATER)
    evaluate(at=LATER, today=LATER.date())


@pytest.fixture
def get() -> Get:
    """Return a function that gets an endpoint and returns its JSON, expecting a status."""

    def get(client: Client, path: str, *, status: int = 200, **query: Any) -> Any:
        response = client.get(f"/api/v1/{path}", query)
        assert response.status_code == status, response.content
        return response.json()

    return get
