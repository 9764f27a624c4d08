"""Kinds of deliveries, phases of parts and reversals: lanes add up what their deliveries count."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db.models import Sum

from scorecards.models import CountedDelivery, PartMonth, SupplierMonth
from scorecards.rollup import drain, rebuild
from suppliers.enums import PartPhase
from suppliers.models import Delivery, SupplierPart
from tests.factories import DeliveryFactory, PartFactory, SupplierPartFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, tzinfo=UTC)
# Powers of ten: a sum names its summands. The serial delivery is reversed by 3 of its pieces.
QUANTITIES = {"serial": 10, "pre_series": 100, "sample": 1_000, "replacement": 10_000}
REVERSED = {"serial": 3, "pre_series": 40}
# phase of the part (None: not recorded), what it says about counting → what its kinds add up to.
EXPECTED = {
    (None, None): 7,
    (PartPhase.SERIAL, None): 7,
    (PartPhase.SERIAL, True): 67,
    (PartPhase.SERIAL, False): 0,
    (PartPhase.PRE_SERIES, None): 0,
    (PartPhase.PRE_SERIES, True): 67,
    (PartPhase.PRE_SERIES, False): 0,
}


@pytest.mark.parametrize("way", ["drained", "rebuilt"])
def test_lanes_add_up_what_their_deliveries_count(way: str) -> None:
    first: Delivery = DeliveryFactory(received_on=date(2026, 3, 5), quantity=1, kind="sample")
    expected: dict[int, int] = {}
    for (phase, counts), quantity in EXPECTED.items():
        place = {"supplier": first.supplier, "plant": first.plant, "part": PartFactory()}
        expected[place["part"].pk] = quantity
        if phase:
            SupplierPartFactory(
                supplier=first.supplier, part=place["part"], phase=phase, counts_in_ppm=counts
            )
        for kind, pieces in QUANTITIES.items():
            received = DeliveryFactory(
                **place, received_on=date(2026, 3, 6), kind=kind, quantity=pieces
            )
            if kind in REVERSED:
                DeliveryFactory(
                    **place,
                    received_on=date(2026, 3, 7),
                    kind=kind,
                    quantity=REVERSED[kind],
                    reverses=received,
                )
    assert SupplierPart.objects.count() == len(EXPECTED) - 1
    drain(at=NOW) if way == "drained" else rebuild(at=NOW)
    lanes = PartMonth.objects.exclude(part=first.part).values_list("part", "received_qty")
    assert dict(lanes) == expected
    rows = CountedDelivery.objects.exclude(part=first.part).values_list("part")
    assert dict(rows.annotate(Sum("received_qty"))) == expected
    (sample,) = PartMonth.objects.filter(part=first.part)
    assert sample.received_qty == Decimal(0)


@pytest.mark.parametrize("way", ["drained", "rebuilt"])
@pytest.mark.parametrize("per_piece", [0, 14])
def test_lanes_add_up_their_opportunities(way: str, per_piece: int) -> None:
    """Where no part has any, a rebuild does not ask for them; the lanes have none all the same."""
    part = PartFactory(component_opportunities=per_piece, termination_opportunities=per_piece * 3)
    delivery: Delivery = DeliveryFactory(received_on=date(2026, 3, 5), quantity=20, part=part)
    DeliveryFactory(received_on=date(2026, 3, 6), quantity=30, supplier=delivery.supplier)
    drain(at=NOW) if way == "drained" else rebuild(at=NOW)
    lanes = PartMonth.objects.order_by("received_qty").values_list("received_qty", "opportunities")
    assert list(lanes) == [(20, 20 * per_piece * 4), (30, 0)]
    assert list(SupplierMonth.objects.filter(received_qty=50).values_list("opportunities")) == [
        (20 * per_piece * 4,)
    ]
