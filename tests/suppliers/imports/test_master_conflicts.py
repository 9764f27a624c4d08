"""Suppliers and parts that a file says other things about: kept, or replaced with a reason."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from suppliers.enums import ConflictDecision
from suppliers.models import Part, PartUnit, Supplier, SupplierTier, User
from suppliers.services import conflicts
from suppliers.services.conflicts import Decided, ReasonMissingError
from tests.factories import PartFactory, SupplierFactory
from tests.held_up import await_somebody_held_up
from tests.suppliers.imports.conftest import NOW, Import, rows_of

pytestmark = pytest.mark.django_db

REASON = "The master list is right"
SUPPLIERS = (
    "code;name;country;tier;group;active\nS-1;Alfa Ltd;FR;2;Holding;no\nS-2;Bravo;DE;1;;yes\n"
)
PARTS = "number;name;safety_relevant;component_opportunities;unit;factor\nP-1;Housing;no;5;CT;12\n"


@pytest.fixture
def alfa(db: None) -> Supplier:
    found: Supplier = SupplierFactory(code="S-1", name="Alfa", country="DE", in_tier=1)
    return found


def decide(batch: int, decision: ConflictDecision, by: User, reason: str = REASON) -> Decided:
    return conflicts.decide(batch_id=batch, decision=decision, by=by, at=NOW, reason=reason)


def test_supplier_is_replaced_and_its_past_stays(
    import_file: Import, alfa: Supplier, sqe: User
) -> None:
    SupplierTier.objects.filter(supplier=alfa).update(during=DateRange(date(2020, 1, 1), None))
    batch = import_file("suppliers", SUPPLIERS, valid_only=True)
    assert rows_of(batch) == {"valid": 1, "conflict": 1}
    with pytest.raises(ReasonMissingError):
        decide(batch.pk, ConflictDecision.REPLACE, sqe, reason="short")
    assert decide(batch.pk, ConflictDecision.REPLACE, sqe).rows == 1
    alfa.refresh_from_db()
    assert (alfa.name, alfa.country, alfa.archived_at) == ("Alfa Ltd", "FR", NOW)
    tiers = SupplierTier.objects.filter(supplier=alfa).order_by("during")
    assert [(row.tier.level, row.during.upper) for row in tiers] == [(1, NOW.date()), (2, None)]
    row = batch.rows.get()
    assert (row.decision, row.decided_by, row.reason) == ("replace", sqe, REASON)
    log: Any = alfa
    change = log.events.latest("pgh_id")
    assert change.pgh_context.metadata["reason"] == REASON
    assert rows_of(import_file("suppliers", SUPPLIERS)) == {"valid": 1, "duplicate": 1}


def test_supplier_is_kept(import_file: Import, alfa: Supplier, sqe: User) -> None:
    batch = import_file("suppliers", SUPPLIERS, valid_only=True)
    decide(batch.pk, ConflictDecision.KEEP, sqe, reason="")
    alfa.refresh_from_db()
    assert alfa.name == "Alfa"
    assert batch.rows.get().decision == "keep"
    assert not batch.rows.undecided().exists()


def test_part_and_unit_are_replaced(import_file: Import, sqe: User) -> None:
    part = PartFactory(number="P-1", name="Casing", safety_relevant=True, component_opportunities=4)
    PartUnit.objects.create(part=part, unit="CT", factor=10)
    batch = import_file("parts", PARTS)
    assert decide(batch.pk, ConflictDecision.REPLACE, sqe).rows == 1
    part.refresh_from_db()
    assert (part.name, part.safety_relevant, part.component_opportunities) == ("Housing", False, 5)
    assert PartUnit.objects.get(part=part).factor == Decimal(12)
    assert rows_of(import_file("parts", PARTS)) == {"duplicate": 1}


def test_what_changed_meanwhile_is_not_overwritten(import_file: Import, sqe: User) -> None:
    part = PartFactory(number="P-1", name="Casing")
    batch = import_file("parts", "number;name\nP-1;Housing\n")
    Part.objects.filter(pk=part.pk).update(name="Body")
    decided = decide(batch.pk, ConflictDecision.REPLACE, sqe)
    assert [error.code for error in decided.refused.values()] == ["replace_stale"]
    part.refresh_from_db()
    assert part.name == "Body"
    assert batch.rows.undecided().count() == 1


def test_rows_of_a_file_that_contradict_each_other_are_no_question(
    import_file: Import, sqe: User
) -> None:
    PartFactory(number="P-1", name="Casing")
    batch = import_file("parts", "number;name;unit;factor\nP-1;A;CT;2\nP-1;B;BX;3\n")
    assert not batch.rows.conflicts().exists()
    assert batch.rows.without_question().count() == 2


def test_page_lets_a_person_decide(import_file: Import, alfa: Supplier, sqe_client: Client) -> None:
    batch = import_file("suppliers", SUPPLIERS, valid_only=True)
    page = sqe_client.get(f"/imports/{batch.pk}/").content.decode()
    assert "Stored with other values" in page
    assert "Alfa Ltd" in page
    given = {"decision": "replace", "scope": "all", "reason": REASON}
    answer = sqe_client.post(f"/imports/{batch.pk}/conflicts/", given, follow=True)
    assert "1 stored record was replaced" in answer.content.decode()
    alfa.refresh_from_db()
    assert alfa.name == "Alfa Ltd"


@pytest.mark.django_db(transaction=True)
def test_replacing_suppliers_never_waits_crosswise_for_whoever_holds_several(
    import_file: Import, sqe: User
) -> None:
    """The engine holds suppliers by their key; a file names them in any order."""
    first, second = SupplierFactory(code="S-1", name="Alfa"), SupplierFactory(code="S-2")
    assert first.pk < second.pk
    batch = import_file("suppliers", "code;name\nS-2;Bravo\nS-1;Alfa Ltd\n")
    assert batch.rows.conflicts().count() == 2

    def replaces() -> int:
        try:
            return decide(batch.pk, ConflictDecision.REPLACE, sqe).rows
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            Supplier.objects.select_for_update().get(pk=first.pk)
            replaced = other.submit(replaces)
            await_somebody_held_up()
            Supplier.objects.select_for_update().get(pk=second.pk)
        assert replaced.result(timeout=60) == 2
