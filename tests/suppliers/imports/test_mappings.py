from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from suppliers.imports.columns import PROBLEM, fingerprint
from suppliers.models import Delivery, ImportBatch, ImportMapping, User
from suppliers.services import mappings
from tests.suppliers.imports.conftest import Import

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HEADINGS = "nr;supplier;plant;part;when;much\n"
ROW = "D{n};ALFA;P1;007;03/04/2026;1.234\n"
BY_HAND = {"document": "nr", "received_on": "when", "quantity": "much"}
ANSWERS = {"date_order": "mdy", "decimal_mark": ","}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("masters")]

Save = Callable[..., ImportMapping]


@pytest.fixture
def saved(import_file: Import) -> ImportMapping:
    batch = import_file("deliveries", HEADINGS + ROW.format(n=1), mapping=BY_HAND, **ANSWERS)
    assert batch.state == "done"
    return mappings.save_mapping(batch=batch, name="Old system", by=None, at=NOW)


def test_next_file_of_the_source_asks_nothing(import_file: Import, saved: ImportMapping) -> None:
    batch = import_file("deliveries", HEADINGS + ROW.format(n=2))
    assert batch.error is None
    assert batch.summary["saved"] == saved.pk
    delivery = Delivery.objects.get(document="D2")
    assert (str(delivery.received_on), delivery.quantity) == ("2026-03-04", 1234)


def test_order_of_columns_and_the_problem_column_do_not_matter(
    import_file: Import, saved: ImportMapping
) -> None:
    text = f"much;when;part;plant;{PROBLEM};supplier;nr\n1.234;03/04/2026;007;P1;x;ALFA;D3\n"
    assert import_file("deliveries", text).summary["saved"] == saved.pk


def test_other_headings_are_recognised_as_before(import_file: Import, saved: ImportMapping) -> None:
    batch = import_file("deliveries", HEADINGS.replace("much", "much;more") + "x;;;;;;\n")
    assert batch.summary["saved"] is None
    assert batch.error is not None


def test_columns_given_by_hand_come_first(import_file: Import, saved: ImportMapping) -> None:
    batch = import_file(
        "deliveries", HEADINGS + ROW.format(n=4), mapping=BY_HAND, date_order="dmy",
        decimal_mark=".",
    )  # fmt: skip
    assert batch.summary["saved"] is None
    assert Delivery.objects.get(document="D4").received_on.month == 4


def test_headings_spelled_otherwise_are_not_forced(
    import_file: Import, saved: ImportMapping
) -> None:
    batch = import_file("deliveries", HEADINGS.replace("much", "Much") + ROW.format(n=5))
    assert batch.error is not None
    assert batch.error["code"] == "columns_missing"


def test_saving_the_same_headings_again_replaces(import_file: Import, saved: ImportMapping) -> None:
    batch = ImportBatch.objects.get()
    again = mappings.save_mapping(batch=batch, name="New name", by=None, at=NOW)
    assert (again.pk, again.name) == (saved.pk, "New name")
    other = import_file(
        "deliveries", "document;supplier;plant;part;date;qty\nD9;ALFA;P1;007;2026-01-01;1\n"
    )
    with pytest.raises(mappings.NameTakenError):
        mappings.save_mapping(batch=other, name="New name", by=None, at=NOW)


def test_fingerprint_knows_headings_in_any_order() -> None:
    assert fingerprint(["Menge", "Werk", ""]) == fingerprint(["WERK", "menge", PROBLEM])
    assert fingerprint(["Menge"]) != fingerprint(["Menge", "Werk"])


def test_pages_save_change_and_delete(import_file: Import, sqe: User, sqe_client: Client) -> None:
    batch = import_file("deliveries", HEADINGS + ROW.format(n=1), mapping=BY_HAND, **ANSWERS)
    save = reverse("import_save_mapping", args=[batch.pk])
    assert sqe_client.post(save, {"name": ""}).status_code == 422
    assert sqe_client.post(save, {"name": "Old system"}).status_code == 302
    saved = ImportMapping.objects.get()
    listed = sqe_client.get(reverse("import_mappings")).content.decode()
    assert "Old system" in listed
    page = reverse("import_mapping", args=[saved.pk])
    assert "Old system" in sqe_client.get(page).content.decode()
    changed = {"name": "SAP", "date_order": "dmy", "decimal_mark": ","}
    changed |= {f"column-{field}": heading for field, heading in saved.mapping.items()}
    assert sqe_client.post(page, {**changed, "column-document": ""}).status_code == 422
    assert sqe_client.post(page, changed).status_code == 302
    saved.refresh_from_db()
    assert (saved.name, saved.options["date_order"]) == ("SAP", "dmy")
    read = import_file("deliveries", HEADINGS + ROW.format(n=7))
    assert "Read by the saved mapping" in sqe_client.get(read.get_absolute_url()).content.decode()
    history = sqe_client.get(page).content.decode()
    for told in ("Renamed from “Old system” to “SAP”", "date_order", "Saved", sqe.name):
        assert told in history
    sqe_client.post(reverse("import_delete_mapping", args=[saved.pk]))
    assert not ImportMapping.objects.exists()
    gone = sqe_client.get(reverse("import_mappings")).content.decode()
    assert "Deleted last" in gone
    assert "SAP" in gone
    assert sqe.name in gone.partition("Deleted last")[2]


def test_taken_name_is_said(import_file: Import, sqe_client: Client, saved: ImportMapping) -> None:
    batch = import_file(
        "deliveries", "document;supplier;plant;part;date;qty\nD9;ALFA;P1;007;2026-01-01;1\n"
    )
    response = sqe_client.post(
        reverse("import_save_mapping", args=[batch.pk]), {"name": "Old system"}
    )
    assert response.status_code == 422
    assert "Another mapping has this name." in response.content.decode()


def test_import_that_was_not_read_has_no_columns_to_save(
    import_file: Import, sqe_client: Client
) -> None:
    batch = import_file("deliveries", "")
    response = sqe_client.post(reverse("import_save_mapping", args=[batch.pk]), {"name": "x"})
    assert response.headers["Location"] == batch.get_absolute_url()
