"""Publishing a month is cut off twice by killing the worker, and ends as if it had not been."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from scorecards.models import (
    PublicationRequest,
    Scorecard,
    ScorecardDocument,
    SignOffStep,
    StaleKey,
    WorkState,
)
from scorecards.periods import Month
from scorecards.services.publication import publish_month
from scorecards.services.requests import SUPPLIERS_AT_ONCE, request_publication
from suppliers.enums import Role
from suppliers.models import User
from tests.cast import person
from tests.factories import (
    DeliveryFactory,
    PartFactory,
    PlantFactory,
    RejectFactory,
    SupplierFactory,
)
from tests.flows.outages.stopping import nobody_writes_to
from tests.flows.product import Product
from tests.held_up import await_somebody_held_up
from tests.waiting import until

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

SUPPLIERS = 4 * SUPPLIERS_AT_ONCE
# they are asked to sign
WITH_LOG_IN = 4


def test_interrupted_publication_equals_one_without_interruption(
    worker: Product, sqe: User
) -> None:
    month = Month.of(datetime.now(UTC).date()).minus(1)
    facts(month)
    until(lambda: not StaleKey.objects.exists(), "the figures have caught up")
    expected = without_interruption(month, by=sqe)
    assert len(expected) == SUPPLIERS

    request_publication(months=[month], by=sqe, at=datetime.now(UTC))
    until(lambda: Scorecard.objects.count() >= SUPPLIERS_AT_ONCE, "it has begun")
    with nobody_writes_to("scorecards_scorecard"):
        await_somebody_held_up()
        worker.kill_pool()
    published = Scorecard.objects.count()
    assert 0 < published < SUPPLIERS
    assert PublicationRequest.objects.get().published == published

    until(lambda: Scorecard.objects.count() > published, "it goes on", seconds=180)
    with nobody_writes_to("scorecards_scorecard"):
        await_somebody_held_up()
        worker.kill_worker()
    assert Scorecard.objects.count() < SUPPLIERS
    worker.start_worker()

    done = PublicationRequest.objects.filter(state=WorkState.READY)
    until(done.exists, "the month is published", seconds=180)
    assert done.get().published == SUPPLIERS
    assert frozen() == expected
    assert ScorecardDocument.objects.count() == SUPPLIERS
    assert SignOffStep.objects.filter(action="asked").count() == WITH_LOG_IN


def facts(month: Month) -> None:
    """Give each supplier figures of its own."""
    plant, part = PlantFactory(), PartFactory()
    suppliers = SupplierFactory.create_batch(SUPPLIERS)
    for supplier in suppliers[:: SUPPLIERS // WITH_LOG_IN]:
        person(Role.SUPPLIER_MEMBER, supplier)
    for number, supplier in enumerate(suppliers, start=1):
        for back in range(3):
            day = month.minus(back).first_day
            where = {"supplier": supplier, "plant": plant, "part": part}
            DeliveryFactory(**where, received_on=day, quantity=1_000 * number + back)
            RejectFactory(**where, detected_on=day, suspect_qty=number)


def without_interruption(month: Month, *, by: User) -> dict[str, Any]:
    """Publish everything in one go, look at it, and take it back."""
    with transaction.atomic():
        publish_month(month=month, by=by, at=datetime.now(UTC))
        found = frozen()
        transaction.set_rollback(True)
    return found


def frozen() -> dict[str, Any]:
    """Return what is frozen of each supplier; only the moment of reading it is its own."""
    rows = Scorecard.objects.values_list("supplier__code", "version", "score", "grade", "snapshot")
    return {
        code: (version, score, grade, {**snapshot, "cut_off_at": None})
        for code, version, score, grade, snapshot in rows
    }
