"""Generates the demo's facts; the same seed and newest month give the same rows."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from suppliers.demo.cast import DEFECT_CODES, PLANTS, DemoSupplier, suppliers
from suppliers.demo.stories import (
    DISPUTED_LOT,
    STORIES,
    TINY,
    TINY_MONTHLY_VOLUME,
    WARRANTY_WAVE,
)

MONTHS = 24
# An ordinary supplier stays below the threshold; what is worth finding is a story.
ORDINARY_MOST_PPM = 42
PARTS_PER_SUPPLIER = 4
MOST_REJECTS_A_MONTH = 3
DECIDED_IN_NEWEST_MONTH = 0.6
WARRANTY_EVERY = 5
WAVE_BUILD_MONTHS_AGO = 9
WAVE_PPM = 62
WAVE_CLAIM_PIECES = 5
MONTHS_TO_FIELD = 3


@dataclass(frozen=True, kw_only=True)
class DeliveryFact:
    """A receipt line; `plant` and `part` are indices, `part` within the supplier's own."""

    document: str
    plant: int
    part: int
    received_on: date
    quantity: int
    promised_on: date
    ordered: int


@dataclass(frozen=True, kw_only=True)
class RejectFact:
    """A complaint; `delivery` is the index of the delivery it is about."""

    complaint: str
    delivery: int
    detected_on: date
    defect_code: str
    severity: str
    detection_point: str
    suspect: int
    checked: int
    confirmed: int
    decided: bool
    disputed: bool

    @property
    def machine(self) -> str:
        """On which the parts were made; of every fourth nobody found out."""
        return ("Press 1", "Press 2", "Line 4", "")[self.delivery % 4]

    @property
    def shift(self) -> str:
        """In which the parts were made, where the machine is known."""
        return ("early", "late", "night")[self.delivery % 3] if self.machine else ""

    @property
    def cost_eur(self) -> Decimal:
        """What sorting and replacing cost, more where the line was disturbed."""
        extra = {"line_disturbance": 850, "line_stop": 6_400}.get(self.severity, 0)
        return Decimal(120 + extra) + Decimal("4.35") * self.suspect


@dataclass(frozen=True, kw_only=True)
class ReturnFact:
    """A warranty return."""

    claim: str
    part: int
    received_on: date
    failed_on: date
    built_on: date
    mileage_km: int
    quantity: int


@dataclass(frozen=True, kw_only=True)
class SupplierFacts:
    """Everything that happened with one supplier, oldest first."""

    supplier: DemoSupplier
    deliveries: list[DeliveryFact]
    rejects: list[RejectFact]
    returns: list[ReturnFact]


def first_of_month(newest: date, *, months_ago: int) -> date:
    """Return the first day of the month that many months before the month of `newest`."""
    months = newest.year * 12 + newest.month - 1 - months_ago
    return date(months // 12, months % 12 + 1, 1)


def generate(*, newest: date, seed: int = 2026) -> Iterator[SupplierFacts]:
    """Yield the facts of each supplier for the 24 months that end with `newest`'s month."""
    for index, supplier in enumerate(suppliers()):
        chance = random.Random(seed * 1_000 + index)  # noqa: S311  # made-up data, no secret
        yield _supplier_facts(index, supplier, newest=newest, chance=chance)


def _supplier_facts(
    index: int, supplier: DemoSupplier, *, newest: date, chance: random.Random
) -> SupplierFacts:
    facts = SupplierFacts(supplier=supplier, deliveries=[], rejects=[], returns=[])
    for ago in reversed(range(MONTHS)):
        start = first_of_month(newest, months_ago=ago)
        begin = len(facts.deliveries)
        facts.deliveries.extend(_deliveries(index, supplier, start, chance))
        month = range(begin, len(facts.deliveries))
        facts.rejects.extend(_rejects(index, ago, facts.deliveries, month, chance))
        facts.returns.extend(_returns(index, ago, supplier, newest, chance))
    return facts


def _deliveries(
    index: int, supplier: DemoSupplier, start: date, chance: random.Random
) -> Iterator[DeliveryFact]:
    volume = TINY_MONTHLY_VOLUME if index == TINY else supplier.volume
    season = 0.6 if start.month in (8, 12) else 1.0
    wanted = volume * season * chance.uniform(0.85, 1.15)
    lines = max(3, min(26, int(volume**0.25)))
    weights = [chance.uniform(0.4, 1.6) for _ in range(lines)]
    for line, weight in enumerate(weights, start=1):
        promised = start + timedelta(days=chance.randint(3, 24))
        late = chance.choices((-2, -1, 0, 1, 3), weights=(10, 25, 55, 7, 3))[0]
        quantity = max(1, round(wanted * weight / sum(weights)))
        yield DeliveryFact(
            document=f"GR{start:%y%m}{index + 1:02d}{line:03d}",
            plant=(index + chance.choice((0, 0, 0, 1))) % len(PLANTS),
            part=min(int(chance.expovariate(1.1)), PARTS_PER_SUPPLIER - 1),
            received_on=promised + timedelta(days=late),
            quantity=quantity,
            promised_on=promised,
            ordered=quantity,
        )


def _rejects(
    index: int,
    ago: int,
    deliveries: list[DeliveryFact],
    month: range,
    chance: random.Random,
) -> Iterator[RejectFact]:
    received = sum(deliveries[position].quantity for position in month)
    pieces = _rejected_pieces(index, ago, received, chance)
    number = 0
    while pieces > 0:
        number += 1
        share = (
            pieces
            if number == MOST_REJECTS_A_MONTH
            else max(1, round(pieces * chance.uniform(0.4, 1.0)))
        )
        pieces -= share
        yield _reject(index, ago, deliveries, chance.choice(month), share, number, chance)


def _rejected_pieces(index: int, ago: int, received: int, chance: random.Random) -> int:
    story = STORIES.get(index)
    aimed = None if story is None else story.ppm_by_months_ago.get(ago)
    if aimed is not None:
        return max(1, round(received * aimed / 1_000_000))
    usual_ppm = chance.choice((2, 4, 6, 9, 14, 22)) * chance.uniform(0.5, 1.5)
    most = int(received * ORDINARY_MOST_PPM / 1_000_000)
    return min(round(received * usual_ppm / 1_000_000), most)


def _reject(
    index: int,
    ago: int,
    deliveries: list[DeliveryFact],
    position: int,
    pieces: int,
    number: int,
    chance: random.Random,
) -> RejectFact:
    delivery = deliveries[position]
    last = first_of_month(delivery.promised_on, months_ago=-1) - timedelta(days=1)
    detected = min(delivery.received_on + timedelta(days=chance.randint(0, 3)), last)
    detected = max(detected, delivery.promised_on.replace(day=1))
    code = chance.choices([row[0] for row in DEFECT_CODES[:3]], weights=(5, 3, 2))[0]
    disputed = index == DISPUTED_LOT and ago == 0 and number == 1
    return RejectFact(
        complaint=f"Q{detected:%y%m}-{index + 1:02d}{number:02d}",
        delivery=position,
        detected_on=detected,
        defect_code=code,
        severity=chance.choices(("sorting", "line_disturbance", "line_stop"), (80, 17, 3))[0],
        detection_point=chance.choices(("incoming", "line", "zero_km"), (50, 42, 8))[0],
        suspect=pieces,
        checked=pieces,
        confirmed=pieces,
        decided=not disputed and (ago > 0 or chance.random() < DECIDED_IN_NEWEST_MONTH),
        disputed=disputed,
    )


def _returns(
    index: int, ago: int, supplier: DemoSupplier, newest: date, chance: random.Random
) -> Iterator[ReturnFact]:
    if index % WARRANTY_EVERY != WARRANTY_WAVE:  # the others' parts have no warranty returns
        return
    start = first_of_month(newest, months_ago=ago)
    wave = index == WARRANTY_WAVE and ago < WAVE_BUILD_MONTHS_AGO - MONTHS_TO_FIELD
    usual = round(supplier.volume * (MONTHS - ago) * chance.uniform(0.5, 2.0) / 1_000_000)
    in_field = supplier.volume * (MONTHS - ago)
    extra = round(in_field * WAVE_PPM / 1_000_000 / WAVE_CLAIM_PIECES) if wave else 0
    for number in range(1, usual + extra + 1):
        received = start + timedelta(days=chance.randint(0, 27))
        in_service = chance.randint(1, max(1, min(MONTHS - ago, 18)))
        built = first_of_month(received, months_ago=in_service)
        if number > usual:
            built = first_of_month(newest, months_ago=WAVE_BUILD_MONTHS_AGO)
        built += timedelta(days=chance.randint(0, 19))
        yield ReturnFact(
            claim=f"W{start:%y%m}-{index + 1:02d}{number:04d}",
            part=0,
            received_on=received,
            failed_on=max(built, received - timedelta(days=chance.randint(1, 9))),
            built_on=built,
            mileage_km=chance.randint(200, 1_500) * in_service,
            quantity=1 if number <= usual else WAVE_CLAIM_PIECES,
        )
