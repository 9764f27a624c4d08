"""Rows for tests: each factory makes one valid row, and what it refers to.

`SupplierFactory(code="S-1")` saves one; every field may be named. Numbers are unremarkable
on purpose: a test names the quantities it is about.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import factory
from django.core.files.base import ContentFile
from django.db.backends.postgresql.psycopg_any import DateRange
from factory.django import DjangoModelFactory

from scorecards import models as scorecards
from scorecards.metrics import Metric
from suppliers import models
from suppliers.enums import (
    DisputeReason,
    ImportKind,
    Responsibility,
    Role,
    WarrantyOutcome,
)

PASSWORD = "right horse, right battery"
ALWAYS = DateRange(date(2000, 1, 1), None)
DAY = date(2026, 3, 10)


class TierFactory(DjangoModelFactory[models.Tier]):
    class Meta:
        model = models.Tier
        django_get_or_create = ("level",)  # levels 1 and 2 come with the migrations

    level = 1
    name = factory.LazyAttribute(lambda tier: f"Tier {tier.level}")


class PlantFactory(DjangoModelFactory[models.Plant]):
    class Meta:
        model = models.Plant

    code = factory.Sequence("PLANT-{}".format)
    name = factory.LazyAttribute(lambda plant: f"Works {plant.code}")
    time_zone = "Europe/Berlin"
    country = "DE"


class DefectCodeFactory(DjangoModelFactory[models.DefectCode]):
    class Meta:
        model = models.DefectCode

    code = factory.Sequence("D-{}".format)
    name = "Bore out of tolerance"


class PartFactory(DjangoModelFactory[models.Part]):
    class Meta:
        model = models.Part

    number = factory.Sequence("PN-{:05d}".format)
    name = "Bracket"


class PartUnitFactory(DjangoModelFactory[models.PartUnit]):
    class Meta:
        model = models.PartUnit

    part = factory.SubFactory(PartFactory)
    unit = "CAR"
    factor = Decimal(12)


class SupplierGroupFactory(DjangoModelFactory[models.SupplierGroup]):
    class Meta:
        model = models.SupplierGroup

    name = factory.Sequence("Group {}".format)


class SupplierFactory(DjangoModelFactory[models.Supplier]):
    """A supplier without tier; `in_tier=1` puts it into tier 1 for ever."""

    class Meta:
        model = models.Supplier
        skip_postgeneration_save = True

    code = factory.Sequence("SUP-{:03d}".format)
    name = factory.LazyAttribute(lambda supplier: f"Supplier {supplier.code}")
    country = "DE"
    time_zone = "Europe/Berlin"

    @factory.post_generation
    def in_tier(self: Any, create: bool, extracted: int | None, **_: Any) -> None:
        if create and extracted is not None:
            SupplierTierFactory(supplier=self, tier__level=extracted)


class SupplierTierFactory(DjangoModelFactory[models.SupplierTier]):
    class Meta:
        model = models.SupplierTier

    supplier = factory.SubFactory(SupplierFactory)
    tier = factory.SubFactory(TierFactory)
    during = ALWAYS


class SupplierGroupMembershipFactory(DjangoModelFactory[models.SupplierGroupMembership]):
    class Meta:
        model = models.SupplierGroupMembership

    supplier = factory.SubFactory(SupplierFactory)
    group = factory.SubFactory(SupplierGroupFactory)
    during = ALWAYS


class CertificateFactory(DjangoModelFactory[models.Certificate]):
    class Meta:
        model = models.Certificate

    supplier = factory.SubFactory(SupplierFactory)
    standard = "IATF 16949"
    number = factory.Sequence("CERT-{}".format)
    expires_on = date(2027, 12, 31)


class SupplierPartFactory(DjangoModelFactory[models.SupplierPart]):
    class Meta:
        model = models.SupplierPart

    supplier = factory.SubFactory(SupplierFactory)
    part = factory.SubFactory(PartFactory)


class UserFactory(DjangoModelFactory[models.User]):
    """A user who can log in with `PASSWORD`."""

    class Meta:
        model = models.User
        skip_postgeneration_save = True

    email = factory.Sequence("person{}@oem.example".format)
    name = factory.Sequence("Person {}".format)

    @classmethod
    def _create(cls, model_class: Any, *_: Any, **fields: Any) -> models.User:
        password = fields.pop("password", PASSWORD)
        user: models.User = model_class.objects.create_user(password=password, **fields)
        return user


class MembershipFactory(DjangoModelFactory[models.Membership]):
    class Meta:
        model = models.Membership

    user = factory.SubFactory(UserFactory)
    role = Role.SQE


class MembershipLimitFactory(DjangoModelFactory[models.MembershipLimit]):
    """Name `supplier` or `plant`."""

    class Meta:
        model = models.MembershipLimit

    membership = factory.SubFactory(MembershipFactory)


class SupplierContactFactory(DjangoModelFactory[models.SupplierContact]):
    class Meta:
        model = models.SupplierContact

    supplier = factory.SubFactory(SupplierFactory)
    user = factory.SubFactory(UserFactory)
    responsibility = Responsibility.SQE


class ImportBatchFactory(DjangoModelFactory[models.ImportBatch]):
    class Meta:
        model = models.ImportBatch

    kind = ImportKind.DELIVERIES
    file = factory.django.FileField(filename="deliveries.csv", data=b"supplier;part\n")
    filename = "deliveries.csv"
    size_bytes = 14
    sha256 = factory.Sequence("{:064x}".format)


class ImportMappingFactory(DjangoModelFactory[models.ImportMapping]):
    class Meta:
        model = models.ImportMapping

    kind = ImportKind.DELIVERIES
    name = factory.Sequence("Source {}".format)
    headings = ["nr", "supplier", "plant", "part", "date", "much"]
    fingerprint = factory.Sequence("{:064x}".format)
    mapping = {"document": "nr", "quantity": "much"}


class DeliveryFactory(DjangoModelFactory[models.Delivery]):
    class Meta:
        model = models.Delivery

    supplier = factory.SubFactory(SupplierFactory)
    plant = factory.SubFactory(PlantFactory)
    part = factory.SubFactory(PartFactory)
    document = factory.Sequence("GR-{:06d}".format)
    line = "10"
    received_on = DAY
    quantity = Decimal(1000)


class RejectFactory(DjangoModelFactory[models.Reject]):
    """A reject nobody has decided: all suspect pieces count provisionally."""

    class Meta:
        model = models.Reject

    supplier = factory.SubFactory(SupplierFactory)
    plant = factory.SubFactory(PlantFactory)
    part = factory.SubFactory(PartFactory)
    complaint = factory.Sequence("C-{:06d}".format)
    detected_on = DAY
    defect_code = factory.SubFactory(DefectCodeFactory)
    suspect_qty = Decimal(1)


class RejectVerdictFactory(DjangoModelFactory[models.RejectVerdict]):
    """Everything the reject suspects is confirmed and the supplier's, unless said otherwise."""

    class Meta:
        model = models.RejectVerdict

    reject = factory.SubFactory(RejectFactory)
    number = 1
    decided_by = factory.SubFactory(UserFactory)
    decided_at = datetime(2026, 3, 20, 9, tzinfo=UTC)
    reason = "Measured again."
    supplier_qty = factory.LazyAttribute(lambda verdict: verdict.reject.suspect_qty)
    confirmed_qty = factory.LazyAttribute(lambda verdict: verdict.supplier_qty)


class WarrantyReturnFactory(DjangoModelFactory[models.WarrantyReturn]):
    class Meta:
        model = models.WarrantyReturn

    supplier = factory.SubFactory(SupplierFactory)
    part = factory.SubFactory(PartFactory)
    claim = factory.Sequence("W-{:06d}".format)
    received_on = DAY
    quantity = Decimal(1)


class WarrantyVerdictFactory(DjangoModelFactory[models.WarrantyVerdict]):
    class Meta:
        model = models.WarrantyVerdict

    warranty_return = factory.SubFactory(WarrantyReturnFactory)
    number = 1
    decided_by = factory.SubFactory(UserFactory)
    decided_at = datetime(2026, 3, 20, 9, tzinfo=UTC)
    reason = "Analysed."
    outcome = WarrantyOutcome.CONFIRMED
    accepted_pct = Decimal(100)


class FieldPopulationFactory(DjangoModelFactory[models.FieldPopulation]):
    class Meta:
        model = models.FieldPopulation

    supplier = factory.SubFactory(SupplierFactory)
    part = factory.SubFactory(PartFactory)
    month = date(2026, 3, 1)
    parts_in_field = Decimal(100_000)


class DisputeFactory(DjangoModelFactory[models.Dispute]):
    class Meta:
        model = models.Dispute

    reject = factory.SubFactory(RejectFactory)
    supplier = factory.LazyAttribute(lambda dispute: dispute.reject.supplier)
    reason = DisputeReason.QUANTITY
    claimed_qty = Decimal(0)
    statement = "We counted fewer."
    opened_by = factory.SubFactory(UserFactory)
    due_on = date(2026, 3, 17)


class EvidenceFactory(DjangoModelFactory[models.Evidence]):
    """A small text about a dispute; its bytes carry its name."""

    class Meta:
        model = models.Evidence

    dispute = factory.SubFactory(DisputeFactory)
    supplier = factory.LazyAttribute(lambda evidence: evidence.dispute.supplier)
    name = factory.Sequence("evidence-{}.txt".format)
    content_type = "text/plain"
    file = factory.LazyAttribute(
        lambda evidence: ContentFile(evidence.name.encode(), name=evidence.name)
    )
    uploaded_by = factory.SubFactory(UserFactory)


class TargetFactory(DjangoModelFactory[scorecards.Target]):
    """Name `tier`, `supplier` or `supplier_part`."""

    class Meta:
        model = scorecards.Target

    metric = Metric.EXTERNAL_PPM
    target_ppm = Decimal(25)
    during = ALWAYS


class BaselineFactory(DjangoModelFactory[scorecards.Baseline]):
    """A proposal of twelve months with one point; `accepted=True` puts it in force."""

    class Meta:
        model = scorecards.Baseline

    class Params:
        accepted = factory.Trait(
            state="accepted",
            accepted_at=datetime(2026, 1, 20, 9, tzinfo=UTC),
            accepted_by=factory.SubFactory(UserFactory),
            reason="Agreed with the supplier.",
        )

    supplier = factory.SubFactory(SupplierFactory)
    metric = Metric.EXTERNAL_PPM.value
    version = 1
    first_month = date(2025, 1, 1)
    last_month = date(2025, 12, 1)
    kind = "p"
    method = "exact_limits"
    counted = Decimal(60)
    volume = Decimal(1_200_000)
    proposed_at = datetime(2026, 1, 15, 9, tzinfo=UTC)
    proposed_by = factory.SubFactory(UserFactory)


class BaselinePointFactory(DjangoModelFactory[scorecards.BaselinePoint]):
    """A month of a proposal."""

    class Meta:
        model = scorecards.BaselinePoint

    baseline = factory.SubFactory(BaselineFactory)
    month = date(2026, 3, 1)
    counted = Decimal(5)
    volume = Decimal(100_000)


class ChartSignalFactory(DjangoModelFactory[scorecards.ChartSignal]):
    """A month above the upper limit that nobody has looked at."""

    class Meta:
        model = scorecards.ChartSignal

    baseline = factory.SubFactory(BaselineFactory, accepted=True)
    month = date(2026, 3, 1)
    kind = "above"
    counted = Decimal(40)
    volume = Decimal(100_000)
    raised_at = datetime(2026, 4, 2, 9, tzinfo=UTC)
