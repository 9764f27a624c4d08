from datetime import timedelta

import pytest

from suppliers.imports import identical
from suppliers.imports.reading import reading
from suppliers.models import Delivery, ImportBatch, Part, Plant, Supplier
from suppliers.services import mappings
from tests.factories import UserFactory
from tests.suppliers.imports.conftest import Import, rows_of

TEXT = (
    "document;supplier;plant;part;received_on;quantity;unit\n"
    "D0;ALFA;P1;007;2026-01-30;5;ST\nD1;ALFA;P1;007;2026-01-31;7;ST\n"
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("masters")]


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count how often a file is really read."""
    read: list[str] = []

    def counted(*request: object) -> object:
        read.append("read")
        return reading(*request)  # type: ignore[arg-type]

    for module in ("run", "straight"):
        monkeypatch.setattr(f"suppliers.imports.{module}.reading", counted)
    return read


@pytest.fixture
def loaded(import_file: Import, readings: list[str]) -> ImportBatch:
    batch = import_file("deliveries", TEXT)
    readings.clear()
    return batch


def test_same_bytes_are_not_read_again(
    loaded: ImportBatch, import_file: Import, readings: list[str]
) -> None:
    again = import_file("deliveries", TEXT)
    assert readings == []
    assert again.state == "done"
    assert rows_of(again) == {"duplicate": 2}
    assert (again.summary["rows"], again.summary["pieces"]) == (2, "12")
    assert again.summary["loaded"] == {"rows": 0, "pieces": "0", "created": {}}
    assert again.summary["mapped"] == loaded.summary["mapped"]
    # a third time the proof is still the import that brought the rows
    assert rows_of(import_file("deliveries", TEXT)) == {"duplicate": 2}
    assert readings == []
    assert Delivery.objects.count() == 2


def test_corrected_record_is_seen(
    loaded: ImportBatch, import_file: Import, readings: list[str]
) -> None:
    Delivery.objects.filter(document="D0").update(quantity=6)
    assert rows_of(import_file("deliveries", TEXT)) == {"conflict": 1, "duplicate": 1}
    assert "read" in readings


def test_deleted_record_is_seen(loaded: ImportBatch, import_file: Import) -> None:
    Delivery.objects.filter(document="D0").delete()
    assert rows_of(import_file("deliveries", TEXT)) == {"valid": 1, "duplicate": 1}


@pytest.mark.parametrize("change", ["supplier", "plant", "part", "unit"])
def test_changed_master_is_seen(
    loaded: ImportBatch, import_file: Import, readings: list[str], part: Part, change: str
) -> None:
    if change == "supplier":
        Supplier.objects.filter(code="ALFA").update(code="ALFA-1")
    elif change == "plant":
        Plant.objects.update(time_zone="Asia/Tokyo")
    elif change == "part":
        Part.objects.filter(number="007").update(number="007-A")
    else:
        unit = part.units.create(unit="ST", factor=2)
        unit.factor = 3
        unit.save()
    import_file("deliveries", TEXT, confirmed=False)
    assert "read" in readings


@pytest.mark.parametrize(
    "options", [{"decimal_mark": ","}, {"date_order": "dmy"}, {"mapping": {"unit": ""}}]
)
def test_read_another_way_is_read(
    loaded: ImportBatch, import_file: Import, readings: list[str], options: dict[str, object]
) -> None:
    import_file("deliveries", TEXT, **options)
    assert "read" in readings


def test_mapping_saved_since_is_seen(
    loaded: ImportBatch, import_file: Import, readings: list[str]
) -> None:
    saved = mappings.save_mapping(
        batch=loaded, name="SAP", by=None, at=loaded.uploaded_at + timedelta(days=1)
    )
    import_file("deliveries", TEXT)
    assert "read" in readings
    saved.delete()
    readings.clear()
    import_file("deliveries", TEXT)
    assert readings == []


def test_narrowed_person_is_given_no_short_way(
    loaded: ImportBatch, import_file: Import, readings: list[str], bravo: Supplier
) -> None:
    narrowed = UserFactory()
    narrowed.memberships.create(role="sqe").limits.create(supplier=bravo)
    assert rows_of(import_file("deliveries", TEXT, by=narrowed)) == {"rejected": 2}
    assert "read" in readings


def test_file_that_left_something_out_is_read(import_file: Import, readings: list[str]) -> None:
    text = TEXT + "D2;NOBODY;P1;007;2026-01-31;7;ST\n"
    import_file("deliveries", text, valid_only=True)
    import_file("deliveries", text, valid_only=True)
    assert readings.count("read") >= 2


def test_other_kinds_of_masters_are_always_read(import_file: Import, readings: list[str]) -> None:
    for _ in range(2):
        import_file("suppliers", "code;name\nNEW;New Springs\n")
    assert readings.count("read") >= 2
    assert set(identical.MASTERS) == {
        f"{model}event"
        for model in (
            "suppliers_supplier", "suppliers_plant", "suppliers_part", "suppliers_partunit",
            "suppliers_defectcode",
        )
    }  # fmt: skip
