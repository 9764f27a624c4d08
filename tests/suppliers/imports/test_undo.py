from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from suppliers.enums import ConflictDecision, ImportState
from suppliers.models import Delivery, ImportBatch, Reject, User
from suppliers.services import conflicts, imports, undo
from suppliers.tasks import work_imports
from tests.factories import DeliveryFactory, RejectFactory, RejectVerdictFactory
from tests.suppliers.imports.conftest import Import, rows_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
REASON = "Wrong month was exported"
TEXT = (
    "document;supplier;plant;part;received_on;quantity;reverses\n"
    "D0;ALFA;P1;007;2026-01-30;5;\nD1;ALFA;P1;007;2026-01-31;5;\nR1;ALFA;P1;007;2026-01-31;2;D1\n"
)
REJECTS = (
    "complaint;plant;supplier;part;detected_on;defect_code;suspect_qty\n"
    "C1;P1;ALFA;007;2026-01-05;S;9\n"
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("masters")]


def taken_back(batch: ImportBatch, by: User | None = None) -> ImportBatch:
    return undo.undo(batch_id=batch.pk, by=by, at=NOW, reason=REASON)


def refusals(batch: ImportBatch) -> list[str]:
    with pytest.raises(undo.UndoRefusedError) as refused:
        taken_back(batch)
    assert Delivery.objects.filter(batch=batch).exists() or Reject.objects.exists()
    return [why.code for why in refused.value.why]


def events(table: str) -> list[tuple[str, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e.pgh_label, c.metadata ->> 'reason', (c.metadata ->> 'import_batch')::int"  # noqa: S608
            f" FROM {table} e JOIN pghistory_context c ON c.id = e.pgh_context_id"
        )
        return list(cursor.fetchall())


def test_rows_are_taken_back_and_the_log_keeps_them(
    import_file: Import,
    sqe: User,
) -> None:
    other = DeliveryFactory()
    batch = import_file("deliveries", TEXT)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM scorecards_stalekey")
    taken_back(batch, sqe)
    assert list(Delivery.objects.all()) == [other]
    assert events("suppliers_deliveryevent") == [("delete", REASON, batch.pk)] * 3
    batch.refresh_from_db()
    assert (batch.state, batch.undone_by, batch.undone_at) == (ImportState.UNDONE, sqe, NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM scorecards_stalekey")
        assert cursor.fetchone() == (1,)


def test_second_call_changes_nothing(import_file: Import) -> None:
    batch = import_file("deliveries", TEXT)
    taken_back(batch)
    again = undo.undo(batch_id=batch.pk, by=None, at=NOW, reason="Something else altogether")
    assert again.undo_reason == REASON
    assert len(events("suppliers_deliveryevent")) == 3


def test_the_same_file_can_be_imported_again(import_file: Import) -> None:
    taken_back(import_file("deliveries", TEXT))
    assert rows_of(import_file("deliveries", TEXT)) == {"valid": 3}
    assert Delivery.objects.count() == 3


def test_reason_is_demanded(import_file: Import) -> None:
    batch = import_file("deliveries", TEXT)
    with pytest.raises(conflicts.ReasonMissingError):
        undo.undo(batch_id=batch.pk, by=None, at=NOW, reason=" short ")


def test_other_facts_on_its_rows_refuse(import_file: Import) -> None:
    batch = import_file("deliveries", TEXT)
    delivery = Delivery.objects.get(document="D0")
    RejectFactory(delivery=delivery, supplier=delivery.supplier, part=delivery.part)
    DeliveryFactory(reverses=delivery, part=delivery.part, supplier=delivery.supplier)
    assert refusals(batch) == ["undo_rejects", "undo_reversals"]


def test_decisions_on_its_rows_refuse(import_file: Import) -> None:
    batch = import_file("rejects", REJECTS)
    RejectVerdictFactory(reject=Reject.objects.get())
    assert refusals(batch) == ["undo_verdicts"]


def test_later_corrections_refuse(import_file: Import) -> None:
    batch = import_file("deliveries", TEXT)
    Delivery.objects.filter(document="D0").update(quantity=6)
    assert refusals(batch) == ["undo_corrected"]


def test_masters_refuse(import_file: Import) -> None:
    batch = import_file("suppliers", "code;name\nNEW;New Springs\n")
    with pytest.raises(undo.UndoRefusedError):
        taken_back(batch)


def test_import_that_is_not_loaded_cannot_be_taken_back(import_file: Import) -> None:
    batch = import_file("deliveries", TEXT, confirmed=False)
    with pytest.raises(imports.NotNowError):
        taken_back(batch)


def test_what_it_replaced_is_given_back(import_file: Import, sqe: User) -> None:
    import_file("deliveries", TEXT)
    batch = import_file(
        "deliveries", TEXT.replace("30;5", "30;8") + "D9;ALFA;P1;007;2026-01-01;1;\n"
    )
    conflicts.decide(
        batch_id=batch.pk, decision=ConflictDecision.REPLACE, by=sqe, at=NOW, reason=REASON
    )
    imports.confirm(batch_id=batch.pk, by=sqe)
    imports.work(batch_id=batch.pk, at=NOW)
    assert Delivery.objects.get(document="D0").quantity == 8
    assert Delivery.objects.count() == 4
    taken_back(batch, sqe)
    assert Delivery.objects.get(document="D0").quantity == 5
    assert Delivery.objects.count() == 3


# -- by the worker -------------------------------------------------------------------


def test_the_worker_takes_back_what_was_asked_for(import_file: Import, sqe: User) -> None:
    batch = import_file("deliveries", TEXT)
    undo.ask(batch_id=batch.pk, by=sqe, reason=REASON)
    undo.ask(batch_id=batch.pk, by=sqe, reason="Asked a second time")
    batch.refresh_from_db()
    assert (batch.state, batch.is_waiting) == (ImportState.UNDOING, True)
    assert Delivery.objects.count() == 3
    work_imports()
    batch.refresh_from_db()
    assert (batch.state, batch.undone_by, batch.undo_reason) == (ImportState.UNDONE, sqe, REASON)
    assert not Delivery.objects.exists()
    work_imports()
    assert len(events("suppliers_deliveryevent")) == 3


def test_a_refusal_is_kept_for_the_page(import_file: Import, sqe: User, sqe_client: Client) -> None:
    batch = import_file("deliveries", TEXT)
    Delivery.objects.filter(document="D0").update(quantity=6)
    sqe_client.post(f"/imports/{batch.pk}/undo/", {"reason": REASON})
    assert "Being taken back" in sqe_client.get(f"/imports/{batch.pk}/").content.decode()
    work_imports()
    page = sqe_client.get(f"/imports/{batch.pk}/").content.decode()
    assert "Somebody has corrected 1 of its rows since." in page
    assert REASON in page
    assert Delivery.objects.count() == 3
    Delivery.objects.filter(document="D0").update(quantity=5)
    sqe_client.post(f"/imports/{batch.pk}/undo/", {"reason": REASON})
    work_imports()
    assert "were taken back" in sqe_client.get(f"/imports/{batch.pk}/").content.decode()


def test_a_worker_that_died_is_followed_by_another(import_file: Import, sqe: User) -> None:
    batch = import_file("deliveries", TEXT)
    undo.ask(batch_id=batch.pk, by=sqe, reason=REASON)
    assert undo.claim_next(at=NOW) == batch.pk  # and its worker is killed
    assert undo.claim_next(at=NOW) is None
    later = NOW + timedelta(minutes=1)
    assert undo.claim_next(at=later) == batch.pk
    undo.work(batch_id=batch.pk, at=later)
    undo.work(batch_id=batch.pk, at=later)
    assert not Delivery.objects.exists()
    assert len(events("suppliers_deliveryevent")) == 3


def test_an_import_that_kills_its_workers_is_given_up(import_file: Import, sqe: User) -> None:
    batch = import_file("deliveries", TEXT)
    undo.ask(batch_id=batch.pk, by=sqe, reason=REASON)
    for hour in range(imports.MAX_ATTEMPTS + 1):
        undo.claim_next(at=NOW + timedelta(hours=hour))
    batch.refresh_from_db()
    assert batch.state == ImportState.DONE
    assert "interrupted 8 times" in undo.why_refused(batch)[0]


def test_an_import_whose_rows_another_replaced_follows_that_one(
    import_file: Import, sqe: User
) -> None:
    first = import_file("deliveries", TEXT)
    second = import_file("deliveries", TEXT.replace("30;5", "30;8"))
    conflicts.decide(
        batch_id=second.pk, decision=ConflictDecision.REPLACE, by=sqe, at=NOW, reason=REASON
    )
    imports.finish(batch_id=second.pk, at=NOW)
    with pytest.raises(undo.UndoRefusedError, match=f"Import {second.pk} has put its values"):
        taken_back(first)
    taken_back(second)
    taken_back(first)
    assert not Delivery.objects.exists()
