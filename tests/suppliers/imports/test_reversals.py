"""Reversals: which receipt they take back, of which kind, and how many pieces."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from suppliers.enums import ConflictDecision, Role
from suppliers.imports.account import account_of
from suppliers.imports.listed import problem_lines
from suppliers.models import Delivery, Part, PartUnit, Supplier, User
from suppliers.queries.audit import changes_of
from suppliers.services import conflicts, imports
from suppliers.services.undo import undo
from tests.factories import DeliveryFactory, PartUnitFactory, UserFactory
from tests.suppliers.imports.conftest import Import, codes, rows_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
REASON = "It was a sample after all"
HEADINGS = "document;line;lot;supplier;plant;part;received_on;quantity;unit;kind;promised_on;ordered_quantity;reverses\n"  # noqa: E501  # one heading row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("masters")]


def test_reversals_point_at_what_they_reverse(import_file: Import) -> None:
    DeliveryFactory(
        document="OLD", line="10", supplier__code="GAMMA", plant__code="P9", part__number="G1",
        quantity=10, received_on=date(2026, 1, 1),
    )  # fmt: skip
    batch = import_file(
        "deliveries",
        HEADINGS
        + "D1;10;;ALFA;P1;007;2026-01-31;5;;;;;\n"
        + "R1;;;ALFA;P1;007;2026-02-01;2;;;;;D1/10\n"
        + "R2;;;GAMMA;P9;G1;2026-02-01;4;;;;;OLD\n"
        + "R3;;;GAMMA;P9;G1;2026-02-01;7;;;;;OLD/10\n"
        + "R4;;;ALFA;P1;007;2026-02-01;1;;;;;NONE\n"
        + "R5;;;BRAVO;P1;007;2026-02-01;1;;;;;D1\n"
        + "R6;;;ALFA;P1;007;2026-01-01;1;;;;;D1\n"
        + "R7;;;ALFA;P1;007;2026-02-03;1;;;;;R1\n",
        valid_only=True,
    )
    assert codes(batch) == {
        4: ["reversals_exceed_with_rows"],
        5: ["reversals_exceed_with_rows"],
        6: ["unknown_delivery"],
        7: ["delivery_of_another"],
        8: ["reversal_before"],
        9: ["reversal_of_reversal"],
    }
    assert Delivery.objects.get(document="R1").reverses == Delivery.objects.get(document="D1")
    again = import_file("deliveries", HEADINGS + "R1;;;ALFA;P1;007;2026-02-01;2;;;;;D1/10\n")
    assert rows_of(again) == {"duplicate": 1}


def test_a_reversal_is_of_the_kind_of_its_receipt(import_file: Import) -> None:
    """It takes back what its receipt had added: of a sample nothing."""
    old = DeliveryFactory(document="OLD", quantity=10, received_on=date(2026, 1, 1), kind="sample")
    where = f"{old.supplier.code};{old.plant.code};{old.part.number}"
    rows = (
        f"S1;;;{where};2026-01-31;5;;sample;;;\n"
        f"R1;;;{where};2026-02-01;2;;;;;S1\n"
        f"R2;;;{where};2026-02-01;4;;serial;;;OLD\n"
    )
    import_file("deliveries", HEADINGS + rows)
    kinds = dict(Delivery.objects.values_list("document", "kind"))
    assert kinds == {"OLD": "sample", "S1": "sample", "R1": "sample", "R2": "sample"}
    assert rows_of(import_file("deliveries", HEADINGS + rows)) == {"duplicate": 3}


@pytest.fixture
def cartons(import_file: Import, part: Part) -> PartUnit:
    """A receipt of 3 cartons of 12, of which a carton holds 10 today."""
    carton = PartUnitFactory(part=part, unit="CAR", factor=Decimal(12))
    import_file("deliveries", HEADINGS + "D1;;;ALFA;P1;007;2026-01-31;3;CAR;;;;\n")
    PartUnit.objects.filter(pk=carton.pk).update(factor=Decimal(10))
    return carton


BACK = "R1;;;ALFA;P1;007;2026-02-01;{};CAR;;;;D1\n"


def test_a_reversal_counts_by_the_unit_as_its_receipt_did(
    import_file: Import, cartons: PartUnit
) -> None:
    batch = import_file("deliveries", HEADINGS + BACK.format(3))
    reversal = Delivery.objects.get(document="R1")
    assert (reversal.quantity, reversal.unit_quantity) == (36, 3)
    loaded = next(line for line in account_of(batch) if line.label == "Loaded")
    assert (loaded.quantity, loaded.pieces) == (Decimal(3), Decimal(36))
    assert rows_of(import_file("deliveries", HEADINGS + BACK.format(3))) == {"duplicate": 1}


def test_a_reversal_of_more_units_than_were_received_is_refused(
    import_file: Import, cartons: PartUnit
) -> None:
    assert codes(import_file("deliveries", HEADINGS + BACK.format("3.1"))) == {
        2: ["reversal_exceeds"]
    }


@pytest.mark.parametrize("mapping", [None, {"reverses": "reverses"}])
def test_a_reversal_needs_no_factor_that_is_gone(
    import_file: Import, cartons: PartUnit, mapping: dict[str, str] | None
) -> None:
    """Whatever order the columns are named in."""
    cartons.delete()
    batch = import_file("deliveries", HEADINGS + BACK.format(1), mapping=mapping)
    assert codes(batch) == {}
    assert Delivery.objects.get(document="R1").quantity == 12


def test_pieces_of_a_reversal_that_come_out_too_fine_are_refused(
    import_file: Import, cartons: PartUnit
) -> None:
    """The receipt was corrected to 10 pieces: a third of them cannot be taken back."""
    Delivery.objects.filter(document="D1").update(quantity=10)
    batch = import_file("deliveries", HEADINGS + BACK.format(1))
    assert codes(batch) == {2: ["pieces_too_fine"]}
    import_file("deliveries", HEADINGS + BACK.format(3))
    assert Delivery.objects.get(document="R1").quantity == 10


def test_a_replaced_kind_is_carried_to_the_reversals_and_back(
    import_file: Import, sqe: User
) -> None:
    row = "D1;;;ALFA;P1;007;2026-01-31;5;;{};;;\n"
    back = "R1;;;ALFA;P1;007;2026-02-01;2;;;;;D1\n"
    import_file("deliveries", HEADINGS + row.format("serial") + back)
    batch = import_file("deliveries", HEADINGS + row.format("sample") + back, confirmed=False)
    assert rows_of(batch) == {"conflict": 1, "duplicate": 1}
    conflicts.decide(
        batch_id=batch.pk, decision=ConflictDecision.REPLACE, by=sqe, at=NOW, reason=REASON
    )
    assert set(Delivery.objects.values_list("kind", flat=True)) == {"sample"}
    [change] = changes_of(Delivery.objects.get(document="R1"))
    assert (change.by, change.reason) == (str(sqe), REASON)
    again = import_file("deliveries", HEADINGS + row.format("sample") + back)
    assert rows_of(again) == {"duplicate": 2}
    imports.finish(batch_id=batch.pk, at=NOW)
    undo(batch_id=batch.pk, by=sqe, at=NOW, reason=REASON)
    assert set(Delivery.objects.values_list("kind", flat=True)) == {"serial"}


def test_a_reversal_that_names_another_receipt_takes_its_kind(
    import_file: Import, sqe: User
) -> None:
    rows = (
        "D1;;;ALFA;P1;007;2026-01-31;5;;;;;\nD2;;;ALFA;P1;007;2026-01-31;5;;sample;;;\n"
        "R1;;;ALFA;P1;007;2026-02-01;2;;;;;{}\n"
    )
    import_file("deliveries", HEADINGS + rows.format("D1"))
    without_kind = "document;supplier;plant;part;received_on;quantity;reverses\n"
    batch = import_file(
        "deliveries", without_kind + "R1;ALFA;P1;007;2026-02-01;2;D2\n", confirmed=False
    )
    conflicts.decide(
        batch_id=batch.pk, decision=ConflictDecision.REPLACE, by=sqe, at=NOW, reason=REASON
    )
    reversal = Delivery.objects.get(document="R1")
    assert (str(reversal.reverses), reversal.kind) == ("D2", "sample")


def test_reversals_that_exceed_together_name_each_other_and_the_stored(
    import_file: Import,
) -> None:
    """Whoever mends the file sees which rows belong to one receipt, and what is stored of it."""
    first = HEADINGS + "D1;10;;ALFA;P1;007;2026-01-31;5;;;;;\n"
    import_file("deliveries", first + "R0;1;;ALFA;P1;007;2026-02-01;1;;;;;D1/10\n")
    batch = import_file(
        "deliveries",
        HEADINGS
        + "R1;;;ALFA;P1;007;2026-02-01;3;;;;;D1/10\n"
        + "R2;;;ALFA;P1;007;2026-02-01;2;;;;;D1\n"
        + "D9;;;ALFA;P1;007;2026-01-31;1;;;;;\n"
        + "R9;;;ALFA;P1;007;2026-02-01;2;;;;;D9\n",
    )
    said = {line.row: line.words.what for line in problem_lines(batch)}
    assert said == {
        2: "With row 3 and the stored R0/1 more is taken back than the 5 pieces received.",
        3: "With row 2 and the stored R0/1 more is taken back than the 5 pieces received.",
        5: "More is taken back than the 1 piece received.",
    }


def test_reversals_that_exceed_together_name_some_of_many(import_file: Import) -> None:
    rows = "".join(f"R{n};;;ALFA;P1;007;2026-02-01;1;;;;;D1\n" for n in range(8))
    batch = import_file("deliveries", HEADINGS + "D1;;;ALFA;P1;007;2026-01-31;5;;;;;\n" + rows)
    said = {line.row: line.words.what for line in problem_lines(batch)}
    assert said[10] == "With row 3, 4, 5, 6, 7 … more is taken back than the 5 pieces received."


def test_what_is_taken_back_of_another_s_receipt_is_not_told(
    import_file: Import, alfa: Supplier
) -> None:
    """Whoever may not see the receipt learns neither its quantity nor its reversals."""
    import_file(
        "deliveries",
        HEADINGS
        + "D1;;;BRAVO;P1;007;2026-01-31;5;;;;;\n"
        + "R1;;;BRAVO;P1;007;2026-02-01;4;;;;;D1\n",
    )
    narrowed = UserFactory()
    narrowed.memberships.create(role=Role.SQE).limits.create(supplier=alfa)
    batch = import_file(
        "deliveries", HEADINGS + "R2;;;BRAVO;P1;007;2026-02-01;4;;;;;D1\n", by=narrowed
    )
    assert codes(batch) == {2: ["not_yours"]}
    batch = import_file(
        "deliveries", HEADINGS + "R2;;;BRAVO;P1;007;2026-01-01;4;;;;;D1\n", by=narrowed
    )
    assert codes(batch) == {2: ["not_yours"]}
