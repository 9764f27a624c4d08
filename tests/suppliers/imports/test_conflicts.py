from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection

from suppliers.enums import ConflictDecision, ImportState
from suppliers.models import Delivery, FieldPopulation, ImportBatch, Part, Reject, User
from suppliers.queries.audit import changes_of
from suppliers.services import conflicts, imports
from suppliers.services.undo import UndoRefusedError, undo
from tests.factories import DeliveryFactory, RejectFactory, RejectVerdictFactory
from tests.suppliers.imports.conftest import Import, rows_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEEP, REPLACE = ConflictDecision.KEEP, ConflictDecision.REPLACE
REASON = "Counted again on the ramp"
HEADINGS = "document;supplier;plant;part;received_on;quantity;promised_on\n"
STORED = HEADINGS + "".join(f"D{n};ALFA;P1;007;2026-01-3{n};5;2026-02-01\n" for n in (0, 1))
CHANGED = STORED.replace(";5;", ";8;").replace("D1;ALFA", "D1;BRAVO")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("masters")]


@pytest.fixture
def conflicting(import_file: Import) -> ImportBatch:
    import_file("deliveries", STORED)
    batch = import_file("deliveries", CHANGED, confirmed=False)
    assert rows_of(batch) == {"conflict": 2}
    return batch


def stale() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM scorecards_stalekey")
        return int(cursor.fetchone()[0])


def test_kept_row_changes_nothing(conflicting: ImportBatch, sqe: User) -> None:
    before = stale()
    decided = conflicts.decide(batch_id=conflicting.pk, decision=KEEP, by=sqe, at=NOW, numbers=[2])
    assert (decided.rows, decided.refused) == (1, {})
    row = conflicting.rows.get(number=2)
    assert (row.decision, row.decided_by, row.decided_at) == (KEEP, sqe, NOW)
    assert set(Delivery.objects.values_list("quantity", flat=True)) == {5}
    assert stale() == before
    assert conflicting.rows.undecided().count() == 1


def test_replaced_row_keeps_what_it_said_with_reason(conflicting: ImportBatch, sqe: User) -> None:
    before = stale()
    conflicts.decide(
        batch_id=conflicting.pk, decision=REPLACE, by=sqe, at=NOW, reason=REASON, numbers=[3]
    )
    delivery = Delivery.objects.get(document="D1")
    assert (delivery.supplier.code, delivery.quantity) == ("BRAVO", 8)
    assert delivery.promised_on == date(2026, 2, 1)
    [change] = changes_of(delivery)
    assert (change.by, change.reason) == (str(sqe), REASON)
    assert {one.name for one in change.fields} == {"supplier_id", "quantity"}
    # the month of the supplier that had it and of the one that has it now
    assert stale() == before + 2
    assert Delivery.objects.get(document="D0").quantity == 5


def test_all_open_rows_are_replaced_at_once(conflicting: ImportBatch, sqe: User) -> None:
    decided = conflicts.decide(
        batch_id=conflicting.pk, decision=REPLACE, by=sqe, at=NOW, reason=REASON
    )
    assert decided.rows == 2
    assert set(Delivery.objects.values_list("quantity", flat=True)) == {8}
    again = conflicts.decide(
        batch_id=conflicting.pk, decision=REPLACE, by=sqe, at=NOW, reason=REASON
    )
    assert again.rows == 0


@pytest.mark.parametrize("reason", ["", "   ", "too short"])
def test_replacing_needs_a_reason(conflicting: ImportBatch, sqe: User, reason: str) -> None:
    with pytest.raises(conflicts.ReasonMissingError):
        conflicts.decide(batch_id=conflicting.pk, decision=REPLACE, by=sqe, at=NOW, reason=reason)
    assert conflicting.rows.undecided().count() == 2


def test_record_changed_since_the_check_is_refused(conflicting: ImportBatch, sqe: User) -> None:
    Delivery.objects.filter(document="D0").update(quantity=6)
    decided = conflicts.decide(
        batch_id=conflicting.pk, decision=REPLACE, by=sqe, at=NOW, reason=REASON
    )
    assert decided.rows == 1
    assert {number: error.code for number, error in decided.refused.items()} == {2: "replace_stale"}
    assert Delivery.objects.get(document="D0").quantity == 6


def test_rejects_on_another_suppliers_delivery_are_refused(
    conflicting: ImportBatch, sqe: User
) -> None:
    delivery = Delivery.objects.get(document="D1")
    RejectFactory(delivery=delivery, supplier=delivery.supplier, part=delivery.part)
    DeliveryFactory(
        document="R1", reverses=Delivery.objects.get(document="D0"), quantity=9, part=delivery.part
    )
    decided = conflicts.decide(
        batch_id=conflicting.pk, decision=REPLACE, by=sqe, at=NOW, reason=REASON
    )
    assert {number: error.code for number, error in decided.refused.items()} == {
        3: "replace_is_referenced"
    }


REJECTS = "complaint;plant;supplier;part;detected_on;defect_code;suspect_qty\n"


def test_decided_reject_does_not_go_to_another_supplier(import_file: Import, sqe: User) -> None:
    row = "{};P1;{};007;2026-01-05;S;9\n"
    import_file("rejects", REJECTS + row.format("C1", "ALFA") + row.format("C2", "ALFA"))
    RejectVerdictFactory(reject=Reject.objects.get(complaint="C1"))
    text = REJECTS + row.format("C1", "BRAVO") + row.format("C2", "BRAVO")
    batch = import_file("rejects", text, confirmed=False)
    decided = conflicts.decide(batch_id=batch.pk, decision=REPLACE, by=sqe, at=NOW, reason=REASON)
    assert {number: error.code for number, error in decided.refused.items()} == {
        2: "replace_is_decided"
    }
    owners = dict(Reject.objects.values_list("complaint", "supplier__code"))
    assert owners == {"C1": "ALFA", "C2": "BRAVO"}


def test_undoing_does_not_give_a_decided_reject_back(import_file: Import, sqe: User) -> None:
    row = "C1;P1;{};007;2026-01-05;S;9\n"
    import_file("rejects", REJECTS + row.format("ALFA"))
    batch = import_file("rejects", REJECTS + row.format("BRAVO"), confirmed=False)
    conflicts.decide(batch_id=batch.pk, decision=REPLACE, by=sqe, at=NOW, reason=REASON)
    imports.finish(batch_id=batch.pk, at=NOW)
    RejectVerdictFactory(reject=Reject.objects.get(complaint="C1"))
    with pytest.raises(UndoRefusedError):
        undo(batch_id=batch.pk, by=sqe, at=NOW, reason=REASON)
    assert Reject.objects.get(complaint="C1").supplier.code == "BRAVO"


def test_row_that_would_break_a_rule_is_refused_alone(
    import_file: Import,
    sqe: User,
) -> None:
    head = "complaint;plant;supplier;part;detected_on;defect_code;suspect_qty"
    import_file(
        "rejects",
        f"{head};checked_qty;confirmed_qty\nC1;P1;ALFA;007;2026-01-05;S;9;9;6\n"
        "C2;P1;ALFA;007;2026-01-05;S;9;9;1\n",
    )
    batch = import_file(
        "rejects",
        f"{head}\nC1;P1;ALFA;007;2026-01-05;S;5\nC2;P1;ALFA;007;2026-01-05;S;12\n",
        confirmed=False,
    )
    decided = conflicts.decide(batch_id=batch.pk, decision=REPLACE, by=sqe, at=NOW, reason=REASON)
    assert decided.rows == 1
    [refused] = decided.refused.values()
    assert refused.code == "replace_breaks_rule"
    assert sorted(Reject.objects.values_list("suspect_qty", flat=True)) == [9, 12]


def test_units_and_pieces_are_replaced_together(
    import_file: Import,
    part: Part,
    sqe: User,
) -> None:
    part.units.create(unit="CAR", factor=12)
    text = (
        "document;supplier;plant;part;received_on;quantity;unit\nD1;ALFA;P1;007;2026-01-01;{};CAR\n"
    )
    import_file("deliveries", text.format(3))
    batch = import_file("deliveries", text.format(4), confirmed=False)
    conflicts.decide(batch_id=batch.pk, decision=REPLACE, by=sqe, at=NOW, reason=REASON)
    delivery = Delivery.objects.get()
    assert (delivery.quantity, delivery.unit_quantity) == (48, 4)


def test_parts_in_field_are_replaced(import_file: Import, sqe: User) -> None:
    text = "supplier;part;month;parts_in_field\nALFA;007;2026-01;{}\n"
    import_file("field_population", text.format(100))
    batch = import_file("field_population", text.format(120), confirmed=False)
    conflicts.decide(batch_id=batch.pk, decision=REPLACE, by=None, at=NOW, reason=REASON)
    assert FieldPopulation.objects.get().parts_in_field == Decimal(120)


def test_checked_again_keeps_decisions_and_reopens_what_changed(
    conflicting: ImportBatch, sqe: User
) -> None:
    conflicts.decide(batch_id=conflicting.pk, decision=KEEP, by=sqe, at=NOW)
    imports.remap(batch_id=conflicting.pk, mapping={}, options={})
    imports.work(batch_id=conflicting.pk, at=NOW)
    assert conflicting.rows.undecided().count() == 0
    Delivery.objects.filter(document="D0").update(quantity=6)
    imports.remap(batch_id=conflicting.pk, mapping={}, options={})
    imports.work(batch_id=conflicting.pk, at=NOW)
    [row] = conflicting.rows.undecided()
    assert (row.number, row.reason, row.decided_by) == (2, "", None)


def test_import_that_replaced_is_finished_and_not_discarded(
    conflicting: ImportBatch, sqe: User
) -> None:
    conflicts.decide(
        batch_id=conflicting.pk, decision=REPLACE, by=sqe, at=NOW, reason=REASON, numbers=[2]
    )
    with pytest.raises(imports.NotNowError):
        imports.discard(batch_id=conflicting.pk)
    imports.finish(batch_id=conflicting.pk, at=NOW)
    conflicting.refresh_from_db()
    assert conflicting.state == ImportState.DONE
    assert conflicting.rows_loaded == 0
    conflicts.decide(batch_id=conflicting.pk, decision=KEEP, by=sqe, at=NOW)
    assert conflicting.rows.undecided().count() == 0


def test_rows_of_one_file_that_contradict_each_other_are_no_question(
    import_file: Import,
) -> None:
    import_file("deliveries", STORED)
    batch = import_file("deliveries", CHANGED + CHANGED.splitlines()[1].replace("8", "9") + "\n")
    assert [row.number for row in batch.rows.conflicts()] == [3]
