from datetime import date
from decimal import Decimal

import pytest

from suppliers.enums import Role
from suppliers.models import DefectCode, Delivery, Part, Plant, Reject, Supplier
from tests.factories import DeliveryFactory, UserFactory
from tests.suppliers.imports.conftest import Import, codes, rows_of

HEADINGS = (
    "complaint;line;lot;delivery;supplier;plant;part;detected_on;defect_code;detection_point;"
    "severity;suspect_qty;checked_qty;confirmed_qty;released_qty;defects\n"
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def delivery(masters: None, alfa: Supplier, plant: Plant, part: Part) -> Delivery:
    return DeliveryFactory(
        supplier=alfa, plant=plant, part=part, document="D1", line="10", lot="L1",
        received_on=date(2026, 1, 5), quantity=100,
    )  # fmt: skip


def test_every_field_is_stored_and_linked(import_file: Import, delivery: Delivery) -> None:
    batch = import_file(
        "rejects",
        HEADINGS + "R1;1;L1;D1/10;ALFA;P1;007;2026-01-31;CRACK;Linie;line stop;10;8;2;6;3\n",
    )
    assert batch.state == "done"
    reject = Reject.objects.get()
    assert reject.delivery == delivery
    assert (reject.detection_point, reject.severity) == ("line", "line_stop")
    assert (reject.suspect_qty, reject.checked_qty) == (10, 8)
    assert (reject.confirmed_qty, reject.released_qty, reject.defects) == (2, 6, 3)
    assert DefectCode.objects.get(code="CRACK").counts == "pieces"
    assert batch.summary["loaded"]["pieces"] == "10"


def test_quantities_must_fit_together(import_file: Import) -> None:
    row = ";ALFA;P1;007;2026-01-31;CRACK;;;"
    batch = import_file(
        "rejects",
        HEADINGS
        + f"R1;;;{row}10;11;;;\n"
        + f"R2;;;{row}10;5;6;;\n"
        + f"R3;;;{row}10;10;6;5;\n"
        + f"R4;;;{row}10;10;6;4;5\n"
        + f"R5;;;{row}0;;;;\n"
        + f"R6;;;{row}10;-1;;;1,5\n",
        decimal_mark=",",
    )
    assert codes(batch) == {
        2: ["checked_above_suspect"],
        3: ["confirmed_above_checked"],
        4: ["confirmed_released_above_suspect"],
        5: ["defects_below_confirmed"],
        6: ["not_positive"],
        7: ["below", "not_whole"],
    }


def test_others_rows_tell_nothing_of_their_records(import_file: Import, delivery: Delivery) -> None:
    """Whether a document, part or code is known is found by looking; a cell's text is not."""
    DeliveryFactory(
        supplier=delivery.supplier, plant=delivery.plant, part=delivery.part,
        document="D1", line="20", lot="L2",
    )  # fmt: skip
    narrowed = UserFactory()
    bravo = Supplier.objects.get(code="BRAVO")
    narrowed.memberships.create(role=Role.SQE).limits.create(supplier=bravo)
    batch = import_file(
        "rejects",
        HEADINGS
        + "R1;;;D9;ALFA;P1;007;2026-01-31;X;;;1;;;;\n"
        + "R3;;;D1;ALFA;P1;007;2026-01-31;X;;;1;;;;\n"
        + "R4;;;;ALFA;P1;no-such-part;2026-01-31;no-such-code;;;1;;;;\n"
        + "R5;;;;ALFA;P1;007;2026-01-31;X;;;many;;;;\n",
        by=narrowed,
    )
    assert codes(batch) == {
        2: ["not_yours"],
        3: ["not_yours"],
        4: ["not_yours"],
        5: ["not_yours", "not_a_number"],
    }


def test_delivery_must_be_known_and_the_suppliers_own(
    import_file: Import, delivery: Delivery
) -> None:
    DeliveryFactory(
        supplier=delivery.supplier, plant=delivery.plant, part=delivery.part,
        document="D1", line="20", lot="L2",
    )  # fmt: skip
    batch = import_file(
        "rejects",
        HEADINGS
        + "R1;;;D9;ALFA;P1;007;2026-01-31;X;;;1;;;;\n"
        + "R2;;;D1;BRAVO;P1;007;2026-01-31;X;;;1;;;;\n"
        + "R3;;;D1;ALFA;P1;007;2026-01-31;X;;;1;;;;\n"
        + "R4;;L2;D1;ALFA;P1;007;2026-01-31;X;;;1;;;;\n"
        + "R5;;;D1/20;ALFA;P1;007;2026-01-31;X;;;1;;;;\n",
        valid_only=True,
    )
    assert codes(batch) == {
        2: ["unknown_delivery"],
        3: ["delivery_of_another"],
        4: ["ambiguous_delivery"],
    }
    problem = batch.rows.get(number=3).problems[0]
    assert problem["params"]["supplier"] == "ALFA"
    assert {reject.delivery.line for reject in Reject.objects.all()} == {"20"}


def test_narrowed_person_is_not_told_whose_the_delivery_is(
    import_file: Import, delivery: Delivery, bravo: Supplier
) -> None:
    narrowed = UserFactory()
    narrowed.memberships.create(role=Role.SQE).limits.create(supplier=bravo)
    batch = import_file(
        "rejects",
        HEADINGS + "R2;;;D1;BRAVO;P1;007;2026-01-31;X;;;1;;;;\n",
        by=narrowed,
        confirmed=False,
    )
    assert codes(batch) == {2: ["delivery_of_someone_else"]}
    assert batch.rows.get(number=2).problems[0]["params"] == {}


def test_delivery_and_defect_code_are_the_key_without_complaint_numbers(
    import_file: Import,
) -> None:
    text = (
        "delivery_ref,supplier_code,part_number,plant,reject_date,quantity_rejected,defect_code\n"
        "D1,ALFA,007,P1,2026-01-31,3,CRACK\nD1,ALFA,007,P1,2026-01-31,2,RUST\n"
    )
    import_file("rejects", text)
    assert rows_of(import_file("rejects", text)) == {"duplicate": 2}
    assert {str(reject) for reject in Reject.objects.all()} == {"D1/CRACK", "D1/RUST"}


def test_machine_shift_and_cost_are_stored_as_reported(import_file: Import) -> None:
    headings = "complaint;supplier;plant;part;detected_on;defect;qty;Maschine;shift;cost;currency\n"
    row = ";ALFA;P1;007;2026-01-31;CRACK;5;"
    first = import_file(
        "rejects",
        headings
        + f"R1{row}Press 1;night;1234,5;eur\n"
        + f"R2{row};;;EUR\n"
        + f"R3{row};;7;\n"
        + f"R4{row};;-1;EUR\n"
        + f"R5{row};;1;Taler\n",
        decimal_mark=",",
    )
    assert codes(first) == {
        4: ["cost_without_currency"],
        5: ["below"],
        6: ["not_a_choice"],
    }
    headings_and_good = headings + f"R1{row}Press 1;night;1234,5;eur\n" + f"R2{row};;;EUR\n"
    import_file("rejects", headings_and_good, decimal_mark=",")
    made, bare = Reject.objects.order_by("complaint")
    assert (made.machine, made.shift, made.cost_currency) == ("Press 1", "night", "EUR")
    assert made.cost == Decimal("1234.50")
    assert (bare.machine, bare.cost) == ("", None)
    again = import_file("rejects", headings_and_good + "\n", decimal_mark=",")
    assert rows_of(again) == {"duplicate": 2}
