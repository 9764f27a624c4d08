from datetime import date
from decimal import Decimal

import pytest

from suppliers.enums import Role
from suppliers.imports.account import account_of
from suppliers.imports.listed import problem_lines
from suppliers.imports.page import view_of
from suppliers.models import Delivery, ImportBatch, Part, Plant, Supplier, User
from tests.factories import (
    PartFactory,
    PartUnitFactory,
    SupplierFactory,
    UserFactory,
)
from tests.suppliers.imports.conftest import Import, codes, rows_of, workbook

HEADINGS = "document;line;lot;supplier;plant;part;received_on;quantity;unit;kind;promised_on;ordered_quantity;reverses\n"  # noqa: E501  # one heading row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("masters")]


@pytest.mark.parametrize("filler", ["", ";;;;;;;;;;;;"])
def test_title_above_the_headings_is_left_out_and_said(import_file: Import, filler: str) -> None:
    text = f"Deliveries, January 2026{filler}\nPrinted by;M. Quade\n\n{HEADINGS}"
    batch = import_file(
        "deliveries",
        text + "D1;;;ALFA;P1;007;2026-01-31;5;;;;;\nD2;;;ALFA;P1;007;2026-01-32;5;;;;;\n",
        valid_only=True,
    )
    assert codes(batch) == {6: ["no_such_day"]}
    assert Delivery.objects.get().document == "D1"
    said = [value for _, value in view_of(batch).file_facts if "stands above" in value]
    assert said == ["in row 4; what stands above is left out"]


def test_every_field_is_stored(import_file: Import) -> None:
    batch = import_file(
        "deliveries",
        HEADINGS + "D1;10;L7;ALFA;P1;007;31.01.2026;1.234,5;Stück;Muster;01.02.2026;2.000;\n",
    )
    assert batch.state == "done"
    delivery = Delivery.objects.get()
    assert str(delivery) == "D1/10/L7"
    assert (delivery.supplier.code, delivery.plant.code, delivery.part.number) == (
        "ALFA", "P1", "007",
    )  # fmt: skip
    assert delivery.received_on == date(2026, 1, 31)
    assert (delivery.quantity, delivery.unit_quantity) == (Decimal("1234.5"), Decimal("1234.5"))
    assert (delivery.unit, delivery.kind) == ("Stück", "sample")
    assert delivery.promised_on == date(2026, 2, 1)
    assert delivery.ordered_quantity == 2000
    assert delivery.batch == batch
    assert batch.summary["loaded"]["pieces"] == batch.summary["pieces"] == "1234.5"


def test_bad_cells_name_row_column_value_and_remedy(import_file: Import) -> None:
    batch = import_file(
        "deliveries",
        HEADINGS
        + "D1;;;ALFA;P1;007;2026-01-31;5;;;;;\n"
        + "D2;;;NOBODY;P1;007;2026-01-31;5;;;;;\n"
        + "D3;;;ALFA;P1;NEW;2026-01-31;5;;;;;\n"
        + "D4;;;ALFA;P1;007;2026-02-31;-5;;;;;\n"
        + "D5;;;ALFA;P1;007;2026-01-31;many;;;;;\n"
        + "D6;;;ALFA;P1;007;;0;;odd;;;\n"
        + f"{'D' * 61};;;ALFA;P1;007;2026-01-31;1.5555;;;;;\n"
        + ";;;;;;;;;;;;\n"
        + "D8;;;ALFA;P1;007;2026-01-31;5;;;;;;surplus\n"
        + "D9;;;ALFA;P1;007;2027-01-31;5;;;;;\n"
        + "D10;;;ALFA;P1;007;2026-01-31;#REF!;;;;;\n",
        valid_only=True,
    )
    assert codes(batch) == {
        3: ["unknown_supplier"],
        4: ["unknown_part"],
        5: ["not_above", "no_such_day"],
        6: ["not_a_number"],
        7: ["not_a_choice", "not_above", "empty"],
        8: ["too_long", "too_many_decimals"],
        10: ["too_many_cells"],
        11: ["future_date"],
        12: ["excel_error"],
    }
    problem = batch.rows.get(number=3).problems[0]
    assert (problem["column"], problem["value"]) == ("supplier", "NOBODY")
    assert batch.summary["rows"] == 10
    assert rows_of(batch) == {"valid": 1, "unmapped": 2, "rejected": 7}
    listed = dict(batch.rows.values_list("number", "outcome"))
    assert (listed[3], listed[4], listed[5]) == ("unmapped", "unmapped", "rejected")
    assert set(Delivery.objects.values_list("document", flat=True)) == {"D1"}


def test_nothing_is_loaded_beside_bad_rows_unless_asked(import_file: Import) -> None:
    batch = import_file(
        "deliveries",
        HEADINGS + "D1;;;ALFA;P1;007;2026-01-31;5;;;;;\nD2;;;X;P1;007;2026-01-31;5;;;;;\n",
    )
    assert batch.state == "ready"
    assert not Delivery.objects.exists()


def test_unmapped_rows_need_no_other_file(import_file: Import) -> None:
    """Once what they name is known, the very same file is loaded whole."""
    text = (
        HEADINGS
        + "D1;;;ALFA;P1;007;2026-01-31;5;;;;;\n"
        + "D2;;;LATER;P1;008;2026-01-31;6;;;;;\n"
        + "D3;;;LATER;P1;007;2026-02-31;7;;;;;\n"
    )
    batch = import_file("deliveries", text, confirmed=False)
    assert rows_of(batch) == {"valid": 1, "unmapped": 1, "rejected": 1}
    totals = {line.label: line for line in account_of(batch)}
    unmapped = totals["Name what is not known here, stay out"]
    assert (unmapped.rows, str(unmapped.pieces)) == (1, "6")
    assert (totals["Difference"].rows, str(totals["Difference"].pieces)) == (0, "0")
    said = {line.row: line for line in problem_lines(batch)}
    assert said[3].outcome == "Unmapped"
    assert said[4].outcome == "Rejected"
    SupplierFactory(code="LATER")
    PartFactory(number="008")
    again = import_file("deliveries", text, valid_only=True)
    assert rows_of(again) == {"valid": 2, "rejected": 1}
    assert again.rows_loaded == 2


def test_unit_without_factor_is_unmapped(import_file: Import) -> None:
    row = "D1;ALFA;P1;007;2026-01-31;5;CARTON\n"
    batch = import_file(
        "deliveries", "document;supplier;plant;part;received_on;quantity;unit\n" + row
    )
    assert codes(batch) == {2: ["unit_without_factor"]}
    assert rows_of(batch) == {"unmapped": 1}


def test_same_key_is_duplicate_or_conflict_against_the_database(import_file: Import) -> None:
    text = HEADINGS + "D1;10;;ALFA;P1;007;2026-01-31;5;;;;;\nD1;20;;ALFA;P1;007;2026-01-31;6;;;;;\n"
    import_file("deliveries", text)
    again = import_file("deliveries", text)
    assert again.state == "done"
    assert rows_of(again) == {"duplicate": 2}
    changed = import_file(
        "deliveries", text.replace(";6;", ";7;").replace("D1;10;;ALFA", "D1;10;;BRAVO")
    )
    assert rows_of(changed) == {"conflict": 2}
    assert [row.problems[0] | {"field": ""} for row in changed.rows.order_by("number")] == [
        {"field": "", "column": "supplier", "code": "stored_differs", "value": "BRAVO",
         "params": {"stored": "ALFA"}},
        {"field": "", "column": "quantity", "code": "stored_differs", "value": "7",
         "params": {"stored": "6"}},
    ]  # fmt: skip
    assert sorted(Delivery.objects.values_list("quantity", flat=True)) == [5, 6]


def test_columns_the_file_does_not_have_are_not_compared(import_file: Import) -> None:
    import_file("deliveries", HEADINGS + "D1;;;ALFA;P1;007;2026-01-31;5;;Muster;2026-02-01;;\n")
    batch = import_file(
        "deliveries", "document;supplier;plant;part;date;qty\nD1;ALFA;P1;007;2026-01-31;5\n"
    )
    assert rows_of(batch) == {"duplicate": 1}


def test_same_key_within_the_file(import_file: Import) -> None:
    batch = import_file(
        "deliveries",
        HEADINGS
        + "D1;;;ALFA;P1;007;2026-01-31;5;;;;;\n"
        + "D1;;;ALFA;P1;007;2026-01-31;5,0;;;;;\n"
        + "D2;;;ALFA;P1;007;2026-01-31;5;;;;;\n"
        + "D2;;;ALFA;P1;007;2026-01-31;6;;;;;\n",
        decimal_mark=",",
        valid_only=True,
    )
    assert rows_of(batch) == {"valid": 1, "duplicate": 1, "conflict": 2}
    assert codes(batch) == {3: ["repeats_row"], 4: ["row_differs"], 5: ["row_differs"]}
    assert [row.problems[0]["params"]["row"] for row in batch.rows.order_by("number")] == [
        "2", "5", "4",
    ]  # fmt: skip
    assert Delivery.objects.count() == 1


def test_units_are_multiplied_by_the_parts_factor(import_file: Import, part: Part) -> None:
    PartUnitFactory(part=part, unit="CAR", factor=Decimal(12))
    batch = import_file(
        "deliveries",
        HEADINGS
        + "D1;;;ALFA;P1;007;2026-01-31;3;CAR;;;4;\n"
        + "D2;;;ALFA;P1;007;2026-01-31;3;EA;;;;\n"
        + "D3;;;ALFA;P1;007;2026-01-31;3;PAL;;;;\n",
        valid_only=True,
    )
    carton, each = Delivery.objects.order_by("document")
    assert (carton.quantity, carton.unit_quantity, carton.ordered_quantity) == (36, 3, 48)
    assert each.quantity == 3
    assert codes(batch) == {4: ["unit_without_factor"]}
    assert [(line.label, line.rows, line.quantity, line.pieces) for line in account_of(batch)] == [
        ("In the file", 3, Decimal(9), Decimal(39)),
        ("Loaded", 2, Decimal(6), Decimal(39)),
        ("Stored already, or repeated in the file", 0, Decimal(0), Decimal(0)),
        ("In conflict with what is stored", 0, Decimal(0), Decimal(0)),
        ("Name what is not known here, stay out", 1, Decimal(3), Decimal(0)),
        ("Rejected, stay out", 0, Decimal(0), Decimal(0)),
        ("Difference", 0, Decimal(0), Decimal(0)),
    ]


def test_quantities_in_pieces_are_not_told_twice(import_file: Import) -> None:
    batch = import_file("deliveries", HEADINGS + "D1;;;ALFA;P1;007;2026-01-31;3;EA;;;;\n")
    assert {line.quantity for line in account_of(batch)} == {None}
    assert not view_of(batch).in_other_units


def test_missing_masters_are_created_with_the_load_or_reported(import_file: Import) -> None:
    text = HEADINGS + "D1;;;ALFA;HAM;0815;2026-01-31;5;;;;;\n"
    strict = import_file("deliveries", text, create_masters=False, confirmed=False)
    assert codes(strict) == {2: ["unknown_part", "unknown_plant"]}
    checked = import_file("deliveries", text, create_parts=True, confirmed=False)
    assert checked.summary["missing"]["plant"] == {"count": 1, "first": ["HAM"]}
    assert not Plant.objects.filter(code="HAM").exists()
    loaded = import_file("deliveries", text, create_parts=True)
    assert loaded.summary["loaded"]["created"]["part"] == {"count": 1, "first": ["0815"]}
    assert Plant.objects.get(code="HAM").time_zone == "UTC"
    assert Delivery.objects.get().part.number == "0815"


def test_timestamps_with_offset_fall_on_the_plants_day(import_file: Import) -> None:
    import_file(
        "deliveries",
        HEADINGS + "D1;;;ALFA;P1;007;2026-01-31T23:30:00Z;5;;;;;\n",
    )
    assert Delivery.objects.get().received_on == date(2026, 2, 1)


def test_workbook_keeps_codes_and_reads_its_own_dates(import_file: Import) -> None:
    batch = import_file(
        "deliveries",
        workbook(
            ["Document", "Line", "Supplier", "Plant", "Part", "Received on", "Quantity"],
            [4711, "010", "ALFA", "P1", "007", date(2026, 1, 31), 5.5],
            [4711, "020", "ALFA", "P1", "007", date(2026, 1, 31), "=A1"],
        ),
        valid_only=True,
    )
    assert codes(batch) == {3: ["formula_without_value"]}
    delivery = Delivery.objects.get()
    assert (str(delivery), delivery.part.number) == ("4711/010", "007")
    assert delivery.quantity == Decimal("5.5")


def test_narrowed_person_brings_only_rows_they_answer_for(
    import_file: Import, alfa: Supplier, plant: Plant
) -> None:
    narrowed = UserFactory()
    membership = narrowed.memberships.create(role=Role.SQE)
    membership.limits.create(supplier=alfa)
    text = (
        HEADINGS
        + "D1;;;ALFA;P1;007;2026-01-31;5;;;;;\n"
        + "D2;;;BRAVO;P1;007;2026-01-31;5;;;;;\n"
        + "D3;;;ALFA;P1;007;2026-01-31;5;;;;;\n"
    )
    import_file("deliveries", HEADINGS + "D3;;;BRAVO;P1;007;2026-01-31;9;;;;;\n")
    batch = import_file("deliveries", text, by=narrowed, confirmed=False)
    assert codes(batch) == {3: ["not_yours"], 4: ["not_yours"]}
    assert rows_of(batch) == {"valid": 1, "rejected": 2}
    # a plant of theirs lets the rows of every supplier at it in
    membership.limits.create(plant=plant)
    wider = User.objects.get(pk=narrowed.pk)
    batch = import_file("deliveries", text, by=wider, confirmed=False)
    assert codes(batch) == {4: ["stored_differs", "stored_differs"]}


def test_narrowed_person_sees_only_their_own_imports(import_file: Import, alfa: Supplier) -> None:
    narrowed = UserFactory()
    narrowed.memberships.create(role=Role.SQE).limits.create(supplier=alfa)
    import_file("deliveries", HEADINGS + "D1;;;ALFA;P1;007;2026-01-31;5;;;;;\n")
    own = import_file("deliveries", HEADINGS + "D2;;;ALFA;P1;007;2026-01-31;5;;;;;\n", by=narrowed)
    assert list(ImportBatch.objects.visible_to(narrowed)) == [own]


def test_narrowed_person_changes_no_other_supplier(import_file: Import, alfa: Supplier) -> None:
    narrowed = UserFactory()
    narrowed.memberships.create(role=Role.SQE).limits.create(supplier=alfa)
    text = "code;name;country\nALFA;Alfa Castings;DE\nBRAVO;Bravo Springs;DE\nNEW;New;DE\n"
    batch = import_file("suppliers", text, by=narrowed, confirmed=False)
    assert codes(batch) == {3: ["not_yours"], 4: ["not_yours"]}
    claims = "claim;supplier;part;received_on;quantity\nW1;ALFA;007;2026-01-31;1\nW2;BRAVO;007;2026-01-31;1\n"  # noqa: E501
    batch = import_file("warranty_returns", claims, by=narrowed, confirmed=False)
    assert codes(batch) == {3: ["not_yours"]}
