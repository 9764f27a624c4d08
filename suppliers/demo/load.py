"""Loads the demo's masters, people and facts into an empty database."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from suppliers.demo import cast, facts, stories
from suppliers.enums import DisputeReason, Responsibility, Role
from suppliers.models import (
    Certificate,
    DefectCode,
    Delivery,
    Membership,
    Part,
    Plant,
    Reject,
    RejectVerdict,
    Supplier,
    SupplierContact,
    SupplierGroup,
    SupplierGroupMembership,
    SupplierPart,
    SupplierTier,
    Tier,
    User,
    WarrantyReturn,
)
from suppliers.services.dispute_opening import open_dispute

INTERNAL_LOGINS = {
    "sqe@demo.example": ("Sina Quell", Role.SQE),
    "manager@demo.example": ("Marek Quade", Role.QUALITY_MANAGER),
    "buyer@demo.example": ("Bea Uhl", Role.BUYER),
    "auditor@demo.example": ("Aude Itor", Role.AUDITOR),
    "admin@demo.example": ("Ada Min", Role.ADMINISTRATOR),
}
SUPPLIER_LOGINS = {
    "supplier@demo.example": ("Sam Plyer", stories.CROSSES_100_AND_RECOVERS),
    "neighbour@demo.example": ("Nia Bourne", stories.CROSSES_50),
}


class DemoNotEmptyError(Exception):
    """The database holds suppliers that are not the demo's."""


class DemoAlreadyLoadedError(Exception):
    """The demo is there already."""


@transaction.atomic
def load_facts(*, newest: date) -> None:
    """Create people, masters, 24 months of facts and decisions that end with `newest`'s month.

    Raises:
        DemoAlreadyLoadedError: when the demo's people exist.
        DemoNotEmptyError: when other suppliers exist; demo and real data never mix.
    """
    if User.objects.filter(email__in=INTERNAL_LOGINS).exists():
        raise DemoAlreadyLoadedError
    if Supplier.objects.exists():
        raise DemoNotEmptyError
    users = _people()
    plants = _plants()
    for index, batch in enumerate(facts.generate(newest=newest)):
        supplier = _supplier(index, batch.supplier, newest=newest)
        parts = _parts(index, batch.supplier, supplier)
        _contacts(supplier, users)
        _facts(batch, supplier=supplier, parts=parts, plants=plants, decided_by=users[Role.SQE])
    _supplier_people()


def _people() -> dict[Role, User]:
    users = {}
    for email, (name, role) in INTERNAL_LOGINS.items():
        user = User.objects.create_user(
            email, settings.DEMO_PASSWORD, name=name, is_staff=role is Role.ADMINISTRATOR
        )
        Membership.objects.create(user=user, role=role)
        users[role] = user
    admin = users[Role.ADMINISTRATOR]
    admin.is_superuser = True
    admin.save()
    return users


def login_of(role: Role) -> User:
    """Return the demo's log-in of an internal role."""
    email = next(email for email, (_, held) in INTERNAL_LOGINS.items() if held is role)
    return User.objects.get(email=email)


def _supplier_people() -> None:
    codes = [supplier.code for supplier in cast.suppliers()]
    for email, (name, index) in SUPPLIER_LOGINS.items():
        user = User.objects.create_user(email, settings.DEMO_PASSWORD, name=name)
        Membership.objects.create(
            user=user,
            role=Role.SUPPLIER_ADMIN,
            supplier=Supplier.objects.get(code=codes[index]),
        )


def _plants() -> list[Plant]:
    DefectCode.objects.bulk_create(
        DefectCode(code=code, name=name, category=category, counts=counts)
        for code, name, category, counts in cast.DEFECT_CODES
    )
    return Plant.objects.bulk_create(
        Plant(code=code, name=name, time_zone=zone, country=country)
        for code, name, zone, country in cast.PLANTS
    )


def _supplier(index: int, made_up: cast.DemoSupplier, *, newest: date) -> Supplier:
    supplier = Supplier.objects.create(
        code=made_up.code,
        name=made_up.name,
        country=made_up.country,
        time_zone=made_up.time_zone,
    )
    always = DateRange(None, None)
    tier = Tier.objects.get(level=made_up.tier)
    SupplierTier.objects.create(supplier=supplier, tier=tier, during=always)
    if made_up.group:
        group, _ = SupplierGroup.objects.get_or_create(name=made_up.group)
        SupplierGroupMembership.objects.create(supplier=supplier, group=group, during=always)
    Certificate.objects.create(
        supplier=supplier,
        standard="IATF 16949",
        number=f"IATF-{410_000 + index}",
        expires_on=newest + timedelta(days=40 + 23 * (index % 31)),
        mandatory=True,
    )
    return supplier


def _parts(index: int, made_up: cast.DemoSupplier, supplier: Supplier) -> list[Part]:
    parts = Part.objects.bulk_create(
        Part(
            number=f"{index + 1:02d}-{4_100 + 7 * number:05d}",
            name=f"{made_up.commodity.removesuffix('s')} {chr(ord('A') + number)}",
            commodity=made_up.commodity,
            safety_relevant=number == 0 and index % 11 == 0,
        )
        for number in range(facts.PARTS_PER_SUPPLIER)
    )
    SupplierPart.objects.bulk_create(SupplierPart(supplier=supplier, part=part) for part in parts)
    return parts


def _contacts(supplier: Supplier, users: dict[Role, User]) -> None:
    for role, responsibility in (
        (Role.SQE, Responsibility.SQE),
        (Role.BUYER, Responsibility.BUYER),
    ):
        SupplierContact.objects.create(
            supplier=supplier, user=users[role], responsibility=responsibility
        )


def _facts(
    batch: facts.SupplierFacts,
    *,
    supplier: Supplier,
    parts: list[Part],
    plants: list[Plant],
    decided_by: User,
) -> None:
    deliveries = Delivery.objects.bulk_create(
        Delivery(
            supplier=supplier,
            plant=plants[fact.plant],
            part=parts[fact.part],
            document=fact.document,
            received_on=fact.received_on,
            quantity=fact.quantity,
            promised_on=fact.promised_on,
            ordered_quantity=fact.ordered,
        )
        for fact in batch.deliveries
    )
    _rejects(batch, deliveries=deliveries, decided_by=decided_by)
    WarrantyReturn.objects.bulk_create(
        WarrantyReturn(
            supplier=supplier,
            part=parts[fact.part],
            claim=fact.claim,
            received_on=fact.received_on,
            failed_on=fact.failed_on,
            built_on=fact.built_on,
            mileage_km=fact.mileage_km,
            quantity=fact.quantity,
        )
        for fact in batch.returns
    )


def _rejects(batch: facts.SupplierFacts, *, deliveries: list[Delivery], decided_by: User) -> None:
    codes = {code.code: code for code in DefectCode.objects.all()}
    rejects = Reject.objects.bulk_create(
        Reject(
            supplier_id=deliveries[fact.delivery].supplier_id,
            plant_id=deliveries[fact.delivery].plant_id,
            part_id=deliveries[fact.delivery].part_id,
            delivery=deliveries[fact.delivery],
            complaint=fact.complaint,
            detected_on=fact.detected_on,
            detection_point=fact.detection_point,
            defect_code=codes[fact.defect_code],
            severity=fact.severity,
            suspect_qty=fact.suspect,
            checked_qty=fact.checked,
            confirmed_qty=fact.confirmed,
            machine=fact.machine,
            shift=fact.shift,
            cost=fact.cost_eur,
            cost_currency="EUR",
        )
        for fact in batch.rejects
    )
    pairs = list(zip(batch.rejects, rejects, strict=True))
    RejectVerdict.objects.bulk_create(
        RejectVerdict(
            reject=reject,
            number=1,
            decided_by=decided_by,
            decided_at=datetime.combine(fact.detected_on, time(14), tzinfo=UTC) + timedelta(days=4),
            reason="Sorted and analysed; cause found at the supplier.",
            confirmed_qty=fact.confirmed,
            supplier_qty=fact.confirmed,
        )
        for fact, reject in pairs
        if fact.decided
    )
    for fact, reject in pairs:
        if fact.disputed:
            _dispute(fact, reject)


def _dispute(fact: facts.RejectFact, reject: Reject) -> None:
    email = f"quality@{reject.supplier.code.lower()}.example"
    user = User.objects.create_user(email, name="Quality desk")
    Membership.objects.create(user=user, role=Role.SUPPLIER_MEMBER, supplier=reject.supplier)
    open_dispute(
        record=reject,
        reason=DisputeReason.TRANSPORT_DAMAGE,
        claimed_qty=Decimal(fact.suspect // 2),
        statement="Half of the lot was crushed in the carrier's hands.",
        by=user,
        at=datetime.combine(fact.detected_on, time(15), tzinfo=UTC),
    )


@transaction.atomic
def book_late_receipts(*, newest: date) -> Supplier:
    """Book receipts of a published month after the fact; return whose figure was too high."""
    code = cast.suppliers()[stories.LATE_CORRECTION].code
    supplier: Supplier = Supplier.objects.get(code=code)
    start = facts.first_of_month(newest, months_ago=stories.LATE_CORRECTION_MONTHS_AGO)
    end = facts.first_of_month(newest, months_ago=stories.LATE_CORRECTION_MONTHS_AGO - 1)
    booked = Delivery.objects.filter(
        supplier=supplier, received_on__gte=start, received_on__lt=end
    ).order_by("pk")
    Delivery.objects.bulk_create(
        Delivery(
            supplier=supplier,
            plant_id=receipt.plant_id,
            part_id=receipt.part_id,
            document=f"{receipt.document}L",
            received_on=receipt.received_on,
            quantity=receipt.quantity,
        )
        for receipt in booked[: len(booked) // 3]
    )
    return supplier
