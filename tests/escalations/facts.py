"""Deliveries, rejects and returns that give a supplier's month the counts a test names."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from escalations.models import PolicyVersion, Rule
from escalations.services.evaluation import Outcome, evaluate
from scorecards.periods import Month
from suppliers.models import Part, Supplier
from tests.factories import (
    DeliveryFactory,
    FieldPopulationFactory,
    PartFactory,
    PlantFactory,
    RejectFactory,
    RejectVerdictFactory,
    WarrantyReturnFactory,
)

OCTOBER = Month(2026, 10)
TODAY = date(2026, 11, 12)
AT = datetime(2026, 11, 12, 8, tzinfo=UTC)


def external(
    supplier: Supplier,
    *,
    counted: int | str = 0,
    received: int | str = 0,
    month: Month = OCTOBER,
    **fields: Any,
) -> None:
    """Let the supplier deliver and be rejected so much in the month, everything decided."""
    parts = {
        "part": fields.get("part") or PartFactory(),
        "plant": fields.get("plant") or PlantFactory(),
    }
    day = month.first_day.replace(day=9)
    if Decimal(received):
        DeliveryFactory(supplier=supplier, received_on=day, quantity=Decimal(received), **parts)
    if Decimal(counted):
        reject = RejectFactory(
            supplier=supplier,
            detected_on=day,
            suspect_qty=Decimal(counted),
            **parts,
            **{name: fields[name] for name in ("defect_code",) if name in fields},
        )
        RejectVerdictFactory(reject=reject)


def warranty(
    supplier: Supplier,
    *,
    returned: int,
    in_field: int,
    month: Month = OCTOBER,
    part: Part | None = None,
) -> None:
    """Let so many of the supplier's parts fail of so many in the field."""
    part = part or PartFactory()
    FieldPopulationFactory(
        supplier=supplier, part=part, month=month.first_day, parts_in_field=Decimal(in_field)
    )
    if returned:
        WarrantyReturnFactory(
            supplier=supplier,
            part=part,
            received_on=month.first_day.replace(day=20),
            quantity=Decimal(returned),
        )


def noon(day: date) -> datetime:
    """Return the middle of a day, which is the same day at every plant of the tests."""
    return datetime.combine(day, time(12), tzinfo=UTC)


def record_rule(**fields: Any) -> Rule:
    """Let single rejects be judged by one rule alone: incidents of a severity."""
    last = PolicyVersion.objects.filter(policy__subject="records").latest("number")
    version = PolicyVersion.objects.create(
        policy=last.policy, number=last.number + 1, reason="For this test."
    )
    rule: Rule = Rule.objects.create(version=version, position=1, kind="incident", **fields)
    return rule


def evaluated(**options: Any) -> Outcome:
    """Evaluate as on 12 November 2026."""
    return evaluate(**({"at": AT, "today": TODAY} | options))
