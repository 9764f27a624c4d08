"""What tests of causes share: addresses, and how to ask for a Pareto and read its page."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Any

from django.test import Client

from scorecards.enums import CauseKind, CauseMeasure
from scorecards.queries.cause_question import CauseQuestion
from scorecards.queries.cause_table import CauseTable, cause_table
from scorecards.queries.scopes import of_supplier
from suppliers.enums import CountingRule, DetectionPoint, Severity
from suppliers.models import Part, Plant, Supplier
from tests.factories import (
    DefectCodeFactory,
    PartFactory,
    PlantFactory,
    RejectVerdictFactory,
)
from tests.scorecards.facts import OCTOBER, deliver, suspect

PAGE = f"/suppliers/ALFA-4711/causes/{OCTOBER}/"
API = "/api/v1/causes/ALFA-4711/"


def table_of(supplier: Supplier, by: CauseKind, measure: CauseMeasure) -> CauseTable:
    """Return the Pareto of a supplier's last twelve months."""
    return cause_table(
        CauseQuestion(scope=of_supplier(supplier), end=OCTOBER, by=by, measure=measure)
    )


def values_of(table: CauseTable) -> dict[str, int]:
    """Return what each cause has, by its key."""
    return {cause.key: int(cause.value) for cause in table.causes}


def html_of(client: Client, address: str) -> str:
    """Return a page that opens."""
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def family_and_others(**fields: Any) -> list[Part]:
    """Make four parts, of which the second supersedes the first."""
    first: Part = PartFactory(**fields)
    return [first, PartFactory(supersedes=first, **fields), *PartFactory.create_batch(2, **fields)]


def facts_at_random(
    supplier: Supplier,
    random: Random,
    *,
    plants: Sequence[Plant] = (),
    parts: Sequence[Part] = (),
) -> None:
    """Rejects of fourteen months: any rule, verdict, issue, plant and part of two families."""
    plants = plants or PlantFactory.create_batch(3)
    codes = [DefectCodeFactory(counts=rule) for rule in CountingRule.values * 2]
    parts = parts or family_and_others()
    deliver(supplier, 100_000)
    for _ in range(40):
        pieces = random.randint(1, 60)
        reject = suspect(
            supplier,
            pieces,
            OCTOBER.minus(random.randint(-1, 13)),
            complaint=f"C-{random.randint(1, 12)}",
            line=str(random.getrandbits(40)),
            plant=random.choice(plants),
            part=random.choice(parts),
            defect_code=random.choice(codes),
            severity=random.choice(list(Severity)),
            machine=random.choice(["", "M1", "M2"]),
            shift=random.choice(["", "night"]),
            cost=random.choice([None, Decimal(random.randint(0, 90_000)) / 100]),
            cost_currency=random.choice(["EUR", "USD"]),
            detection_point=random.choice(list(DetectionPoint)),
        )
        if random.random() < 0.7:
            ours = random.randint(0, pieces)
            RejectVerdictFactory(
                reject=reject,
                confirmed_qty=ours,
                supplier_qty=ours // 2,
                own_qty=ours - ours // 2,
                released_qty=pieces - ours,
            )
