"""What tests of decisions have in common: a moment, a reject, files that are what they say."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile

from suppliers.models import Dispute, Reject, User
from suppliers.services.dispute_opening import open_dispute
from suppliers.services.rejects import NewReject
from suppliers.services.verdicts import Split
from tests.factories import DefectCodeFactory, PartFactory, PlantFactory, RejectFactory

# A Tuesday; the fifth working day in Germany is Tuesday, the 17th.
AT = datetime(2026, 3, 10, 9, tzinfo=UTC)
DUE = date(2026, 3, 17)
PDF = b"%PDF-1.7\n"


def pdf(name: str = "report.pdf", content: bytes = PDF) -> "ContentFile[bytes]":
    """Return a small file that begins like a PDF."""
    return ContentFile(content, name=name)


def reject_of(supplier: Any, suspect: int = 100, **fields: Any) -> Reject:
    """Make a reject of the supplier in March 2026."""
    reject: Reject = RejectFactory(supplier=supplier, suspect_qty=Decimal(suspect), **fields)
    return reject


def split(supplier: int, *, released: int = 0, own: int = 0, third: int = 0) -> Split:
    """Return a verdict's quantities."""
    return Split(
        released_qty=Decimal(released),
        supplier_qty=Decimal(supplier),
        own_qty=Decimal(own),
        third_party_qty=Decimal(third),
    )


def dispute_of(record: Any, by: User, claimed: int | Decimal = 40, **fields: Any) -> Dispute:
    """Open a dispute as the supplier's member would."""
    return open_dispute(
        record=record,
        **{
            "reason": "transport_damage",
            "claimed_qty": Decimal(claimed),
            "statement": "Crushed in the carrier's hands.",
            "by": by,
            "at": AT,
            **fields,
        },
    )


def new_reject(supplier: Any) -> NewReject:
    """Return a complaint that nobody has recorded yet."""
    return NewReject(
        supplier=supplier,
        plant=PlantFactory(code="BER"),
        part=PartFactory(),
        complaint="Q-1",
        detected_on=date(2026, 3, 9),
        defect_code=DefectCodeFactory(),
        suspect_qty=Decimal(50),
        checked_qty=Decimal(10),
        confirmed_qty=Decimal(2),
    )
