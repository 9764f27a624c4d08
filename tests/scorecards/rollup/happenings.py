"""What may happen to a small customer's facts, decisions and masters, one step at a time."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from scorecards.models import CountingPolicy
from suppliers.enums import CountingRule, DeliveryKind, PartPhase
from suppliers.models import (
    Delivery,
    FieldPopulation,
    Part,
    Reject,
    Supplier,
    SupplierPart,
    WarrantyReturn,
)
from tests.factories import (
    DefectCodeFactory,
    DeliveryFactory,
    FieldPopulationFactory,
    PartFactory,
    PlantFactory,
    RejectFactory,
    RejectVerdictFactory,
    SupplierFactory,
    UserFactory,
    WarrantyReturnFactory,
    WarrantyVerdictFactory,
)

NOW = datetime(2026, 11, 21, tzinfo=UTC)
START = date(2026, 1, 1)


class World:
    """A small customer with two suppliers, two plants and three parts."""

    def __init__(self) -> None:
        self.suppliers = [SupplierFactory(in_tier=1), SupplierFactory(in_tier=2)]
        self.plants = PlantFactory.create_batch(2)
        self.parts = [*PartFactory.create_batch(2), PartFactory(component_opportunities=7)]
        self.codes = [DefectCodeFactory(counts=rule) for rule in CountingRule.values]
        self.user = UserFactory()

    def place(self, pick: int) -> dict[str, Any]:
        return {
            "supplier": self.suppliers[pick % 2],
            "plant": self.plants[pick // 2 % 2],
            "part": self.parts[pick // 4 % 3],
        }


def deliver(world: World, pick: int, day: date, pieces: int) -> None:
    kind = DeliveryKind.values[0 if pick % 3 else pick % 4]
    DeliveryFactory(
        **world.place(pick),
        received_on=day,
        quantity=pieces,
        kind=kind,
        promised_on=day + timedelta(days=pick % 4 - 1),
    )


def reverse(world: World, pick: int, day: date, pieces: int) -> None:
    original = Delivery.objects.filter(reverses=None).order_by("pk").first()
    if original is not None:
        DeliveryFactory(
            supplier_id=original.supplier_id,
            plant_id=original.plant_id,
            part_id=original.part_id,
            received_on=day,
            quantity=min(Decimal(pieces), original.quantity),
            kind=original.kind,
            reverses=original,
        )


def reject(world: World, pick: int, day: date, pieces: int) -> None:
    checked = pieces // (1 + pick % 3)
    place = world.place(pick)
    RejectFactory(
        **place,
        detected_on=day,
        suspect_qty=pieces,
        checked_qty=checked,
        confirmed_qty=checked // 2,
        defect_code=world.codes[pick % 3],
        complaint=f"C-{pick % 5}",
        line=str(Reject.objects.count()),
        delivery=_newest_of(place["supplier"]) if pick % 2 else None,
    )


def _newest_of(supplier: Supplier) -> Delivery | None:
    newest: Delivery | None = Delivery.objects.filter(supplier=supplier).order_by("-pk").first()
    return newest


def reject_lot(world: World, pick: int, day: date, pieces: int) -> None:
    """Reject of a lot under the code that counts it whole, or under another; often a lot again."""
    lots = Delivery.objects.filter(reverses=None).order_by("pk")[:2]
    if lots:
        lot = lots[pick % len(lots)]
        RejectFactory(
            supplier_id=lot.supplier_id,
            plant_id=lot.plant_id,
            part_id=lot.part_id,
            delivery=lot,
            detected_on=day,
            suspect_qty=pieces,
            released_qty=pieces if pick % 5 == 0 else pieces // 3,
            defect_code=world.codes[pick % 3 if pick % 4 == 0 else 2],
            complaint=f"L-{pick}",
            line=str(Reject.objects.count()),
        )


def give_another_lot(world: World, pick: int, day: date, pieces: int) -> None:
    found = Reject.objects.order_by("-pk").first()
    if found is not None:
        lots = Delivery.objects.filter(reverses=None, supplier=found.supplier).order_by("pk")
        lot = lots.first() if pick % 2 else None
        Reject.objects.filter(pk=found.pk).update(delivery=lot)


def supersede(world: World, pick: int, day: date, pieces: int) -> None:
    old, new = sorted((pick % 3, pieces % 3))
    before = world.parts[old] if old != new else None
    Part.objects.filter(pk=world.parts[new].pk).update(supersedes=before)


def decide(world: World, pick: int, day: date, pieces: int) -> None:
    """Decide the first reject, or the newest, sometimes as shared with the customer."""
    found = Reject.objects.order_by("-pk" if pick % 2 else "pk").first()
    if found is not None:
        confirmed = min(found.suspect_qty, Decimal(pieces))
        own = confirmed // (1 + pick % 4) if pick % 3 == 0 else Decimal(0)
        RejectVerdictFactory(
            reject=found,
            number=found.verdicts.count() + 1,
            confirmed_qty=confirmed,
            supplier_qty=confirmed - own,
            own_qty=own,
            decided_by=world.user,
        )


def correct(world: World, pick: int, day: date, pieces: int) -> None:
    found = Delivery.objects.order_by("-pk").first()
    if found is not None:
        Delivery.objects.filter(pk=found.pk).update(quantity=pieces, received_on=day)


def remove(world: World, pick: int, day: date, pieces: int) -> None:
    used = Reject.objects.exclude(delivery=None).values("delivery")
    reversed_ = Delivery.objects.exclude(reverses=None).values("reverses")
    found = Delivery.objects.exclude(pk__in=used).exclude(pk__in=reversed_).order_by("pk").first()
    if found is not None:
        found.delete()


def send_back(world: World, pick: int, day: date, pieces: int) -> None:
    place = world.place(pick)
    WarrantyReturnFactory(
        supplier=place["supplier"], part=place["part"], received_on=day, quantity=pieces
    )


def analyse(world: World, pick: int, day: date, pieces: int) -> None:
    found = WarrantyReturn.objects.order_by("pk").first()
    if found is not None:
        WarrantyVerdictFactory(
            warranty_return=found,
            number=found.verdicts.count() + 1,
            accepted_pct=Decimal(pieces % 101),
            decided_by=world.user,
        )


def report_population(world: World, pick: int, day: date, pieces: int) -> None:
    place = world.place(pick)
    key = {"supplier": place["supplier"], "part": place["part"], "month": day.replace(day=1)}
    if not FieldPopulation.objects.filter(**key).update(parts_in_field=pieces):
        FieldPopulationFactory(**key, parts_in_field=pieces)


def change_phase(world: World, pick: int, day: date, pieces: int) -> None:
    place = world.place(pick)
    SupplierPart.objects.update_or_create(
        supplier=place["supplier"],
        part=place["part"],
        defaults={
            "phase": PartPhase.values[pick % 2],
            "counts_in_ppm": (None, True, False)[pick % 3],
        },
    )


def change_counting(world: World, pick: int, day: date, pieces: int) -> None:
    code = world.codes[pick % 3]
    code.counts = CountingRule.values[pieces % 3]
    code.save()


def change_policy(world: World, pick: int, day: date, pieces: int) -> None:
    newest = CountingPolicy.objects.in_force()
    CountingPolicy.objects.create(
        version=newest.version + 1,
        provisional=("found_only", "extrapolated", "whole_lot")[pick % 3],
        warranty_months=3 + pick % 4,
        field_lag_months=pick % 3,
        reason="Tried in a test.",
    )


STEPS: list[Callable[[World, int, date, int], None]] = [
    deliver,
    deliver,
    deliver,
    reject,
    reject,
    reject_lot,
    reject_lot,
    reverse,
    give_another_lot,
    supersede,
    decide,
    correct,
    remove,
    send_back,
    analyse,
    report_population,
    change_phase,
    change_counting,
    change_policy,
]
