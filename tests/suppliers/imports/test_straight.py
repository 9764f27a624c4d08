"""The short way stores what the long way would, or leaves the file to it."""

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from suppliers.imports import pieces, straight
from suppliers.imports.child import Request, Straight, answer, pour
from suppliers.imports.kinds import KINDS
from suppliers.imports.problems import FileError
from suppliers.imports.reading import reading
from suppliers.imports.run import Order
from suppliers.models import Delivery, ImportBatch, Part, Plant, Supplier
from suppliers.services import imports
from tests.factories import ImportBatchFactory, UserFactory
from tests.suppliers.imports.conftest import NOW, Import, codes, rows_of

HEADINGS = "document;supplier;plant;part;received_on;quantity\n"
TEXT = HEADINGS + "D0;ALFA;P1;007;2026-01-30;5\nD1;BRAVO;P1;007;31.01.2026;1.000,5\n"
IDS = {
    "supplier": {"ALFA": "1", "BRAVO": "2"},
    "plant": {"P1": "3"},
    "part": {"007": "4", "A B": "5"},
}
CONSTANTS = {"line": "", "lot": "", "unit": "", "kind": "serial", "batch": "9"}


@pytest.fixture
def long_ways(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count how many files go the long way."""
    gone: list[str] = []

    def counted(request: Request) -> Any:
        gone.append(request["path"])
        return reading(request)

    monkeypatch.setattr("suppliers.imports.run.reading", counted)
    return gone


def request_for(path: str, straight: Straight | None = None, **options: Any) -> Request:
    return Request(
        path=path,
        kind="deliveries",
        by_hand=options.get("by_hand", {}),
        decimal_mark=options.get("decimal_mark"),
        date_order=options.get("date_order"),
        today="2026-11-20",
        default_zone="UTC",
        zones={"P1": "Europe/Berlin"},
        memory_bytes=0,
        seconds=0,
        unpacked_bytes=50_000_000,
        numbers=None,
        saved=[],
        straight=straight,
    )


def both_ways(data: bytes, **options: Any) -> tuple[dict[str, Any], list[Any], dict[str, Any]]:
    """Read a file both ways in this process: what the short one found and wrote, and the long."""
    own = Straight(ids=IDS, constants=CONSTANTS, piece_units=["st", "ea"], absent=["reverses"])
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(data)
        said = b"".join(pour(request_for(file.name, own, **options), own)).splitlines(True)
        found, rows, problems = answer(request_for(file.name, **options))
    last = json.loads(said[-1])
    if last["odd"]:
        return last, [], found
    columns = json.loads(said[0])["columns"]
    written = [line.decode().rstrip("\n").split("\t") for line in said[1:-1] if b"\t" in line]
    assert (found["error"], problems) == (None, b"")
    return last, [[dict(zip(columns, row, strict=True)) for row in written], rows], found


def as_stored(fields: list[str], line: str) -> dict[str, str]:
    """Write a row of the long way as the short one does."""
    row = dict(zip(fields, line.split("\t")[1:], strict=True))
    for name, ids in IDS.items():
        row[name] = ids[row[name]]
    if "unit" in row:
        row["unit_quantity"] = row["quantity"] if row["unit"] else "\\N"
    row.pop("reverses", None)
    return {**CONSTANTS, **row}


CELLS = {
    "document": st.sampled_from(["D1", "D2", "'D3", "D 4", "D5 ", "\\D6", "", "=1", "D" * 61]),
    "line": st.sampled_from(["10", "", "020"]),
    "lot": st.sampled_from(["", "L1"]),
    "supplier": st.sampled_from(["ALFA", "BRAVO", " ALFA", "NOBODY", ""]),
    "plant": st.sampled_from(["P1", "P1", "P1", "P2"]),
    "part": st.sampled_from(["007", "A B", "A\u00a0B", '="007"', "7"]),
    "received_on": st.sampled_from(
        ["2026-01-31", "31.01.2026", "01/02/2026", "31/01/2026", "01/31/2026", "20260131",
         "2026-01-31T23:30:00Z", "2027-01-01", "31.02.2026", ""]
    ),
    "quantity": st.sampled_from(
        ["5", "1.234", "1,234", "1.000,5", "1,000.5", "1 000", "-5", "0", "5,0", "2.50", "1e3"]
    ),
    "unit": st.sampled_from(["", "ST", "ea", "kg"]),
    "kind": st.sampled_from(["", "serial", "Muster", "x"]),
    "promised_on": st.sampled_from(["", "2026-02-01", "02/03/2026", "13/02/2026"]),
    "ordered_quantity": st.sampled_from(["", "7", "7,5", "1.000"]),
    "reverses": st.sampled_from(["", "", "", "D0"]),
}  # fmt: skip
MUST = ["document", "supplier", "plant", "part", "received_on", "quantity"]
# mostly what needs no second look, so that the short way is gone often
PLAIN = dict(zip(MUST, ["D1", "ALFA", "P1", "007", "2026-01-31", "5"], strict=True))


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    optional = draw(st.lists(st.sampled_from(sorted(set(CELLS) - set(MUST))), unique=True))
    names = draw(st.permutations([*MUST, *optional]))
    odd = draw(st.lists(st.sampled_from(names), max_size=3))
    rows = [
        [draw(CELLS[name]) if name in odd else PLAIN.get(name, "") for name in names]
        for _ in range(draw(st.integers(1, 6)))
    ]
    mark = draw(st.sampled_from([";", "\t", "|"]))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    text = end.join(mark.join(row) for row in (names, *rows)) + draw(st.sampled_from(["", end]))
    return text.encode(encoding)


@settings(max_examples=settings().max_examples * 3, deadline=None)
@given(tables(), st.sampled_from([None, ".", ","]), st.sampled_from([None, "dmy", "mdy"]),
       st.sampled_from([1, 60, 1_000_000]))  # fmt: skip
def test_what_goes_the_short_way_is_read_as_on_the_long_one(
    data: bytes, mark: str | None, order: str | None, size: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "PIECE_CHARACTERS", size)
        short, rows, long = both_ways(data, decimal_mark=mark, date_order=order)
    if short["odd"]:
        return
    written, expected = rows
    lines = expected.decode().removesuffix("\n").split("\n")
    key = lambda row: sorted(row.items())  # noqa: E731  # any order will do
    assert sorted(written, key=key) == sorted(
        (as_stored(long["fields"], line) for line in lines), key=key
    )
    same = {name: long[name] for name in long if not name.endswith("_bytes")}
    assert {name: short.get(name) for name in same} == same | {"samples": short["samples"]}


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("5\n", "5;ST;\n", 1).replace("quantity", "quantity;unit;reverses")
        .replace("1.000,5", "1.000,5;;"),
    ],
)  # fmt: skip
def test_plain_file_goes_the_short_way(text: str) -> None:
    short, [written, _], _ = both_ways(text.encode())
    assert not short["odd"]
    assert [row["quantity"] for row in written] == ["5", "1000.5"]
    assert (short["rows"], short["pieces"], short["mark"]) == (2, "1005.5", ",")


pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("masters")
def test_new_rows_are_stored_by_one_copy(
    import_file: Import, long_ways: list[str], alfa: Supplier, plant: Plant, part: Part
) -> None:
    batch = import_file("deliveries", TEXT)
    assert (batch.state, long_ways) == ("done", [])
    assert rows_of(batch) == {"valid": 2}
    assert batch.summary["pieces"] == batch.summary["loaded"]["pieces"] == "1005.5"
    first = Delivery.objects.get(document="D0")
    assert (first.supplier, first.plant, first.part) == (alfa, plant, part)
    assert (first.batch, first.kind, first.line, first.unit) == (batch, "serial", "", "")
    assert first.unit_quantity is None


@pytest.mark.usefixtures("masters")
def test_slow_table_is_no_fault_of_the_file(
    import_file: Import, long_ways: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader is stopped while the table takes its time: after the first piece."""

    def waiting(table: str, columns: list[str], pieces: Iterable[bytes]) -> None:
        copy(table, columns, pieces)
        raise FileError("too_slow", limit=60)

    copy = straight._copy  # noqa: SLF001  # what is slow
    monkeypatch.setattr(straight, "_copy", waiting)
    batch = import_file("deliveries", TEXT)

    assert (batch.state, batch.error, len(long_ways)) == ("done", None, 1)
    assert rows_of(batch) == {"valid": 2}
    assert Delivery.objects.count() == 2


@pytest.mark.usefixtures("masters")
def test_months_are_marked_as_stale(import_file: Import) -> None:
    import_file("deliveries", TEXT)
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT (supplier_id, month)) FROM scorecards_stalekey")
        assert cursor.fetchone() == (2,)


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("D0;ALFA;P1;007;2026-01-30;5\n", "repeats_row"),
        ("D0;ALFA;P1;007;2026-01-30;6\n", "row_differs"),
        ("D2;NOBODY;P1;007;2026-01-30;5\n", "unknown_supplier"),
        ("D2;ALFA;P1;007;2026-13-30;5\n", "no_such_day"),
        ("D2;ALFA;P1;007;2027-01-30;5\n", "future_date"),
        ("D2;ALFA;P1;007;2026-01-30;-5\n", "not_above"),
        ("D2;ALFA;P1;007;2026-01-30;5;6\n", "too_many_cells"),
    ],
)
@pytest.mark.usefixtures("masters")
def test_whatever_is_odd_is_said_by_the_long_way(
    import_file: Import, long_ways: list[str], row: str, found: str
) -> None:
    batch = import_file("deliveries", TEXT + row)
    assert len(long_ways) == 1
    assert found in {code for row_codes in codes(batch).values() for code in row_codes}
    if batch.state == "ready":
        assert not Delivery.objects.exists()


@pytest.mark.usefixtures("masters")
def test_stored_key_in_a_later_piece_takes_all_of_it_back(
    import_file: Import, long_ways: list[str]
) -> None:
    import_file("deliveries", HEADINGS + "D29999;ALFA;P1;007;2026-01-30;5\n")
    lines = "".join(f"D{n};ALFA;P1;007;2026-01-30;6\n" for n in range(30_000))
    batch = import_file("deliveries", HEADINGS + lines)
    assert (batch.state, len(long_ways)) == ("ready", 1)
    assert rows_of(batch) == {"valid": 29_999, "conflict": 1}
    assert Delivery.objects.count() == 1


@pytest.mark.usefixtures("masters")
def test_unit_with_a_factor_goes_the_long_way(
    import_file: Import, long_ways: list[str], part: Part
) -> None:
    part.units.create(unit="ST", factor=2)
    import_file("deliveries", HEADINGS.replace("\n", ";unit\n") + "D;ALFA;P1;007;2026-01-30;5;ST\n")
    assert len(long_ways) == 1
    assert Delivery.objects.get().quantity == 10


OTHER = TEXT.replace("D1", " D1") + "\n"


@pytest.mark.usefixtures("masters")
def test_new_rows_are_checked_the_short_way(import_file: Import, long_ways: list[str]) -> None:
    batch = import_file("deliveries", TEXT, confirmed=False)
    assert (batch.state, long_ways) == ("ready", [])
    assert rows_of(batch) == {"valid": 2}
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("confirmed", [True, False])
@pytest.mark.usefixtures("masters")
def test_same_rows_in_other_bytes_are_found_stored(
    import_file: Import, long_ways: list[str], confirmed: bool
) -> None:
    import_file("deliveries", TEXT)
    again = import_file("deliveries", OTHER, confirmed=confirmed)
    assert (again.state, long_ways) == ("done", [])
    assert rows_of(again) == {"duplicate": 2}
    assert again.summary["loaded"] == {"rows": 0, "pieces": "0", "created": {}}
    assert Delivery.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"quantity": 6}, {"conflict": 1, "duplicate": 1}),
        ({"received_on": "2026-01-29"}, {"conflict": 1, "duplicate": 1}),
        ({"document": "E0"}, {"valid": 1, "duplicate": 1}),
        ({"lot": "L1"}, {"valid": 1, "duplicate": 1}),
        ({"promised_on": "2026-01-29"}, {"duplicate": 2}),
    ],
)
@pytest.mark.parametrize("confirmed", [True, False])
@pytest.mark.usefixtures("masters")
def test_stored_otherwise_is_said_by_the_long_way(
    import_file: Import, change: dict[str, Any], found: dict[str, int], confirmed: bool
) -> None:
    import_file("deliveries", TEXT)
    Delivery.objects.filter(document="D0").update(**change)
    assert rows_of(import_file("deliveries", OTHER, confirmed=confirmed)) == found


@pytest.mark.usefixtures("masters")
def test_row_that_reverses_nothing_differs_from_a_stored_reversal(import_file: Import) -> None:
    head = HEADINGS.replace("\n", ";reverses\n")
    text = "D0;ALFA;P1;007;2026-01-30;5;\nR0;ALFA;P1;007;2026-01-31;5;D0\n"
    import_file("deliveries", head + text)
    again = import_file("deliveries", head + text.replace(";D0\n", ";\n"))
    assert rows_of(again) == {"conflict": 1, "duplicate": 1}


@pytest.mark.usefixtures("masters")
def test_stored_row_twice_in_the_file_is_said_by_the_long_way(
    import_file: Import, long_ways: list[str]
) -> None:
    import_file("deliveries", TEXT)
    long_ways.clear()
    again = import_file("deliveries", OTHER.rstrip() + "\n" + TEXT.splitlines()[1] + "\n")
    assert (rows_of(again), len(long_ways)) == ({"duplicate": 3}, 1)
    assert codes(again) == {4: ["repeats_row"]}


@pytest.mark.usefixtures("masters")
def test_confirmed_file_takes_the_short_way_if_the_check_found_nothing(
    import_file: Import, long_ways: list[str]
) -> None:
    user = UserFactory()
    user.memberships.create(role="quality_manager")
    for text, ways in ((TEXT, 0), (TEXT.replace("D", "E") + "E2;NOBODY;P1;007;2026-01-30;5\n", 2)):
        long_ways.clear()
        batch = import_file("deliveries", text, confirmed=False)
        imports.confirm(batch_id=batch.pk, by=user)
        imports.work(batch_id=batch.pk, at=NOW)
        batch.refresh_from_db()
        assert (batch.state, batch.rows_loaded, len(long_ways)) == ("done", 2, ways)


@pytest.mark.usefixtures("masters")
def test_other_number_of_rows_than_was_confirmed_is_not_loaded() -> None:
    batch = ImportBatchFactory()
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_text(TEXT)
        order = Order(
            batch_id=batch.pk, kind=KINDS["deliveries"], path=file.name, by_hand={},
            confirmed=True, nothing_odd=True, expected_rows=3,
        )  # fmt: skip
        assert straight.go_straight(order, at=NOW) is None
    assert not Delivery.objects.exists()
    assert ImportBatch.objects.count() == 1
