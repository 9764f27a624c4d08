"""Two suppliers with one of everything each; nothing of the one may reach the other."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.test import Client

from escalations.eight_d_workflow import Discipline
from escalations.models import (
    Attachment,
    ControlledShipping,
    EightD,
    EightDFile,
    Episode,
    Message,
)
from escalations.notifications.letters import letter_pdf
from escalations.services.eight_d import save_draft, submit
from escalations.services.eight_d_files import attach
from escalations.services.evaluation import evaluate
from escalations.services.shipping_letters import send_entry_letter
from escalations.services.shipping_terms import confirm
from scorecards.models import Baseline, ChartSignal, Scorecard, Target
from scorecards.periods import Month
from scorecards.rollup import drain
from scorecards.services.documents import render_waiting
from scorecards.services.publication import publish_month
from suppliers.enums import Role
from suppliers.models import (
    Delivery,
    Dispute,
    Evidence,
    ImportBatch,
    ImportMapping,
    Part,
    Plant,
    Reject,
    Supplier,
    User,
    WarrantyReturn,
)
from tests.cast import person
from tests.factories import (
    BaselineFactory,
    BaselinePointFactory,
    CertificateFactory,
    ChartSignalFactory,
    DefectCodeFactory,
    DeliveryFactory,
    DisputeFactory,
    EvidenceFactory,
    FieldPopulationFactory,
    ImportBatchFactory,
    ImportMappingFactory,
    PartFactory,
    PlantFactory,
    RejectFactory,
    RejectVerdictFactory,
    SupplierContactFactory,
    SupplierFactory,
    SupplierGroupMembershipFactory,
    SupplierPartFactory,
    TargetFactory,
    UserFactory,
    WarrantyReturnFactory,
    WarrantyVerdictFactory,
)

MONTH = Month(2026, 3)
AT = datetime(2026, 4, 14, 9, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Side:
    """One supplier and what belongs to it; `secrets` are spellings nobody else may read."""

    supplier: Supplier
    plant: Plant
    part: Part
    delivery: Delivery
    reject: Reject
    warranty_return: WarrantyReturn
    dispute: Dispute
    line_dispute: Dispute
    evidence: Evidence
    target: Target
    scorecard: Scorecard
    episode: Episode
    shipping: ControlledShipping
    eight_d: EightD
    eight_d_file: EightDFile
    message: Message
    batch: ImportBatch
    mapping: ImportMapping
    proposal: Baseline
    signal: ChartSignal
    secrets: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class World:
    """Both sides, the cast, and a client for everybody in it by role."""

    a: Side
    b: Side
    cast: dict[str, User]
    clients: dict[str, Client]

    def sides_of(self, role: str) -> tuple[Side, Side]:
        """Return a role's own side and the foreign one; insiders own both."""
        return (self.b, self.a) if role == "member_b" else (self.a, self.b)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What makes a side recognisable: names, and quantities found nowhere else."""

    mark: str
    received: int
    rejected: int
    in_field: int
    member: User


def populate(supplier: Supplier, facts: Facts) -> dict[str, Any]:
    """Give a supplier one of everything in March 2026."""
    mark = facts.mark
    plant = PlantFactory(code=f"{mark}-PLANT", name=f"{mark} works")
    part = PartFactory(number=f"{mark}-PART", name=f"{mark} housing", commodity=f"{mark}-CAST")
    whose = {"supplier": supplier, "part": part}
    CertificateFactory(supplier=supplier, number=f"{mark}-CERT")
    SupplierGroupMembershipFactory(supplier=supplier, group__name=f"{mark} group")
    SupplierPartFactory(**whose, supplier_number=f"{mark}-OWN-NUMBER")
    SupplierContactFactory(supplier=supplier, user__name=f"{mark} contact")
    delivery = DeliveryFactory(
        **whose,
        plant=plant,
        document=f"{mark}-GR",
        lot=f"{mark}-LOT",
        received_on=date(2026, 3, 4),
        quantity=facts.received,
    )
    reject = RejectFactory(
        **whose,
        plant=plant,
        delivery=delivery,
        complaint=f"{mark}-COMPLAINT",
        defect_code=DefectCodeFactory(code=f"{mark}-DEFECT", name=f"{mark} defect"),
        suspect_qty=facts.rejected,
    )
    RejectVerdictFactory(reject=reject, reason=f"{mark} verdict")
    back = WarrantyReturnFactory(**whose, claim=f"{mark}-CLAIM")
    WarrantyVerdictFactory(warranty_return=back, reason=f"{mark} analysis")
    FieldPopulationFactory(**whose, parts_in_field=Decimal(facts.in_field))
    in_force = BaselineFactory(supplier=supplier, accepted=True)
    dispute = DisputeFactory(reject=reject, statement=f"{mark} statement", opened_by=facts.member)
    return {
        "supplier": supplier,
        "plant": plant,
        "part": part,
        "delivery": delivery,
        "reject": reject,
        "warranty_return": back,
        "dispute": dispute,
        "line_dispute": DisputeFactory(
            reject=None,
            supplier=supplier,
            published_line="2026-03/warranty_ppm",
            statement=f"{mark} line",
            opened_by=facts.member,
        ),
        "evidence": EvidenceFactory(dispute=dispute, name=f"{mark}.txt"),
        "target": TargetFactory(supplier=supplier),
        "batch": ImportBatchFactory(filename=f"{mark}.csv"),
        "mapping": ImportMappingFactory(),
        "proposal": BaselinePointFactory(
            baseline__supplier=supplier, baseline__version=2, baseline__note=f"{mark} steady year"
        ).baseline,
        "signal": ChartSignalFactory(baseline=in_force, note=f"{mark} note"),
    }


def spellings(facts: Facts) -> tuple[str, ...]:
    """Return how the quantities may be written: plain, with separators, as PPM."""
    numbers = (facts.received, facts.rejected, facts.in_field)
    ppm = round(facts.rejected * 1_000_000 / facts.received)
    written = [form for number in (*numbers, ppm) for form in (f"{number}", f"{number:,}")]
    return tuple(sorted({*written, *(form.replace(",", "\u202f") for form in written)}))


def rendered(message: Message, facts: Facts) -> Message:
    """Write a message as sending would, with something recognisable in every part."""
    attachment = Attachment.objects.keep(name=f"{facts.mark}.pdf", content=facts.mark.encode())
    message.subject, message.text = f"{facts.mark} subject", f"{facts.mark} text"
    message.html, message.attachment = f"<p>{facts.mark}</p>", attachment
    message.save()
    return message


def begun(eight_d: EightD, facts: Facts) -> EightDFile:
    """Have the supplier submit D1 with a file, which is returned, and begin D2."""
    team = [{"name": f"{facts.mark} engineer", "role": "Process", "contact": ""}]
    member, d1, d2 = facts.member, Discipline.D1, Discipline.D2
    written = {"champion": f"{facts.mark} champion", "team": team}
    save_draft(eight_d=eight_d, discipline=d1, content=written, seen=0, by=member, at=AT)
    proof = ContentFile(f"{facts.mark} measured".encode(), name=f"{facts.mark}-proof.txt")
    (kept,) = attach(eight_d=eight_d, discipline=d1, files=[proof], by=member, at=AT)
    submit(eight_d=eight_d, discipline=d1, seen=1, by=member, at=AT)
    drafted = {"problem": f"{facts.mark} problem"}
    save_draft(eight_d=eight_d, discipline=d2, content=drafted, seen=0, by=member, at=AT)
    return kept


def sorted_piece_by_piece(supplier: Supplier, *, by: User, member: User) -> ControlledShipping:
    """Send the entry letter of the supplier's controlled shipping and have it confirmed."""
    rows = ControlledShipping.objects.filter(episode__supplier=supplier).order_by("number")
    found: ControlledShipping = rows.select_related("episode__supplier")[0]
    letter_pdf(send_entry_letter(shipping=found, by=by, at=AT))
    return confirm(shipping=found, name=f"{supplier.name} quality", by=member, at=AT)


def side(made: dict[str, Any], facts: Facts, *, sqe: User) -> Side:
    """Complete a side with what was published about it."""
    supplier = made["supplier"]
    episode = supplier.episodes.filter(level="8d").order_by("number").first()
    shipping = sorted_piece_by_piece(supplier, by=sqe, member=facts.member)
    message = rendered(supplier.messages.order_by("pk").first(), facts)
    secrets = (
        facts.mark,
        supplier.code,
        supplier.name,
        episode.number,
        shipping.number,
        *spellings(facts),
    )
    return Side(
        **made,
        scorecard=supplier.scorecards.get(),
        episode=episode,
        shipping=shipping,
        eight_d=episode.eightd,
        eight_d_file=begun(episode.eightd, facts),
        message=message,
        secrets=secrets,
    )


def everybody(supplier_a: Supplier, supplier_b: Supplier) -> dict[str, User]:
    """Make the cast by the names the table uses."""
    insiders = (Role.SQE, Role.QUALITY_MANAGER, Role.BUYER, Role.AUDITOR)
    return {role.value: person(role) for role in insiders} | {
        "administrator": person(Role.ADMINISTRATOR, is_staff=True),
        "member_a": person(Role.SUPPLIER_MEMBER, supplier_a),
        "admin_a": person(Role.SUPPLIER_ADMIN, supplier_a),
        "member_b": person(Role.SUPPLIER_MEMBER, supplier_b),
        "stranger": UserFactory(email="stranger@elsewhere.example"),
    }


def build() -> World:
    """Make the cast and both suppliers, roll up, publish, and log everybody in."""
    supplier_a = SupplierFactory(code="ALFA-4711", name="Alfa Castings", in_tier=1)
    supplier_b = SupplierFactory(code="BRAVO-0815", name="Bravo Springs", in_tier=1)
    cast = everybody(supplier_a, supplier_b)
    facts_a = Facts(
        mark="ALFAMARK", received=20_147, rejected=1_319, in_field=700_241, member=cast["member_a"]
    )
    facts_b = Facts(
        mark="BRAVOMARK", received=31_873, rejected=1_777, in_field=811_357, member=cast["member_b"]
    )
    made_a, made_b = populate(supplier_a, facts_a), populate(supplier_b, facts_b)
    drain(at=AT)
    publish_month(month=MONTH, by=cast["sqe"], at=AT)
    render_waiting(clock=lambda: AT)
    evaluate(at=AT, today=AT.date())
    return World(
        a=side(made_a, facts_a, sqe=cast["sqe"]),
        b=side(made_b, facts_b, sqe=cast["sqe"]),
        cast=cast,
        clients=logged_in(cast),
    )


def logged_in(cast: dict[str, User]) -> dict[str, Client]:
    """Give everybody in the cast a client, and one to nobody."""
    clients = {"nobody": Client()}
    for role, user in cast.items():
        clients[role] = Client()
        clients[role].force_login(user)
    return clients
