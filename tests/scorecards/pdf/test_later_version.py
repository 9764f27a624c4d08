"""A later version of an ordinary scorecard: what changed, and the drawings it had before."""

from datetime import UTC, datetime

import pytest

from scorecards.metrics import Metric
from scorecards.models import Scorecard
from scorecards.pdf import Paper, copy_pdf
from scorecards.periods import months
from scorecards.services.baselines import accept_baseline, propose_baseline
from scorecards.services.publication import publish_month, restate
from suppliers.models import Supplier, User
from tests.factories import (
    DefectCodeFactory,
    FieldPopulationFactory,
    PartFactory,
    WarrantyReturnFactory,
)
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up
from tests.scorecards.pdf.checker import Heard
from tests.scorecards.pdf.reading import Read

NOW = datetime(2025, 11, 10, 9, 30, tzinfo=UTC)
FIRST = OCTOBER.minus(19)


@pytest.fixture
def ordinary(supplier_a: Supplier) -> Supplier:
    """Four parts, three defect codes, a few rejects and returns in every month."""
    parts = [PartFactory(name=f"Sensor {n}") for n in range(4)]
    codes = [DefectCodeFactory(code=f"CODE-{n}", name=f"What was found {n}") for n in range(3)]
    for back, month in enumerate(months(FIRST, OCTOBER)):
        for part in parts:
            deliver(supplier_a, 90_000 + back, month, part=part)
        decide(supplier_a, 5 + back % 3, month, part=parts[back % 4], defect_code=codes[back % 3])
        FieldPopulationFactory(
            supplier=supplier_a, part=parts[0], month=month.first_day, parts_in_field=6_000_000
        )
        WarrantyReturnFactory(
            supplier=supplier_a, part=parts[0], received_on=month.first_day, quantity=7
        )
    roll_up()
    return supplier_a


def freeze(supplier: Supplier, by: User) -> None:
    baseline = propose_baseline(
        supplier=supplier,
        metric=Metric.EXTERNAL_PPM,
        first=FIRST,
        last=OCTOBER.minus(4),
        by=by,
        at=NOW,
    )
    accept_baseline(baseline=baseline, reason="Ordinary months.", by=by, at=NOW)


def second_version(supplier: Supplier) -> Scorecard:
    publish_month(month=OCTOBER, by=None, at=NOW)
    late = supplier.deliveries.filter(received_on__gte=OCTOBER.first_day)
    for delivery in late:
        deliver(supplier, 20_000, OCTOBER, part=delivery.part)
    roll_up()
    reason = "Receipts of the month were booked late."
    return restate(supplier=supplier, month=OCTOBER, reason=reason, by=None, at=NOW)


@pytest.mark.parametrize("limits", [False, True])
@pytest.mark.parametrize("paper", list(Paper))
def test_keeps_the_drawings_of_its_causes(
    ordinary: Supplier, sqe: User, heard: Heard, paper: Paper, limits: bool
) -> None:
    if limits:
        freeze(ordinary, sqe)
    scorecard = second_version(ordinary)

    read = Read(heard.add(f"later-{paper}-{limits}", copy_pdf(scorecard, paper=paper).content))

    assert len(read.pages) == 2
    assert "What changed with version 2" in read.pages[1]
    drawn = [picture.split(".")[0] for picture in read.pictures]
    assert "Defects, last 12 months" in drawn
    assert "Rejected parts, last 12 months" in drawn
    if limits:
        assert "External PPM against its own history" in read.pages[1]
