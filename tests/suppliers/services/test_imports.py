from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connections, transaction

from config.celery import app
from suppliers.enums import ImportState
from suppliers.models import Delivery, ImportBatch, Part, Plant, Supplier, User
from suppliers.services import imports
from suppliers.tasks import ring_imports, work_imports
from tests.factories import DeliveryFactory, PartFactory, PlantFactory, SupplierFactory

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TEXT = "document;supplier;plant;part;received_on;quantity\nD1;ALFA;P1;007;2026-01-31;5\n"

pytestmark = pytest.mark.django_db

Upload = Callable[..., ImportBatch]


@pytest.fixture
def upload(db: None) -> Upload:
    SupplierFactory(code="ALFA")
    PlantFactory(code="P1")
    PartFactory(number="007")

    def upload(text: str = TEXT, kind: str = "deliveries", **options: Any) -> ImportBatch:
        return imports.upload(
            kind=kind,
            file=ContentFile(text.encode(), name="../evil name.csv"),
            filename="../evil name.csv",
            by=None,
            **options,
        )

    return upload


def test_upload_keeps_the_file_under_a_random_key(upload: Upload) -> None:
    batch = upload()
    name = str(batch.file.name)
    assert name.startswith("imports/")
    assert "evil" not in name
    assert Path(batch.file.path).read_text() == TEXT
    assert (batch.size_bytes, len(batch.sha256)) == (len(TEXT), 64)


def test_uploaded_waits_for_confirmation_and_loads_after_it(upload: Upload, sqe: User) -> None:
    batch = upload()
    assert work_imports() == 1
    batch.refresh_from_db()
    assert batch.state == ImportState.READY
    assert not Delivery.objects.exists()
    imports.confirm(batch_id=batch.pk, by=sqe)
    assert work_imports() == 1
    batch.refresh_from_db()
    assert (batch.state, batch.confirmed_by, batch.attempts) == (ImportState.DONE, sqe, 0)
    assert batch.done_at is not None
    assert Delivery.objects.get().batch == batch
    assert work_imports() == 0


def test_what_changed_since_the_confirmation_is_shown_again(upload: Upload, sqe: User) -> None:
    batch = upload(TEXT + "D2;ALFA;P1;007;2026-01-31;6\n")
    work_imports()
    imports.confirm(batch_id=batch.pk, by=sqe)
    DeliveryFactory(
        document="D2", line="", lot="", quantity=7, plant=Plant.objects.get(),
        supplier=Supplier.objects.get(), part=Part.objects.get(),
    )  # fmt: skip
    work_imports()
    batch.refresh_from_db()
    assert batch.state == ImportState.READY
    assert batch.summary["changed"]
    assert Delivery.objects.count() == 1


def test_attempt_is_counted_before_the_work_and_waits_longer_each_time(upload: Upload) -> None:
    batch = upload()
    at, waits = NOW, []
    for number in range(1, imports.MAX_ATTEMPTS + 1):
        assert imports.claim_next(at=at) == batch.pk
        batch.refresh_from_db()
        assert batch.attempts == number
        assert batch.next_attempt_at is not None
        waits.append(batch.next_attempt_at - at)
        assert imports.claim_next(at=at) is None
        at = batch.next_attempt_at
    assert waits[0] < timedelta(seconds=10)
    assert waits[-1] > waits[0] * 50
    imports.claim_next(at=at)
    batch.refresh_from_db()
    assert batch.state == ImportState.FAILED
    assert batch.error is not None
    assert batch.error["code"] == "gave_up"


def test_failing_attempt_leaves_the_import_for_the_next_ring(
    upload: Upload, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    batch = upload()
    stored = batch.file.name
    batch.file = ""
    batch.save()
    assert work_imports() == 1
    assert "the attempt failed" in caplog.text
    batch.refresh_from_db()
    assert (batch.state, batch.attempts) == (ImportState.UPLOADED, 1)
    batch.file, batch.next_attempt_at = stored, None
    batch.save()
    assert work_imports() == 1
    batch.refresh_from_db()
    assert batch.state == ImportState.READY


def test_discarded_import_loses_file_and_rows(
    upload: Upload, django_capture_on_commit_callbacks: Any
) -> None:
    batch = upload(TEXT.replace("ALFA", "NOBODY"))
    work_imports()
    assert batch.rows.count() == 1
    path = Path(batch.file.path)
    with django_capture_on_commit_callbacks(execute=True):
        imports.discard(batch_id=batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.rows.count(), path.exists()) == (ImportState.DISCARDED, 0, False)
    with pytest.raises(imports.NotNowError):
        imports.discard(batch_id=batch.pk)


def test_columns_by_hand_are_taken_and_checked_again(upload: Upload) -> None:
    batch = upload(TEXT.replace("quantity", "much"))
    work_imports()
    batch.refresh_from_db()
    assert batch.state == ImportState.MAPPING
    imports.remap(batch_id=batch.pk, mapping={"quantity": "much"}, options={"create_parts": True})
    work_imports()
    batch.refresh_from_db()
    assert (batch.state, batch.error) == (ImportState.READY, None)
    assert batch.options["create_parts"] is True


def test_only_a_checked_import_can_be_confirmed(upload: Upload, sqe: User) -> None:
    batch = upload()
    with pytest.raises(imports.NotNowError):
        imports.confirm(batch_id=batch.pk, by=sqe)


@pytest.mark.django_db(transaction=True)
def test_import_being_worked_on_is_left_alone_by_everyone_else(upload: Upload, sqe: User) -> None:
    batch = upload()
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM suppliers_importbatch FOR UPDATE")
            assert imports.claim_next(at=NOW) is None
            imports.work(batch_id=batch.pk, at=NOW)
            with pytest.raises(imports.NotNowError):
                imports.discard(batch_id=batch.pk)
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    assert imports.claim_next(at=NOW + timedelta(minutes=1)) == batch.pk


@pytest.mark.django_db(transaction=True)
def test_silent_bell_loses_nothing(
    upload: Upload, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = upload()
    monkeypatch.setattr(app.conf, "broker_url", "redis://127.0.0.1:1/0")
    # connections that an earlier test's bell opened would still reach the real broker
    monkeypatch.setattr(app, "_pool", None)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
    with transaction.atomic():
        ring_imports()
    assert "the next tick does it" in caplog.text
    batch.refresh_from_db()
    assert batch.state == ImportState.UPLOADED
    assert settings.CELERY_BEAT_SCHEDULE["imports"]["task"] == work_imports.name
